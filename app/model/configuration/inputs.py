"""The inputs of a deployment."""

from msgspec import Struct

Value = str | int | bool


class InputExample(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Example inputs that would be accepted, and the command they would be part of, if known.

    `in_payload`: they are shown as part of a deployment's payload instead of a command.
    """

    values: dict[str, Value] = {}
    environment: str = ""
    ref: str = ""
    in_payload: bool = False
