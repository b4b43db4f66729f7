"""Renewing a lease while something takes its time."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Renewing(Protocol):
    """Awaits `work`, and `renew`s every so many seconds until it is done."""

    async def __call__(
        self, work: Coroutine[Any, Any, T], renew: Callable[[], Awaitable[None]], *, every: float
    ) -> T:
        """The work's result; what `renew` raises ends the work."""
        ...


async def renewing(
    work: Coroutine[Any, Any, T], renew: Callable[[], Awaitable[None]], *, every: float
) -> T:
    """By the event loop's time. See `Renewing`; what is cut off has ended on return."""
    task = asyncio.ensure_future(work)
    task.add_done_callback(_heard)
    try:
        while not (await asyncio.wait({task}, timeout=every))[0]:
            await renew()
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.wait({task})


def _heard(task: asyncio.Task[Any]) -> None:
    """Mark as seen an error that comes after the look was cut off: another look follows."""
    if not task.cancelled():
        task.exception()
