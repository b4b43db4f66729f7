"""Deadlines on one timer: a timer for each would cost an entrance more than its store call."""

import asyncio
from collections.abc import Awaitable
from time import monotonic
from typing import Any, TypeVar

from app.errors import StoreUnsure

T = TypeVar("T")

SWEEP = 0.1
"""Seconds between two looks at what waits; so much later than asked a deadline may end."""


class Deadlines:
    """Bounds store calls, as `app.ingress.within` does; one at a time in each task.

    To be used from one event loop.
    """

    def __init__(self) -> None:
        self._ends: dict[asyncio.Task[Any], float] = {}
        self._over: set[asyncio.Task[Any]] = set()
        self._armed = False

    async def within(self, ends_at: float, work: Awaitable[T]) -> T:
        """The result of `work`: `StoreUnsure` when none came until `ends_at` (monotonic seconds).

        `work` is cancelled then, and may say more precisely what became of it.
        """
        task = asyncio.current_task()
        assert task is not None
        cancelling = task.cancelling()
        self._ends[task] = ends_at
        if not self._armed:
            self._arm()
        try:
            return await work
        except asyncio.CancelledError as error:
            if task in self._over and task.cancelling() == cancelling + 1:  # by nobody else
                raise StoreUnsure("no answer in time") from error
            raise
        finally:
            self._ends.pop(task, None)
            if task in self._over:
                self._over.discard(task)
                task.uncancel()

    def _arm(self) -> None:
        self._armed = True
        asyncio.get_running_loop().call_later(SWEEP, self._sweep)

    def _sweep(self) -> None:
        now = monotonic()
        for task in [task for task, ends_at in self._ends.items() if ends_at <= now]:
            del self._ends[task]
            self._over.add(task)
            task.cancel()
        self._armed = False
        if self._ends:
            self._arm()
