"""What can go wrong between a process and the outside."""

from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from app.errors import Provider, RateLimited, Refused, StoreUnavailable, StoreUnsure, Unavailable
from tests.lifecycle.simulation.scheduling import Point, Time
from tests.reasons import named

T = TypeVar("T")


class Fault(StrEnum):
    """How one call goes wrong."""

    REFUSED_CONNECTION = "nothing was sent"
    LIMITED = "429"
    DROPPED = "nothing was done, and nobody knows"
    LOST = "it was done, and nobody knows"
    LATE = "it is done later, within a lease"
    FORBIDDEN = "a lasting refusal"


AMBIGUOUS = (Fault.DROPPED, Fault.LOST, Fault.LATE)


@dataclass
class Faults:
    """What was prepared to go wrong: the next calls, and whole providers that are down.

    `stops`: each call is a point where a test may leave the process waiting.
    `late` are the calls of which one is carried out late.
    """

    time: Time
    lease: float
    stops: bool = True
    late: set[str] = field(default_factory=set)
    down: set[str] = field(default_factory=set)
    next: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))

    def arm(self, where: str, fault: Fault) -> None:
        """Let one of the coming calls go wrong: `ci.trigger`, or `ci` for any."""
        self.next[where].append(fault)

    def heal(self) -> None:
        """From now on everything works."""
        self.down.clear()
        self.next.clear()

    async def read(self, provider: Provider, name: str, act: Callable[[], T]) -> T:
        """A call that changes nothing."""
        await self._point(f"{provider}.{name}")
        fault = self._fault(provider, name)
        if fault is not None:
            raise _error(provider, fault)
        return act()

    async def write(
        self,
        provider: Provider,
        name: str,
        act: Callable[[], T],
        *,
        may: Callable[[], bool] = lambda: True,
    ) -> T:
        """A call that changes something there: before it, at it and after it one may die.

        `may` tells, as it is sent, whether its sender still has its lease.
        """
        await self._point(f"{provider}.{name} is sent")
        may()
        fault = self._fault(provider, name)
        if fault is Fault.LATE:
            self.late.add(f"{provider}.{name}")
            self.time.later(self.lease * 0.99, lambda: _quietly(act))
        if fault not in (None, Fault.LOST):
            raise _error(provider, fault)
        result = act()
        await self._point(f"{provider}.{name} is answered")
        if fault is Fault.LOST:
            raise _error(provider, fault)
        return result

    async def store(self, name: str, act: Callable[[], T]) -> T:
        """A call of the store."""
        await self._point(f"store.{name} is sent")
        fault = self._fault("store", name)
        if fault in (Fault.REFUSED_CONNECTION, Fault.LIMITED, Fault.FORBIDDEN):
            raise StoreUnavailable("down")
        if fault in (Fault.DROPPED, Fault.LATE):
            raise StoreUnsure("no answer")
        result = act()
        await self._point(f"store.{name} is answered")
        if fault is Fault.LOST:
            raise StoreUnsure("no answer")
        return result

    async def _point(self, label: str) -> None:
        if self.stops:
            await Point(label)

    def _fault(self, provider: str, name: str) -> Fault | None:
        for where in (f"{provider}.{name}", provider):
            if self.next[where]:
                return self.next[where].popleft()
        return Fault.DROPPED if provider in self.down else None


def _quietly(act: Callable[[], object]) -> None:
    """A request that lands after its sender is gone: whatever comes of it, nobody hears."""
    try:
        act()
    except Refused:
        return


def _error(provider: Provider, fault: Fault) -> Exception:
    if fault is Fault.LIMITED:
        return RateLimited(provider, "slow down", status=429, retry_after=7.0)
    if fault is Fault.FORBIDDEN:
        name = {"ci": "circleci_refused", "slack": "slack_refused"}.get(provider)
        return Refused(provider, named(name or "github_refused"), "no", status=403)
    return Unavailable(provider, str(fault), status=502, ambiguous=fault in AMBIGUOUS)
