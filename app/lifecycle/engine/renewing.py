"""Renewing a lease while a read goes on, which may be many calls."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Renewing(Protocol):
    """Awaits `work`, and calls `renew` every `every` seconds until it is done."""

    async def __call__(
        self, work: Coroutine[Any, Any, T], renew: Callable[[], Awaitable[None]], *, every: float
    ) -> T:
        """The work's result; an error of `renew` cancels the work."""
        ...


async def renewing(
    work: Coroutine[Any, Any, T], renew: Callable[[], Awaitable[None]], *, every: float
) -> T:
    """`Renewing` by the event loop's time. Work that is canceled has ended on return."""
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
    """Retrieve an error that comes after the look was cut off, so that asyncio doesn't log it."""
    if not task.cancelled():
        task.exception()
