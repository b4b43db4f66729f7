"""What the lifecycle and the commands need of the outside, as Protocols: one module a side.

Every method of a provider's makes at most one attempt for each request it sends (retries are new
looks), ends within half a lease (of a list with many pages, each page does), and raises only
`Unavailable`, `RateLimited` or `Refused` of `app.errors`.
"""

from collections.abc import Sequence
from typing import Protocol

from app.model.plan import Ticket
from app.model.waiting import Moment
from app.ports.chat import Chat
from app.ports.ci import CI, Claimed
from app.ports.github import GitHub
from app.ports.store import Bindings, Intake, Key, Lookups, Records, Store

__all__ = [
    "CI",
    "Bindings",
    "Chat",
    "Claimed",
    "Clock",
    "GitHub",
    "Intake",
    "Key",
    "Lookups",
    "MachineClock",
    "Records",
    "Store",
    "Tickets",
    "Wake",
]


class Wake(Protocol):
    """Has a record looked at now.

    `delivery` names the event that says so, for the log; `awaited`: a person waits for it.
    """

    def __call__(self, key: Key, *, delivery: str = "", awaited: bool = False) -> None: ...


class Clock(Protocol):
    """Wall time (epoch seconds, may jump) and monotonic time (seconds, ours alone)."""

    def wall(self) -> float: ...
    def monotonic(self) -> float: ...


class MachineClock(Clock, Protocol):
    """A clock that also tells moments, which all processes of one boot can compare."""

    def moment(self) -> Moment: ...


class Tickets(Protocol):
    """Ticket systems: names for references."""

    async def titled(self, tickets: Sequence[Ticket]) -> tuple[Ticket, ...]:
        """The tickets with their titles, where a system tells them.

        `Unavailable` where one may be told later: then all are asked for again.
        """
