"""Why the inputs of a deployment are not taken."""

from app.model.configuration.inputs import InputExample
from app.model.reasons.base import BaseReason


class InputUnknown(BaseReason, frozen=True, kw_only=True):
    """The configuration has no such input; `closest` is one that is like it, `known` are all.

    `value` is what was typed for it. `alone`: no ref was typed, so that it may be meant as one.
    """

    input: str
    closest: str = ""
    known: tuple[str, ...] = ()
    value: str = ""
    alone: bool = False
    example: InputExample | None = None


class InputInvalid(BaseReason, frozen=True, kw_only=True):
    """A value that an input of this `type` does not take; `options` are those of an enum."""

    input: str
    type: str
    value: str = ""
    options: tuple[str, ...] = ()
    example: InputExample | None = None


class InputMissing(BaseReason, frozen=True, kw_only=True):
    """An input without a default was not given; `description` is the configuration's."""

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
    """`payload.inputs` of a deployment is no object, or `too_large` to be read."""

    too_large: bool = False
    example: InputExample | None = None


InputReason = InputUnknown | InputInvalid | InputMissing | InputTwice | InputsMalformed
