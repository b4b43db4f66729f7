"""What a deployment is asked for with, beside what it deploys: an example of it."""

from msgspec import Struct

Value = str | int | bool


class InputExample(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Inputs that would be taken, with what they would be typed after, where that is known.

    `in_payload`: they are shown as they would stand in a deployment's payload.
    """

    values: dict[str, Value] = {}
    environment: str = ""
    ref: str = ""
    in_payload: bool = False
