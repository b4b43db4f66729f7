"""The Protocols by which the lifecycle and the commands use the outside world.

Every method of a provider sends each request at most once (a retry is a new look) and ends within
half a lease (if it reads many pages, each page does). It raises only `Unavailable`, `RateLimited`
or `Refused` of `app.errors`.
"""

from collections.abc import Sequence
from typing import Protocol

from app.model.plan import Ticket
from app.model.waiting import Moment
from app.ports.chat import Chat
from app.ports.ci import CI, Claimed
from app.ports.github import GitHub
from app.ports.store import Bindings, Intake, Key, Leased, Lookups, Records, Store

__all__ = [
    "CI",
    "Bindings",
    "Chat",
    "Claimed",
    "Clock",
    "GitHub",
    "Intake",
    "Key",
    "Leased",
    "Lookups",
    "MachineClock",
    "Records",
    "Store",
    "Tickets",
    "Wake",
]


class Wake(Protocol):
    """Has a record looked at now.

    `delivery` is the id of the event that caused it, for the log. `awaited`: a person is waiting.
    """

    def __call__(self, key: Key, *, delivery: str = "", awaited: bool = False) -> None: ...


class Clock(Protocol):
    """Wall time (epoch seconds, may jump) and monotonic time (seconds, of this process only)."""

    def wall(self) -> float: ...
    def monotonic(self) -> float: ...


class MachineClock(Clock, Protocol):
    """A clock whose moments can be compared between all processes since the machine's boot."""

    def moment(self) -> Moment: ...


class Tickets(Protocol):
    """The ticket systems."""

    async def titled(self, tickets: Sequence[Ticket]) -> tuple[Ticket, ...]:
        """The tickets, with titles where the systems know them.

        Raises `Unavailable` if a title may be available later; then call it again for all.
        """
