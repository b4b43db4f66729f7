"""What an alert goes by: how long records are due, and how many deployments hang."""

import dataclasses

import pytest
from msgspec import structs

from app.lifecycle.engine.worker import Worker
from app.lifecycle.timeline.stuck import FORGOTTEN_AFTER, Stuck
from app.model.ask import Ask, AskKind
from app.model.build import Build, BuildState
from app.model.effects import Backoff
from app.observe import Metrics
from app.ports import Key
from tests.texts.builds import T0, build

DOWN = {
    "ci": Backoff(attempts=9, since=T0, retry_at=T0 + 400, error="no connection"),
}


def stuck_build(deployment_id: int) -> Build:
    """A deployment whose pipeline cannot be started: CircleCI is down."""
    b = build(state=BuildState.WAITING, gates_open=True, due_at=T0 + 400, backoff=DOWN)
    return structs.replace(b, deployment_id=deployment_id)


def test_each_that_hangs_is_counted_once() -> None:
    """However often it is looked at; it is not once it goes on, or nothing is due any more."""
    stuck = Stuck()
    counts = [stuck.count(stuck_build(n), wall=T0 + 300, monotonic=0.0) for n in (1, 2, 2)]
    assert counts == [1, 2, 2]
    on = structs.replace(stuck_build(1), backoff={})
    assert stuck.count(on, wall=T0 + 1, monotonic=1.0) == 1
    over = structs.replace(stuck_build(2), due_at=None)
    assert stuck.count(over, wall=T0 + 300, monotonic=2.0) == 0


def test_what_another_process_looks_at_is_forgotten() -> None:
    """It counts there."""
    stuck = Stuck()
    stuck.count(stuck_build(1), wall=T0 + 300, monotonic=0.0)
    late = FORGOTTEN_AFTER + 1
    assert stuck.count(stuck_build(2), wall=T0 + 300, monotonic=late) == 1


def test_an_ask_hangs_while_a_provider_keeps_it_waiting() -> None:
    """Not while it is about to be looked at, nor once it is answered."""
    ask = Ask(ask_id="a", kind=AskKind.COMMAND, asked_at=T0)
    waiting = structs.replace(ask, backoff=DOWN, due_at=T0 + 400)
    stuck = Stuck()
    asks = (
        ask,
        waiting,
        structs.replace(waiting, ask_id="b"),
        structs.replace(waiting, due_at=None),
    )
    assert [0, 1, 2, 1] == [stuck.count(one, wall=T0, monotonic=0.0) for one in asks]


@dataclasses.dataclass
class Index:
    """A due index and a clock."""

    keys: list[Key]
    now: float = 0.0

    async def due(self, _now: float, _limit: int) -> list[Key]:
        """What is due."""
        return self.keys

    def wall(self) -> float:
        """Now."""
        return self.now

    def monotonic(self) -> float:
        """Now."""
        return self.now


async def test_how_long_the_oldest_record_has_been_due() -> None:
    """As long as polls have seen it; one that comes and goes begins anew."""
    index, metrics = Index([(1, 1)]), Metrics()

    async def look(_key: Key) -> float | None:
        return None

    worker = Worker(records=index, look=look, clock=index, metrics=metrics)  # type: ignore[arg-type] # all that polling needs

    async def poll(now: float, *keys: Key) -> float | None:
        index.now, index.keys = now, list(keys)
        await worker.poll()
        return metrics.registry.get_sample_value("deploybot_oldest_due_seconds")

    assert await poll(0.0, (1, 1)) == pytest.approx(0.0)
    assert await poll(5.0, (1, 1), (1, 2)) == pytest.approx(5.0)
    assert await poll(10.0, (1, 2)) == pytest.approx(5.0)
    assert await poll(15.0) == pytest.approx(0.0)
    assert await poll(20.0, (1, 2)) == pytest.approx(0.0)
    await worker.stop(1.0)
