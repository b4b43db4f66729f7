"""How urgent calls to providers are: a look says so, and the clients send in that order.

The order matters when a provider limits our requests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum


class Urgency(IntEnum):
    """What a call is for; lower values go first. `AWAITED`: a person is waiting for it."""

    OUTCOME = 0
    AWAITED = 1
    STARTING = 2
    PROGRESS = 3


_URGENCY: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.AWAITED)


@contextmanager
def urgent(urgency: Urgency) -> Iterator[None]:
    """All calls made inside this context have that urgency."""
    token = _URGENCY.set(urgency)
    try:
        yield
    finally:
        _URGENCY.reset(token)


def current_urgency() -> Urgency:
    """The urgency of calls made now; `AWAITED` unless `urgent` says otherwise."""
    return _URGENCY.get()
