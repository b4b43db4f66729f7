"""Values for the inputs that a configuration declares: which are valid (pure)."""

import re
from collections.abc import Sequence

from app.model import Json
from app.model.ci import LONGEST_PARAMETER
from app.model.plan import InputValue

MOST_DIGITS = 15
"""Most digits of an integer: every JSON parser on the way to the pipeline keeps those exactly.

https://datatracker.ietf.org/doc/html/rfc8259#section-6
"""

_INTEGER = re.compile(rf"-?[0-9]{{1,{MOST_DIGITS}}}")
_BOOLEANS = {"true": True, "false": False}


def accepted(kind: str, options: Sequence[str], given: Json) -> InputValue | None:
    """The value to send for an input of the type `kind`, or None if `given` is not valid.

    `given` is JSON, or text that was typed: then `true` becomes a boolean and `3` an integer if the
    input is one. `options` are the values of an enum.
    """
    match kind:
        case "boolean":
            return given if isinstance(given, bool) else _boolean(given)
        case "integer":
            return _integer(given)
        case "enum":
            return given if isinstance(given, str) and given in options else None
        case _:
            return given if isinstance(given, str) and _fits(given) else None


def _fits(text: str) -> bool:
    return len(text) <= LONGEST_PARAMETER and text.isprintable()


def _boolean(given: Json) -> bool | None:
    return _BOOLEANS.get(given.lower()) if isinstance(given, str) else None


def _integer(given: Json) -> int | None:
    if isinstance(given, str):
        return int(given) if _INTEGER.fullmatch(given) else None
    whole = isinstance(given, int) and not isinstance(given, bool)
    return given if whole and abs(given) < 10**MOST_DIGITS else None
