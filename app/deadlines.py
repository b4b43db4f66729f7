"""Deadlines on one timer: a timer for each would cost an entrance more than its store call."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from time import monotonic
from typing import Any, TypeVar

from app.errors import StoreUnsure

T = TypeVar("T")

SWEEP = 0.1
"""Seconds between two looks at what waits; so much later than asked a deadline may end."""


@dataclass(eq=False, slots=True)
class _Wait:
    """A task that waits; `over` once it was told that its time has passed."""

    task: asyncio.Task[Any]
    ends_at: float
    over: bool = False


class Deadlines:
    """Bounds store calls, as `app.ingress.within` does. To be used from one event loop."""

    def __init__(self) -> None:
        self._waits: set[_Wait] = set()
        self._armed = False

    async def within(self, seconds: float, work: Awaitable[T]) -> T:
        """The result of `work`: `StoreUnsure` when none came in time.

        `work` is cancelled then, and may say more precisely what became of it.
        """
        task = asyncio.current_task()
        assert task is not None
        wait, cancelling = _Wait(task, monotonic() + seconds), task.cancelling()
        self._waits.add(wait)
        if not self._armed:
            self._arm()
        try:
            return await work
        except asyncio.CancelledError as error:
            if wait.over and task.cancelling() == cancelling + 1:  # nobody else cancelled it
                raise StoreUnsure(f"no answer within {seconds:g} s") from error
            raise
        finally:
            self._waits.discard(wait)
            if wait.over:
                task.uncancel()

    def _arm(self) -> None:
        self._armed = True
        asyncio.get_running_loop().call_later(SWEEP, self._sweep)

    def _sweep(self) -> None:
        now = monotonic()
        for wait in self._waits:
            if not wait.over and wait.ends_at <= now:
                wait.over = True
                wait.task.cancel()
        self._armed = False
        if self._waits:
            self._arm()
