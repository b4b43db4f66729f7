"""How urgent a call to a provider is: who causes it says so, and the clients go by it.

Where calls are scarce the order is outcomes, what a person waits for, starting, then progress.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum


class Urgency(IntEnum):
    """The smaller, the sooner."""

    OUTCOME = 0
    AWAITED = 1
    STARTING = 2
    PROGRESS = 3


_URGENCY: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.AWAITED)


@contextmanager
def urgent(urgency: Urgency) -> Iterator[None]:
    """All calls that are made inside are so urgent."""
    token = _URGENCY.set(urgency)
    try:
        yield
    finally:
        _URGENCY.reset(token)


def current_urgency() -> Urgency:
    """Of the call that is about to be made."""
    return _URGENCY.get()
