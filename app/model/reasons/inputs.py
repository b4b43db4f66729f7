"""What is wrong with a deployment's inputs; `example` shows how to write them correctly."""

from msgspec import Struct

from app.model.plan import InputValue
from app.model.reasons.base import BaseReason


class InputExample(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Example inputs that would be accepted, and the command they would be part of, if known.

    `in_payload`: they are shown as part of a deployment's payload instead of a command.
    """

    values: dict[str, InputValue] = {}
    environment: str = ""
    ref: str = ""
    in_payload: bool = False


class InputUnknown(BaseReason, frozen=True, kw_only=True):
    """The configuration declares no such input; `known` are those it does, `closest` one of them.

    `value` is what was typed for it. `alone`: no ref was typed, so it may have been meant as one.
    """

    input: str
    closest: str = ""
    known: tuple[str, ...] = ()
    value: str = ""
    alone: bool = False
    example: InputExample | None = None


class InputInvalid(BaseReason, frozen=True, kw_only=True):
    """The value does not fit the input's `type`; `options` are the values of an enum."""

    input: str
    type: str
    value: str = ""
    options: tuple[str, ...] = ()
    example: InputExample | None = None


class InputMissing(BaseReason, frozen=True, kw_only=True):
    """An input without a default was not given; `description` is from the configuration file."""

    input: str
    type: str
    options: tuple[str, ...] = ()
    description: str = ""
    example: InputExample | None = None


class InputTwice(BaseReason, frozen=True, kw_only=True):
    """An input was given more than once."""

    input: str
    example: InputExample | None = None


class InputsMalformed(BaseReason, frozen=True, kw_only=True):
    """`payload.inputs` of a GitHub deployment is not a JSON object, or is `too_large` to read."""

    too_large: bool = False
    example: InputExample | None = None


InputReason = InputUnknown | InputInvalid | InputMissing | InputTwice | InputsMalformed
