"""How long an entrance waits for the store."""

import asyncio
import time

import pytest

from app.errors import StoreUnavailable, StoreUnsure
from app.http.guard import within


async def forever() -> None:
    """A store that does not answer."""
    await asyncio.sleep(60)


async def withdrawn() -> None:
    """A store that takes a write back when nobody waits for it any more."""
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        raise StoreUnavailable("withdrawn") from None


async def failing() -> None:
    """A defect."""
    raise ZeroDivisionError


async def test_in_time() -> None:
    """The result, or what was raised."""
    assert await within(5, asyncio.sleep(0, "done")) == "done"
    with pytest.raises(ZeroDivisionError):
        await within(5, failing())


@pytest.mark.parametrize("seconds", [0.05, 0, -1])
async def test_too_late(seconds: float) -> None:
    """The outcome is unknown; the task goes on as if nothing had been canceled."""
    began = time.monotonic()
    with pytest.raises(StoreUnsure):
        await within(seconds, forever())
    assert time.monotonic() - began < 0.5
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_what_the_work_says_of_its_end_stands() -> None:
    """If the store can tell what became of the write, that is what counts."""
    with pytest.raises(StoreUnavailable):
        await within(0.01, withdrawn())


async def test_a_cancellation_from_outside_is_one() -> None:
    """A cancellation by somebody else stays one, and is not reported as the store's."""
    task = asyncio.create_task(within(5, forever()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()
