"""When an environment may be deployed to: weekly windows, and days on which it is frozen (pure)."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.model.build import Json

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = f"(?:{'|'.join(_DAYS)})"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_WINDOW = re.compile(
    rf"({_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*) ({_TIME})-({_TIME}|24:00) ([A-Za-z0-9_+/-]+)"
)
_DATE = r"\d{4}-\d{2}-\d{2}"
_FREEZE = re.compile(rf"({_DATE})(?:\.\.({_DATE}))?")


@dataclass(frozen=True)
class TimeWindow:
    """A weekly window in local time of `zone`; `text` is how the file has it.

    `days` count from Monday, which is 0. `opens` and `closes` are minutes after midnight;
    `closes` is the first minute outside, at most 1440.
    """

    days: frozenset[int]
    opens: int
    closes: int
    zone: ZoneInfo
    text: str = field(compare=False)


@dataclass(frozen=True)
class FrozenDays:
    """Days on which nothing is deployed, the last one included; `text` is how the file has it."""

    first: date
    last: date
    text: str = field(compare=False)


def _window(value: Json) -> TimeWindow:
    found = _WINDOW.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[2] >= found[3]:
        raise PydanticCustomError("window", "window")
    try:
        zone = ZoneInfo(found[4])
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError("zone", "zone") from None
    days = frozenset(day for part in found[1].split(",") for day in _span(*part.split("-")))
    return TimeWindow(days, _minutes(found[2]), _minutes(found[3]), zone, found[0])


def _span(first: str, last: str = "") -> list[int]:
    """The days from one to another, also over the end of a week."""
    start, end = _DAYS.index(first), _DAYS.index(last or first)
    return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]


def _minutes(time: str) -> int:
    return int(time[:2]) * 60 + int(time[3:])


def _freeze(value: Json) -> FrozenDays:
    found = _FREEZE.fullmatch(value) if isinstance(value, str) else None
    try:
        first = date.fromisoformat(found[1] if found else "")
        last = date.fromisoformat((found and found[2]) or first.isoformat())
    except ValueError:
        raise PydanticCustomError("freeze", "freeze") from None
    if found is None or last < first:
        raise PydanticCustomError("freeze", "freeze")
    return FrozenDays(first, last, found[0])


def _text(value: TimeWindow | FrozenDays) -> str:
    return value.text


Window = Annotated[
    TimeWindow, PlainValidator(_window), PlainSerializer(_text), WithJsonSchema({"type": "string"})
]
Freeze = Annotated[
    FrozenDays, PlainValidator(_freeze), PlainSerializer(_text), WithJsonSchema({"type": "string"})
]
