"""A storm of webhooks: recording goes first, looks take turns, and none is left out."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from app.lifecycle.engine.storm import MANY, TURN, WINDOW, Storm
from app.lifecycle.engine.worker import Worker
from app.observe import Metrics
from app.ports import Key


def blown(times: int, *, over: float) -> Storm:
    """A storm of so many wakes, spread evenly over the seconds before 10.0."""
    storm = Storm()
    for number in range(times):
        storm.count(10.0 - over + over * number / times)
    return storm


def test_many_at_once_are_a_storm() -> None:
    """From the wake that makes them many, until the window has left the first of them behind."""
    assert not blown(MANY - 1, over=0.0).rages(10.0)
    storm = blown(MANY, over=0.0)
    assert storm.rages(10.0)
    assert storm.rages(10.0 + 0.9 * WINDOW)
    assert not storm.rages(10.0 + 1.1 * WINDOW)


@pytest.mark.parametrize("times", [10, 1000])
def test_a_steady_trickle_is_none(times: int) -> None:
    """However long it lasts."""
    assert not blown(times, over=times * WINDOW / (MANY - 1)).rages(10.0)


class Never:
    """An index of nothing."""

    async def due(self, _now: float, _limit: int) -> list[Key]:
        """Nothing."""
        return []


class Looks:
    """Looks that hang until they are let go."""

    def __init__(self) -> None:
        self.begun: list[Key] = []
        self.gate = asyncio.Event()

    async def __call__(self, key: Key) -> float | None:
        """One look."""
        self.begun.append(key)
        await self.gate.wait()
        return None


class Still:
    """A clock that stands still until it is let go: a busy machine does not end the storm."""

    def __init__(self) -> None:
        self.stopped: float | None = 10.0

    def wall(self) -> float:
        """Epoch seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic() if self.stopped is None else self.stopped


class Stormy:
    """A worker in a storm that lasts until it is told to end."""

    def __init__(self) -> None:
        self.looks = Looks()
        self.clock = Still()
        self.worker = Worker(
            records=Never(),
            look=self.looks,
            clock=self.clock,
            metrics=Metrics.create(),
            total=2 * MANY,
            each=2 * MANY,
        )
        self.keys: list[Key] = [
            (repository, number) for number in range(50) for repository in range(10)
        ]
        self._blowing = asyncio.ensure_future(self._blow())

    async def _blow(self) -> None:
        while True:
            for key in self.keys:
                self.worker.wake(key)
            await asyncio.sleep(WINDOW / 10)

    async def end(self) -> None:
        """No more webhooks, and time goes on."""
        self.clock.stopped = None
        self._blowing.cancel()
        await asyncio.wait([self._blowing])


@pytest_asyncio.fixture
async def stormy() -> AsyncIterator[Stormy]:
    """Five hundred records, of ten repositories, are woken a hundred times a second."""
    made = Stormy()
    yield made
    await made.end()
    made.looks.gate.set()
    await made.worker.stop(1.0)


async def test_one_look_begins_in_each_turn(stormy: Stormy) -> None:
    """Besides those that began before it was known to be a storm."""
    await asyncio.sleep(WINDOW)
    before, loop = len(stormy.looks.begun), asyncio.get_running_loop()
    began = loop.time()
    await asyncio.sleep(3.5 * TURN)
    assert len(stormy.looks.begun) - before <= (loop.time() - began) / TURN + 1


async def test_no_storm_starves_looks(stormy: Stormy) -> None:
    """It goes on, and so do they, though all before them hang; each repository has its turn."""
    await asyncio.sleep(WINDOW)
    before = len(stormy.looks.begun)
    async with asyncio.timeout(40 * TURN):
        while len(stormy.looks.begun) < before + 10:
            await asyncio.sleep(TURN / 10)
    assert {key[0] for key in stormy.looks.begun[before:]} == set(range(10))


async def test_what_waited_is_looked_at_when_it_is_over(stormy: Stormy) -> None:
    """Nothing is dropped, and nobody has to wake anything again."""
    await asyncio.sleep(WINDOW)
    await stormy.end()
    stormy.looks.gate.set()
    async with asyncio.timeout(5.0):
        while not stormy.worker.idle:
            await asyncio.sleep(0.01)
    assert set(stormy.looks.begun) == set(stormy.keys)


async def test_a_stop_in_a_storm_begins_nothing_more(stormy: Stormy) -> None:
    """The turn that was to come does not come."""
    await asyncio.sleep(WINDOW)
    stormy.looks.gate.set()
    await stormy.worker.stop(1.0)
    before = len(stormy.looks.begun)
    await asyncio.sleep(2 * TURN)
    assert len(stormy.looks.begun) == before
