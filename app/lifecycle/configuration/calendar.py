"""When an environment may be deployed to: weekly windows, and frozen days (pure)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from app.model import Json

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_DAY = f"(?:{'|'.join(_DAYS)})"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_ZONE = "[A-Za-z0-9_+/-]+"
_WINDOW = re.compile(
    rf"({_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*) ({_TIME})-({_TIME}|24:00) ({_ZONE})"
)
_DATE = r"\d{4}-\d{2}-\d{2}"
_FREEZE = re.compile(rf"({_DATE})(?:\.\.({_DATE}))?(?: ({_ZONE}))?")


@dataclass(frozen=True)
class TimeWindow:
    """A weekly window in the local time of `zone`; `text` is its spelling in the file.

    It opens on `days` (Monday is 0). `opens` and `closes` are minutes after midnight; `closes` is
    the first minute that is outside, at most 1440. If it is less than `opens`, the window closes on
    the next day.
    """

    days: frozenset[int]
    opens: int
    closes: int
    zone: ZoneInfo
    text: str = field(compare=False)

    def contains(self, moment: datetime) -> bool:
        """Whether the window is open at `moment`, which has a time zone.

        When clocks go back, some local times occur twice; the window is open both times.
        """
        local = moment.astimezone(self.zone)
        minute, today = local.hour * 60 + local.minute, local.weekday()
        if self.closes > self.opens:
            return today in self.days and self.opens <= minute < self.closes
        yesterday = (today - 1) % 7
        return (today in self.days and minute >= self.opens) or (
            yesterday in self.days and minute < self.closes
        )

    def openings(self, after: datetime, *, days: int) -> Iterator[datetime]:
        """When the window opens in the next `days` days, in UTC.

        A local time that occurs twice gives two moments. One that is skipped, because clocks go
        forward, gives the moment at which they do.
        """
        first = after.astimezone(self.zone).date()
        for offset in range(days + 1):
            day = first + timedelta(days=offset)
            if day.weekday() in self.days:
                opens = datetime.combine(day, time(self.opens // 60, self.opens % 60), self.zone)
                for fold in (0, 1):
                    yield _existing(opens.replace(fold=fold))


def _existing(local: datetime) -> datetime:
    """A local time in UTC; if clocks skip it, the moment at which they go forward."""
    before, after = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    assert before is not None
    assert after is not None
    if before >= after:
        return local.astimezone(UTC)
    change = local.replace(fold=1).astimezone(UTC)
    while change.astimezone(local.tzinfo).utcoffset() != after:
        change += timedelta(minutes=1)
    return change


@dataclass(frozen=True)
class FrozenDays:
    """Days on which nothing is deployed, including the last; `text` is the spelling in the file.

    If `zone` is None, the days are in the zone of the environment's first window, or in UTC.
    """

    first: date
    last: date
    zone: ZoneInfo | None
    text: str = field(compare=False)


@dataclass(frozen=True)
class Calendar:
    """The windows and frozen days of one environment."""

    windows: Sequence[TimeWindow]
    freezes: Sequence[FrozenDays]

    def frozen(self, moment: datetime) -> FrozenDays | None:
        """The frozen days that include `moment`, which has a time zone."""
        for days in self.freezes:
            if days.first <= moment.astimezone(self._zone(days)).date() <= days.last:
                return days
        return None

    def outside(self, moment: datetime) -> bool:
        """Whether there are windows and none is open at `moment`, which has a time zone."""
        return bool(self.windows) and not any(each.contains(moment) for each in self.windows)

    def opens(self, moment: datetime) -> datetime | None:
        """When deploying is allowed at `moment` or later (UTC); None: never.

        It looks at `moment` and the end of each freeze after it, and at the openings of all windows
        in the week after each: by then, every window has opened at least once.
        """
        starts = [moment.astimezone(UTC), *(end for end in self._thaws() if end > moment)]
        found = [
            candidate
            for start in starts
            for candidate in (start, *self._openings(start))
            if candidate >= moment and not self.outside(candidate) and not self.frozen(candidate)
        ]
        return min(found, default=None)

    def _openings(self, start: datetime) -> Iterator[datetime]:
        for window in self.windows:
            yield from window.openings(start, days=8)

    def _thaws(self) -> Iterator[datetime]:
        """The end of each freeze: the first moment of the next day."""
        for days in self.freezes:
            if days.last < date.max:
                midnight = datetime.combine(days.last + timedelta(days=1), time(), self._zone(days))
                yield _existing(midnight)

    def _zone(self, days: FrozenDays) -> ZoneInfo:
        if days.zone is not None:
            return days.zone
        return self.windows[0].zone if self.windows else ZoneInfo("UTC")


def _window(value: Json) -> TimeWindow:
    found = _WINDOW.fullmatch(value) if isinstance(value, str) else None
    if found is None or found[2] == found[3]:
        raise PydanticCustomError("window", "window")
    days = frozenset(day for part in found[1].split(",") for day in _span(*part.split("-")))
    return TimeWindow(days, _minutes(found[2]), _minutes(found[3]), _zone(found[4]), found[0])


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise PydanticCustomError("zone", "zone") from None


def _span(first: str, last: str = "") -> list[int]:
    """The days from one to another, which may go past the end of the week."""
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
    return FrozenDays(first, last, _zone(found[3]) if found[3] else None, found[0])


def _text(value: TimeWindow | FrozenDays) -> str:
    return value.text


Window = Annotated[
    TimeWindow, PlainValidator(_window), PlainSerializer(_text), WithJsonSchema({"type": "string"})
]
Freeze = Annotated[
    FrozenDays, PlainValidator(_freeze), PlainSerializer(_text), WithJsonSchema({"type": "string"})
]
