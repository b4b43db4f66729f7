"""The worker: bounded, fair, nothing lost between two looks, and done in time when it is told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from structlog.contextvars import get_contextvars

import app.lifecycle.engine.worker as worker_module
from app.errors import StoreUnavailable
from app.lifecycle.engine.lanes import Lane
from app.lifecycle.engine.worker import Look, Worker
from app.observe import Metrics, log_context
from app.ports import Key

pytestmark = pytest.mark.usefixtures("quiet")


class Clock:
    """Time stands still: only what is due at all is asked for."""

    def wall(self) -> float:
        """Now."""
        return 100.0

    def monotonic(self) -> float:
        """Now."""
        return 100.0


class Due:
    """The due index: what it says, and how often it was asked."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.asked = 0
        self.error: Exception | None = None

    async def due(self, now: float, limit: int) -> list[Key]:
        """What is due."""
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.keys


class Looks:
    """Looks that end when they are let go; what ran at the same time is remembered."""

    def __init__(self) -> None:
        self.begun: list[Key] = []
        self.running: Counter[object] = Counter()
        self.most: Counter[object] = Counter()
        self.gate = asyncio.Event()
        self.answer: Callable[[Key], float | None] = lambda _: None

    async def __call__(self, key: Key) -> float | None:
        """One look."""
        self.begun.append(key)
        groups: tuple[object, ...] = ("all", "ask" if isinstance(key, str) else key[0])
        for group in groups:
            self.running[group] += 1
            self.most[group] = max(self.most[group], self.running[group])
        try:
            await self.gate.wait()
            return self.answer(key)
        finally:
            self.running.subtract(groups)


@pytest_asyncio.fixture
async def looks() -> Looks:
    """Looks that a test lets go."""
    return Looks()


@pytest.fixture
def due() -> Due:
    """An empty index."""
    return Due()


def worker_of(due: Due, look: Look, *, builds: int, each: int) -> Worker:
    """A worker with few places."""
    places = {Lane.BUILD: builds, Lane.BEGUN: 2, Lane.AWAITED: 2, Lane.EVENT: 2}
    return Worker(
        records=due, look=look, clock=Clock(), metrics=Metrics(), places=places, each=each
    )


@pytest_asyncio.fixture
async def worker(looks: Looks, due: Due) -> AsyncIterator[Worker]:
    """Four looks at builds at once, two of one repository, and two of each other kind."""
    made = worker_of(due, looks, builds=4, each=2)
    yield made
    looks.gate.set()
    await made.stop(1.0)


async def settle() -> None:
    """Let everything happen that can happen now."""
    for _ in range(20):
        await asyncio.sleep(0)


async def eventually(condition: Callable[[], object]) -> None:
    """Wait for something, not for long."""
    async with asyncio.timeout(10.0):
        while not condition():
            await asyncio.sleep(0.005)


async def test_looks_are_bounded(worker: Worker, looks: Looks):
    """In all and for one repository; what waits gets its turn."""
    keys: list[Key] = [(repository, n) for repository in (1, 2, 3) for n in range(5)]
    for key in keys:
        worker.wake(key)
    await settle()
    assert len(looks.begun) == 4
    looks.gate.set()
    await eventually(lambda: worker.idle)
    assert sorted(looks.begun) == sorted(keys)
    assert looks.most["all"] == 4
    assert max(looks.most[repository] for repository in (1, 2, 3)) == 2


async def test_a_busy_repository_does_not_starve_another(worker: Worker, looks: Looks):
    """Whose turn it is goes round."""
    for number in range(50):
        worker.wake((1, number))
    for number in range(2):
        worker.wake((2, number))
    await settle()
    assert looks.begun == [(1, 0), (1, 1), (2, 0), (2, 1)]


async def test_turns_go_round_among_the_waiting(looks: Looks, due: Due):
    """With one look at a time, each repository has its turn before any has its second."""
    one = worker_of(due, looks, builds=1, each=1)
    looks.gate.set()
    for repository in (1, 2, 3):
        for number in range(3):
            one.wake((repository, number))
    await eventually(lambda: one.idle)
    assert [key[0] for key in looks.begun] == [1, 1, 2, 3, 1, 2, 3, 2, 3]
    await one.stop(1.0)


async def test_a_person_is_heard_in_a_storm_of_reports(worker: Worker, looks: Looks):
    """Reports and events wait for their own places, however many they are."""
    for number in range(20):
        worker.wake((number, 1))
        worker.wake(f"event{number}")
    worker.wake("list", awaited=True)
    await settle()
    assert looks.most == {"all": 7, "ask": 3, **dict.fromkeys(range(4), 1)}
    assert "list" in looks.begun


async def test_what_has_begun_goes_before_what_has_not(worker: Worker, looks: Looks):
    """A deployment is not held up by commands that came after it, nor its command's second look."""
    looks.answer = lambda key: 0.0 if key == "first" and looks.begun.count(key) == 1 else None
    looks.gate.set()
    worker.wake("first", awaited=True)
    for number in range(20):
        worker.wake(f"command{number}", awaited=True)
    worker.wake((1, 1))
    await eventually(lambda: worker.idle)
    before = looks.begun[: looks.begun.index("command9")]
    assert before.count("first") == 2
    assert (1, 1) in before


async def test_what_waits_for_its_turn_is_looked_at_once(worker: Worker, looks: Looks):
    """Ten events are looked at together."""
    for number in range(2):
        worker.wake((1, number))
    for _ in range(10):
        worker.wake((1, 9))
    looks.gate.set()
    await eventually(lambda: worker.idle)
    assert looks.begun == [(1, 0), (1, 1), (1, 9)]


async def test_a_wake_during_a_look_is_one_look_more(worker: Worker, looks: Looks):
    """What came meanwhile was not seen by it, however often it came."""
    worker.wake((1, 1))
    await settle()
    for _ in range(10):
        worker.wake((1, 1))
    looks.gate.set()
    await eventually(lambda: worker.idle)
    assert looks.begun == [(1, 1), (1, 1)]


async def test_who_met_another_is_not_idle(worker: Worker, looks: Looks):
    """A look that comes again in a moment is work that has not ended."""
    waits = iter([0.05, None])
    looks.answer = lambda _: next(waits)
    looks.gate.set()
    worker.wake((1, 1))
    await eventually(lambda: worker.idle)
    assert looks.begun == [(1, 1), (1, 1)]


async def test_a_look_says_when_it_is_due_again(worker: Worker, looks: Looks):
    """At once, or in a while; a wake comes before the timer, and takes its place."""
    waits = iter([0.0, 0.01, 5.0, None])
    looks.answer = lambda _: next(waits)
    looks.gate.set()
    worker.wake((1, 1))
    await eventually(lambda: len(looks.begun) == 3)
    await settle()
    worker.wake((1, 1))
    await eventually(lambda: len(looks.begun) == 4)
    assert worker._timers == {}


async def test_a_far_timer_is_left_to_the_index(worker: Worker, looks: Looks):
    """A process that lives for months keeps no timers for them."""
    looks.answer = lambda _: 3600.0
    looks.gate.set()
    worker.wake((1, 1))
    await eventually(lambda: worker.idle)
    assert worker._timers == {}


@pytest.mark.parametrize("error", [StoreUnavailable("down"), ValueError("a defect")])
async def test_a_look_that_fails_costs_only_itself(worker: Worker, looks: Looks, error: Exception):
    """The others go on; it is counted, and comes back with the index."""

    def answer(key: Key) -> float | None:
        if key == (1, 1):
            raise error
        return None

    looks.answer = answer
    looks.gate.set()
    worker.wake((1, 1))
    worker.wake((1, 2))
    await eventually(lambda: worker.idle)
    assert looks.begun == [(1, 1), (1, 2)]
    counted = (worker.metrics.store_failures, worker.metrics.handler_failures.labels("look"))
    assert sum(counter._value.get() for counter in counted) == 1


async def test_the_index_is_polled(
    worker: Worker, looks: Looks, due: Due, monkeypatch: pytest.MonkeyPatch
):
    """For timers and for what others left; what is being looked at is not looked at twice."""
    monkeypatch.setattr(worker_module, "POLL", 0.01)
    due.keys = [(1, 1), "ask"]
    worker.start()
    await eventually(lambda: due.asked > 3)
    assert looks.begun == [(1, 1), "ask"]
    looks.gate.set()
    due.keys = []
    await eventually(lambda: worker.idle)
    assert sorted(map(str, looks.begun)) == ["(1, 1)", "ask"]


@pytest.mark.parametrize("error", [StoreUnavailable("down"), ValueError("a defect")])
async def test_polling_goes_on_after_a_failure(
    worker: Worker, looks: Looks, due: Due, error: Exception, monkeypatch: pytest.MonkeyPatch
):
    """The store was away for a while."""
    monkeypatch.setattr(worker_module, "POLL", 0.01)
    due.error, due.keys = error, [(1, 1)]
    worker.start()
    await eventually(lambda: due.asked > 2)
    assert looks.begun == []
    due.error = None
    await eventually(lambda: looks.begun)


async def test_stopping_lets_looks_end_and_begins_none(worker: Worker, looks: Looks, due: Due):
    """What runs comes to its end; what waits stays due for others."""
    worker.start()
    for number in range(5):
        worker.wake((1, number))
    await settle()
    stopping = asyncio.create_task(worker.stop(5.0))
    await settle()
    worker.wake((2, 1))
    looks.gate.set()
    await stopping
    assert looks.begun == [(1, 0), (1, 1)]
    assert not worker._running


async def test_stopping_cuts_off_what_takes_too_long(worker: Worker, looks: Looks):
    """Within its grace; a look that is cut off can still give its lease back."""
    handed_over: list[str] = []

    async def slow(key: Key) -> float | None:
        try:
            await asyncio.sleep(60)
        finally:
            handed_over.append("given back")
        return None

    worker.look = slow
    worker.wake((1, 1))
    await settle()
    begun = asyncio.get_running_loop().time()
    await worker.stop(0.05)
    assert asyncio.get_running_loop().time() - begun < 1.0
    assert handed_over == ["given back"]


async def test_a_timer_does_not_ring_after_the_stop(worker: Worker, looks: Looks):
    """Nothing wakes a worker that is done."""
    looks.answer = lambda _: 0.3
    looks.gate.set()
    worker.wake((1, 1))
    await eventually(lambda: worker._timers)
    await worker.stop(1.0)
    await asyncio.sleep(0.4)
    assert looks.begun == [(1, 1)]


async def test_a_look_is_logged_with_the_delivery_that_asked_for_it(due: Due):
    """Not with that of whoever happened to be accepted when its turn came."""
    gate = asyncio.Event()
    logged: dict[Key, object] = {}

    async def look(key: Key) -> float | None:
        await gate.wait()
        logged[key] = get_contextvars()
        return None

    one = worker_of(due, look, builds=1, each=1)
    one.wake((1, 1), delivery="first")
    await settle()
    with log_context(delivery="somebody's"):
        one.wake((1, 2), delivery="second")
        one.wake((1, 3))
        one.wake((1, 1), delivery="again")
        gate.set()
        await eventually(lambda: one.idle)
    assert logged == {(1, 1): {"delivery": "again"}, (1, 2): {"delivery": "second"}, (1, 3): {}}
    await one.stop(1.0)
