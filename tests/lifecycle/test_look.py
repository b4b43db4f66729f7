"""A look on a real store: taken, read, one thing done, recorded, given back, whatever happens."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from app.errors import StoreUnavailable
from app.lifecycle.look import AFTER_DEFECT, Looker
from app.lifecycle.step import Read, What
from app.model.ask import Ask, AskKind, ChatRequest
from app.model.build import Build, BuildState, Guard, Note
from app.observe import Metrics
from app.ports import Key, Store
from app.store.opening import open_store
from tests.lifecycle.decisions import PROJECT, build
from tests.lifecycle.simulation.circleci import CircleCIClient
from tests.lifecycle.simulation.faults import Fault
from tests.lifecycle.simulation.github import GitHubClient
from tests.lifecycle.simulation.looking import Outside, looker_of
from tests.lifecycle.simulation.runs import LIMITS
from tests.lifecycle.simulation.scheduling import SimClock
from tests.lifecycle.simulation.slack import SlackClient
from tests.lifecycle.simulation.world import World

pytestmark = pytest.mark.usefixtures("quiet")

KEY = (1, 1)


@dataclass
class Scene:
    """A world with a store on disk, and processes that look into it."""

    world: World
    store: Store
    woken: list[Key] = field(default_factory=list)
    metrics: Metrics = field(default_factory=Metrics.create)

    def looker(self, holder: str = "me", *, store: Any = None) -> Looker:
        """One process."""
        clock = SimClock(self.world.time, offset=0.0, base=-5000.0)
        outside = Outside(
            store=store or self.store,
            github=GitHubClient(self.world.github, self.world.faults, lambda _: True),
            ci=CircleCIClient(self.world.circleci, self.world.faults, lambda _: True),
            chat=SlackClient(self.world.slack, self.world.faults, lambda _: True),
            clock=clock,
        )
        return looker_of(self.world, outside, holder, self.metrics, self.woken.append)

    async def arrive(self, **facts: Any) -> Build:
        """A person's deployment is recorded, due at once."""
        made = self.world.github.create(ref="main", environment="production", creator="octocat")
        shown = build(deployment_id=made.id, created_at=self.world.time.now, **facts)
        await self.store.adopt(shown)
        return await self.record(made.id)

    async def record(self, number: int = 1) -> Build:
        """A build as stored."""
        found = await self.store.build((1, number))
        assert found is not None
        return found


@pytest_asyncio.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """The shop, bound."""
    world = World()
    world.faults.stops = False
    store = await open_store(f"sqlite:///{tmp_path / 'd.db'}", wait=0, lease_seconds=20)
    await store.bind(PROJECT)
    yield Scene(world, store)
    await store.close()


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
    assert (b.state, b.due_at, b.slot_held) == (BuildState.SUCCEEDED, None, False)
    assert scene.world.slack.outcomes(1) == ["1:succeeded:0"]


async def test_what_is_not_due_is_left_alone(scene: Scene):
    """Unknown, not yet due, or not due any more: it says when, and touches nothing."""
    look = scene.looker()
    assert await look((1, 9)) is None
    assert await look("no such ask") is None
    b = await scene.arrive()
    taken = await scene.store.take_build(b, "me")
    resting = await scene.store.finish_build(taken, taken, due_at=scene.world.time.now + 7.0)
    assert await look(KEY) == pytest.approx(7.0)
    taken = await scene.store.take_build(resting, "me")
    await scene.store.finish_build(taken, taken, due_at=None)
    assert await look(KEY) is None
    assert scene.world.circleci.pipelines == []


async def test_a_held_record_is_taken_over_after_a_lease_of_silence(scene: Scene):
    """By what this process saw on its own clock, and not a moment earlier."""
    held = await scene.store.take_build(await scene.arrive(), "dead")
    look = scene.looker()
    assert await look(KEY) == LIMITS.lease
    scene.world.time.go_on(LIMITS.lease - 0.1)
    assert await look(KEY) == LIMITS.lease
    assert await scene.record() == held
    scene.world.time.go_on(0.1)
    assert await look(KEY) == 0.0
    assert (await scene.record()).pipeline_id == "p1"


async def test_of_two_that_look_at_once_one_does_it(scene: Scene):
    """The other is told at its first write, and comes back soon."""
    await scene.arrive()
    waits = await asyncio.gather(*(scene.looker(holder)(KEY) for holder in ("a", "b", "c")))
    assert sorted(waits) == [0.0, 0.05, 0.05]
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
    read = look.builds.reader.ci.read

    async def slowly(pipeline_id: str):
        await scene.store.note(Note(repository_id=1, deployment_id=1))
        return await read(pipeline_id)

    monkeypatch.setattr(look.builds.reader.ci, "read", slowly)
    assert await look(KEY) == 0.0
    assert (await scene.record()).due_at == 0.0


async def test_a_provider_that_fails_is_remembered(scene: Scene):
    """What failed, and when it is tried again; the rest of the look goes on."""
    await scene.arrive()
    scene.world.faults.arm("circleci.trigger", Fault.LIMITED)
    look = scene.looker()
    assert await look(KEY) == 0.0
    b = await scene.record()
    assert (b.pipeline_id, b.guard, b.slot_held) == (None, None, True)
    pause = b.backoff["circleci"]
    assert (pause.doing, pause.status, pause.retry_at) == (
        "TriggerPipeline",
        429,
        scene.world.time.now + 7.0,
    )
    scene.world.time.go_on(7.0)
    while not (await scene.record()).pipeline_id:
        await look(KEY)
    assert (await scene.record()).backoff == {}


async def test_a_read_that_fails_ends_in_a_pause(scene: Scene):
    """And a read that succeeds ends it."""
    await scene.arrive(judged_sha=None)
    scene.world.faults.arm("github.survey", Fault.LIMITED)
    look = scene.looker()
    await look(KEY)
    assert (await scene.record()).backoff["github"].doing == ""
    scene.world.time.go_on(7.0)
    await look(KEY)
    b = await scene.record()
    assert "github" not in b.backoff


async def test_a_lease_is_renewed_before_a_call_that_it_might_not_outlast(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """A slow read used it up: the next call is made under a fresh one."""
    await scene.arrive(judged_sha=None)
    look = scene.looker()
    judge = look.builds.reader.judge.judge

    async def slowly(*args: Any):
        scene.world.time.go_on(LIMITS.lease - 4.0)
        return await judge(*args)

    monkeypatch.setattr(type(look.builds.reader.judge), "judge", staticmethod(slowly))
    saved: list[int] = []
    save = type(scene.store).save_build

    async def counting(self: Any, before: Build, after: Build, **rest: Any):
        saved.append(before.version)
        return await save(self, before, after, **rest)

    monkeypatch.setattr(type(scene.store), "save_build", counting)
    await look(KEY)
    assert len(saved) == 2  # renewed, then the intent
    assert len(scene.world.circleci.pipelines) == 1


async def test_a_lease_that_was_lost_is_noticed_before_anything_is_sent(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """The process was stopped for longer; another one has the record."""
    await scene.arrive(judged_sha=None)
    look, other = scene.looker("me"), scene.looker("other")
    judge = look.builds.reader.judge.judge

    async def overtaken(*args: Any):
        await other(KEY)
        scene.world.time.go_on(LIMITS.lease)
        taken = await scene.store.take_build(await scene.record(), "other")
        judged = await judge(*args)
        assert taken.holder == "other"
        return judged

    monkeypatch.setattr(type(look.builds.reader.judge), "judge", staticmethod(overtaken))
    assert await look(KEY) == LIMITS.lease
    assert scene.world.circleci.pipelines == []
    assert (await scene.record()).holder == "other"


async def test_a_defect_costs_one_record_half_a_minute(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """It is logged and counted; nothing half done is written, and the lease is given back."""
    await scene.arrive()
    look = scene.looker()

    async def broken(*_: Any):
        raise ValueError("a defect")

    monkeypatch.setattr(look.builds.effects.ci, "trigger", broken)
    assert await look(KEY) == pytest.approx(AFTER_DEFECT)
    b = await scene.record()
    assert (b.holder, b.pipeline_id) == (None, None)
    assert b.guard is not None  # it may have been sent
    assert scene.metrics.handler_failures.labels("look")._value.get() == 1


async def test_a_look_that_does_not_end_is_a_defect(scene: Scene, monkeypatch: Any):
    """A step function that asks for the same again and again."""
    await scene.arrive()
    look = scene.looker()
    again = Read(what=What.PROJECT)
    monkeypatch.setattr(type(look.builds), "next", lambda *_: again)
    assert await look(KEY) == pytest.approx(AFTER_DEFECT)


async def test_a_look_that_is_cut_off_hands_over(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """SIGTERM: the record is free and due at once, with the intent that was recorded."""
    await scene.arrive()
    look = scene.looker()
    sending = asyncio.Event()

    async def hanging(*_: Any):
        sending.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(look.builds.effects.ci, "trigger", hanging)
    task = asyncio.create_task(look(KEY))
    await sending.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    b = await scene.record()
    assert (b.holder, b.due_at, b.state) == (None, 0.0, BuildState.TRIGGERING)
    assert b.guard is not None


async def test_a_store_that_fails_in_the_end_loses_no_pipeline(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """The intent is there, so the pipeline is found; the lease lapses by itself."""
    await scene.arrive()
    look = scene.looker()

    async def down(*_: Any, **__: Any):
        raise StoreUnavailable("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(type(scene.store), "finish_build", down)
        with pytest.raises(StoreUnavailable):
            await look(KEY)
    b = await scene.record()
    assert (b.holder, b.pipeline_id) == ("me", None)
    assert await look(KEY) == LIMITS.lease
    scene.world.time.go_on(LIMITS.lease)
    await look(KEY)
    found = await scene.record()
    assert (found.pipeline_id, found.unsure) == ("p1", True)
    assert len(scene.world.circleci.pipelines) == 1


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
    while (await scene.record(1)).slot_held:
        await look((1, 1))
    assert (1, 2) in scene.woken
    assert (await scene.record(2)).due_at == 0.0
    await look((1, 2))
    assert (await scene.record(2)).pipeline_id == "p2"


# asks


async def ask(scene: Scene, **body: Any) -> Ask:
    """A command is recorded."""
    made = Ask(
        ask_id="a1",
        kind=AskKind.COMMAND,
        asked_at=scene.world.time.now,
        chat=ChatRequest(channel_id="C1", user_id="U1", response_url="https://r"),
        body=body,
    )
    assert await scene.store.add_ask(made)
    return made


async def test_a_command_becomes_a_deployment(scene: Scene):
    """Created once, recorded as ours with all that was planned, and woken."""
    await ask(scene, does="deploy", environment="production", judged=True)
    look = scene.looker()
    while await look("a1") is not None:
        pass
    assert list(scene.world.github.deployments) == [1]
    b = await scene.record()
    assert (b.request, b.requester.name, b.judged_sha) == ("a1", "Dana", b.sha)
    assert scene.woken == [KEY]
    done = await scene.store.ask("a1")
    assert done is not None
    assert done.answered_at is not None


async def test_a_lost_answer_makes_no_second_deployment(scene: Scene):
    """It is found by its request."""
    await ask(scene, does="deploy", environment="production", judged=True)
    scene.world.faults.arm("github.create_deployment", Fault.LOST)
    look = scene.looker()
    for _ in range(9):
        await look("a1")
        scene.world.time.go_on(1.0)
    assert list(scene.world.github.deployments) == [1]
    assert (await scene.record()).request == "a1"


async def test_a_command_that_only_notes_something(scene: Scene):
    """The deployment is woken, and the person answered."""
    await scene.arrive(guard=Guard(sent_at=0.0, sender="x"))
    await ask(scene, does="cancel", of=1)
    look = scene.looker()
    while await look("a1") is not None:
        pass
    assert (await scene.record()).cancel is not None
    assert scene.woken == [KEY]
    assert [answer.text for _, answer in scene.world.slack.answers] == ["Canceling."]


async def test_nothing_is_left_of_a_look_at_an_answered_ask(scene: Scene):
    """It is due no more."""
    await ask(scene, does="cancel", of=7)
    look = scene.looker()
    while await look("a1") is not None:
        pass
    assert await scene.store.due(scene.world.time.now, 10) == []
