"""Time that only a test moves, and processes that only a test runs: one point after the other."""

import contextvars
import heapq
import itertools
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass, field
from typing import Any

from app.errors import StoreError
from app.model.waiting import Moment


@dataclass
class Point:
    """A place where a process can be left waiting for ever so long, or killed."""

    label: str

    def __await__(self) -> Generator["Point", None, None]:
        """Hand control back to the test."""
        yield self


@dataclass
class Time:
    """The world's time, in seconds, and what is to happen later."""

    now: float = 1_000_000.0
    _later: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _order: "itertools.count[int]" = field(default_factory=itertools.count)

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Let something happen once that many seconds have passed."""
        heapq.heappush(self._later, (self.now + seconds, next(self._order), act))

    def go_on(self, seconds: float) -> None:
        """Let time pass, and with it what was to happen meanwhile."""
        until = self.now + seconds
        while self._later and self._later[0][0] <= until:
            at, _, act = heapq.heappop(self._later)
            self.now = max(self.now, at)
            act()
        self.now = until

    @property
    def pending(self) -> bool:
        """Whether anything is still to happen."""
        return bool(self._later)


@dataclass(frozen=True)
class SimClock:
    """A process's clocks: a wall clock that may be wrong by any amount, a monotonic one of its own."""

    time: Time
    offset: float
    base: float

    def wall(self) -> float:
        """What this process believes the time is."""
        return self.time.now + self.offset

    def monotonic(self) -> float:
        """Seconds since some moment that means nothing to others."""
        return self.time.now + self.base

    def moment(self) -> Moment:
        """Now; every life is one of a machine of its own."""
        return Moment(seconds=self.monotonic(), boot=f"{self.base}{self.offset}")


@dataclass
class Running:
    """A look under way: a coroutine, stopped at a point."""

    coroutine: Coroutine[Point, None, Any]
    context: contextvars.Context = field(default_factory=contextvars.copy_context)
    at: str = ""
    failed: bool = False

    def step(self) -> bool:
        """Go on to the next point; whether the look has ended."""
        try:
            point = self.context.run(self.coroutine.send, None)
        except StopIteration:
            return True
        except StoreError:
            self.failed = True
            return True
        self.at = point.label
        return False

    def kill(self) -> None:
        """End it where it stands: nothing of it is recorded any more."""
        self.context.run(self.coroutine.close)
