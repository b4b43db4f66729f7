"""Deadlines that share a timer."""

import asyncio
import time

import pytest

from app.deadlines import SWEEP, Deadlines
from app.errors import StoreUnavailable, StoreUnsure


async def forever() -> None:
    """A store that does not answer."""
    await asyncio.sleep(60)


async def withdrawn() -> None:
    """A store that takes a write back when nobody waits for it any more."""
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        raise StoreUnavailable("withdrawn") from None


async def test_in_time() -> None:
    """The result, and nothing is left of the deadline."""
    deadlines = Deadlines()
    assert await deadlines.within(time.monotonic() + 5, asyncio.sleep(0, "done")) == "done"
    with pytest.raises(ZeroDivisionError):
        await deadlines.within(time.monotonic() + 5, _failing())
    assert not deadlines._ends


async def _failing() -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("seconds", [0.05, 0, -1])
async def test_too_late(seconds: float) -> None:
    """Nobody knows what became of it; the task goes on as if nothing had been cancelled."""
    began = time.monotonic()
    with pytest.raises(StoreUnsure):
        await Deadlines().within(began + seconds, forever())
    assert time.monotonic() - began < 2 * SWEEP + 0.5
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_what_the_work_says_of_its_end_stands() -> None:
    """A store that can tell what became of the write is believed."""
    with pytest.raises(StoreUnavailable):
        await Deadlines().within(time.monotonic() + 0.01, withdrawn())


async def test_each_has_its_own() -> None:
    """The late one ends, those beside it do not."""
    deadlines = Deadlines()
    late, well = await asyncio.gather(
        deadlines.within(time.monotonic() + 0.01, forever()),
        deadlines.within(time.monotonic() + 5, asyncio.sleep(3 * SWEEP, "done")),
        return_exceptions=True,
    )
    assert isinstance(late, StoreUnsure)
    assert well == "done"


async def test_one_after_the_other() -> None:
    """The timer that has run out is set again."""
    deadlines = Deadlines()
    for _ in range(2):
        with pytest.raises(StoreUnsure):
            await deadlines.within(time.monotonic() + 0.01, forever())
        await asyncio.sleep(2 * SWEEP)
        assert not deadlines._armed


async def test_a_cancellation_from_outside_is_one() -> None:
    """Also where it comes beside the deadline's."""
    task = asyncio.create_task(Deadlines().within(time.monotonic() + 5, forever()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_a_cancellation_beside_the_deadline() -> None:
    """Whoever stopped the task is not told of a store."""
    deadlines = Deadlines()
    task = asyncio.create_task(deadlines.within(time.monotonic(), forever()))
    await asyncio.sleep(0)
    deadlines._sweep()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
