"""A look on a real store: taken, read, one thing done, recorded, given back, whatever happens."""

import asyncio
from typing import Any

import pytest

from app.model.build import BuildState
from app.model.note import Note
from tests.lifecycle.decisions import PLAN
from tests.lifecycle.scenes import KEY, Scene
from tests.lifecycle.simulation.runs import LIMITS

pytestmark = pytest.mark.usefixtures("quiet")


async def test_a_look_does_one_thing_and_gives_the_record_back(scene: Scene):
    """Its pipeline is started; what comes next is for the next look, due at once."""
    before = await scene.arrive()
    assert await scene.looker()(KEY) == 0.0
    b = await scene.record()
    assert (b.state, b.pipeline_id) == (BuildState.RUNNING, "p1")
    assert (b.holder, b.due_at) == (None, 0.0)
    assert b.version > before.version + 2
    assert (await scene.store.slot(1, "production")).running == 1
    assert scene.world.github.statuses[1] == []


async def test_the_slot_is_that_of_the_environment_that_is_meant(scene: Scene):
    """However it is spelled on GitHub; it is given back there, too."""
    await scene.arrive(environment="prod", plan=PLAN)
    look = scene.looker()
    await look(KEY)
    assert (await scene.store.slot(1, "production")).running == 1
    assert (await scene.store.slot(1, "prod")).version == 0
    scene.world.circleci.go_on(scene.world.circleci.pipelines[0])
    scene.world.time.go_on(60.0)
    while await look(KEY) == 0.0:
        pass
    assert (await scene.store.slot(1, "production")).running is None


async def test_looks_go_on_until_everything_is_told(scene: Scene):
    """Then the record is due when its pipeline is to be looked at again."""
    await scene.arrive()
    look = scene.looker()
    waits = [await look(KEY) for _ in range(4)]
    assert waits[:3] == [0.0, 0.0, 0.0]
    assert waits[3] == pytest.approx(LIMITS.watch)
    assert [status.state for status in scene.world.github.statuses[1]] == ["in_progress"]
    assert len(scene.world.slack.cards) == 1
    scene.world.circleci.go_on(scene.world.circleci.pipelines[0])
    scene.world.time.go_on(60.0)
    while await look(KEY) is not None:
        pass
    b = await scene.record()
    assert (b.state, b.due_at, b.occupies_slot) == (BuildState.SUCCEEDED, None, False)
    assert scene.world.slack.outcomes(1) == ["1:succeeded:0"]


async def test_what_is_not_due_is_left_alone(scene: Scene):
    """Unknown, not yet due, or not due any more: it says when, and touches nothing."""
    look = scene.looker()
    assert await look((1, 9)) is None
    assert await look("no such ask") is None
    b = await scene.arrive()
    taken = await scene.store.take(b, "me")
    resting = await scene.store.finish(taken, taken, due_at=scene.world.time.now + 7.0)
    assert await look(KEY) == pytest.approx(7.0)
    taken = await scene.store.take(resting, "me")
    await scene.store.finish(taken, taken, due_at=None)
    assert await look(KEY) is None
    assert scene.world.circleci.pipelines == []


async def test_a_held_record_is_taken_over_after_a_lease_of_silence(scene: Scene):
    """By what this process saw on its own clock, and not a moment earlier."""
    held = await scene.store.take(await scene.arrive(), "dead")
    look = scene.looker()
    assert await look(KEY) == LIMITS.lease
    scene.world.time.go_on(LIMITS.lease - 0.1)
    assert await look(KEY) == LIMITS.lease
    assert await scene.record() == held
    scene.world.time.go_on(0.1)
    assert await look(KEY) == 0.0
    assert (await scene.record()).pipeline_id == "p1"


async def test_of_two_that_look_at_once_one_does_it(scene: Scene):
    """Another is told at its first write and comes back soon, or sees that it is held."""
    await scene.arrive()
    waits = await asyncio.gather(*(scene.looker(holder)(KEY) for holder in ("a", "b", "c")))
    assert waits.count(0.0) == 1
    assert set(waits) <= {0.0, 0.05, LIMITS.lease}
    assert len(scene.world.circleci.pipelines) == 1


async def test_of_two_that_want_the_slot_one_gets_it(scene: Scene):
    """The slot is taken with the intent, or neither: the other waits in line."""
    await scene.arrive()
    await scene.arrive()
    look = scene.looker()
    for _ in range(6):
        await asyncio.gather(look((1, 1)), look((1, 2)))
        scene.world.time.go_on(0.2)  # who comes second waits a moment
    assert len(scene.world.circleci.pipelines) == 1
    slot = await scene.store.slot(1, "production")
    assert {slot.running, *(place.deployment_id for place in slot.waiting)} == {1, 2}


async def test_an_event_during_a_look_is_not_lost(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """Whatever the look decided, the record stays due."""
    await scene.arrive()
    look = scene.looker()
    for _ in range(3):
        await look(KEY)
    scene.world.circleci.go_on(scene.world.circleci.pipelines[0])
    scene.world.time.go_on(60.0)
    read = look.kinds[0].reader.ci.read

    async def slowly(pipeline_id: str, **sent: Any):
        await scene.store.note(Note(repository_id=1, deployment_id=1))
        return await read(pipeline_id, **sent)

    monkeypatch.setattr(look.kinds[0].reader.ci, "read", slowly)
    assert await look(KEY) == 0.0
    assert (await scene.record()).due_at == 0.0


async def test_who_is_next_is_woken(scene: Scene):
    """The slot is given back, and the next in line is due in the same transaction."""
    await scene.arrive()
    await scene.arrive()
    look = scene.looker()
    for _ in range(5):
        await look((1, 1))
        await look((1, 2))
    scene.world.circleci.go_on(scene.world.circleci.pipelines[0])
    scene.world.time.go_on(60.0)
    scene.woken.clear()
    while (await scene.record(1)).occupies_slot:
        await look((1, 1))
    assert (1, 2) in scene.woken
    assert (await scene.record(2)).due_at == 0.0
    await look((1, 2))
    assert (await scene.record(2)).pipeline_id == "p2"
