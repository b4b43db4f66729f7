"""What the lifecycle and the commands need of the outside, as Protocols: one module a side."""

from typing import Protocol

from app.model.waiting import Moment
from app.ports.providers import CI, Chat, Claimed, GitHub, Tickets
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
