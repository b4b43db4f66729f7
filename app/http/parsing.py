"""Decoding a request's body as JSON or as a form; anything else is refused with 400."""

import re
import sys
from typing import Annotated, TypeVar
from urllib.parse import parse_qsl

import msgspec

from app.http.requests import RejectedRequest

T = TypeVar("T")

LONGEST_ID = 200
"""The most characters of an `Id`."""
Id = Annotated[str, msgspec.Meta(max_length=LONGEST_ID)]
"""An id or a name in a request: it becomes a key and a part of the log."""
DEEPEST = 500
"""The most levels of nesting in JSON; no provider sends more than a dozen."""
DECODES_ANY_DEPTH = sys.version_info >= (3, 14)
"""Up to 3.13, Python limits the levels itself; later ones only ask whether the stack holds them."""
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[\]{}]', re.DOTALL)


def text_of(body: bytes) -> str:
    """The body as UTF-8; raises `RejectedRequest` (400)."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RejectedRequest(400, "not UTF-8") from error


def decode(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The body's JSON in the decoder's shape; raises `RejectedRequest` (400)."""
    if not body.isascii():  # the decoder does not check what it skips
        text_of(body)
    try:
        decoded = decoder.decode(body)
    except msgspec.ValidationError as error:
        raise RejectedRequest(400, "missing or malformed field") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RejectedRequest(400, "not JSON") from error
    if DECODES_ANY_DEPTH and too_deep(body):
        raise RejectedRequest(400, "not JSON")
    return decoded


def too_deep(body: bytes) -> bool:
    """Whether a body that is JSON is nested more than `DEEPEST` levels."""
    if body.count(b"{") + body.count(b"[") <= DEEPEST:
        return False
    level = 0
    for found in _BRACKETS.finditer(body):
        bracket = found[0]
        level += (bracket in b"{[") - (bracket in b"}]")
        if level > DEEPEST:
            return True
    return False


def form_fields(body: bytes) -> dict[str, str]:
    """The fields of a form, each given once; raises `RejectedRequest` (400)."""
    try:
        pairs = parse_qsl(
            text_of(body),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=100,
        )
    except ValueError as error:
        raise RejectedRequest(400, "not a form") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise RejectedRequest(400, "duplicate field")
    return fields
