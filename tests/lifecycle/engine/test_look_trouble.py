"""Looks that go wrong: nothing is sent twice, nothing is lost, and the lease is given back."""

import asyncio
from typing import Any

import pytest
from msgspec import structs

from app.circleci.paging import MAX_PAGES
from app.errors import StoreUnavailable, Unavailable
from app.lifecycle.deployment.step_types import What
from app.lifecycle.engine.defects import FIRST
from app.lifecycle.look_types import Read
from app.model.build import Build, BuildState
from app.model.build_parts import SeenStatus
from app.model.chat.card import CardSearch
from app.model.ci import PipelineSearch
from app.model.effects import Backoff, Effect, Guard
from app.model.plan import Ticket
from app.slack.web_api.chat import MOST_PAGES
from tests.lifecycle.decisions import digest, ended
from tests.lifecycle.scenes import KEY, Scene
from tests.lifecycle.simulation.faults import Fault
from tests.lifecycle.simulation.runs import LIMITS

pytestmark = pytest.mark.usefixtures("quiet")


async def test_a_provider_that_fails_is_remembered(scene: Scene):
    """What failed, and when it is tried again; the rest of the look goes on."""
    await scene.arrive()
    scene.world.faults.arm("ci.trigger", Fault.LIMITED)
    look = scene.looker()
    assert await look(KEY) == 0.0
    b = await scene.record()
    assert (b.pipeline_id, b.guards.get(Effect.TRIGGER), b.occupies_slot) == (None, None, True)
    pause = b.backoff["ci"]
    assert (pause.doing, pause.status) == ("TriggerPipeline", 429)
    assert 7.0 <= pause.retry_at - scene.world.time.now < 8.0  # not all come back at once
    scene.world.time.go_on(8.0)
    while not (await scene.record()).pipeline_id:
        await look(KEY)
    assert (await scene.record()).backoff == {}


async def test_a_read_that_fails_ends_in_a_pause(scene: Scene):
    """And a read that succeeds ends it."""
    await scene.arrive(gates_open=False)
    scene.world.faults.arm("github.survey", Fault.LIMITED)
    look = scene.looker()
    await look(KEY)
    assert (await scene.record()).backoff["github"].doing == ""
    scene.world.time.go_on(8.0)
    await look(KEY)
    b = await scene.record()
    assert "github" not in b.backoff


async def test_a_read_that_fails_look_after_look_is_tried_ever_more_seldom(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """Though another read of the same provider goes well each time."""
    await scene.arrive(origin=None, state=BuildState.WAITING, gates_open=False, creator="octocat")
    look = scene.looker()

    async def down(*_: Any):
        raise Unavailable("github", "502")

    monkeypatch.setattr(look.kinds[0].reader.github, "last_status", down)
    for attempts in (1, 2, 3, 4):
        await look(KEY)
        pause = (await scene.record()).backoff["github"]
        assert pause.attempts == attempts
        scene.world.time.go_on(pause.retry_at - scene.world.time.now)
    assert pause.lasted > 3


async def test_who_we_are_holds_nothing_up(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """A process that has just begun, while GitHub is down: asked once, and Slack goes on."""
    status = SeenStatus(id=5, state="in_progress", creator="somebody")
    await scene.arrive(statuses={"somebody": status})
    look = scene.looker()
    calls = []

    async def down(*_: Any):
        calls.append(1)
        raise Unavailable("github", "503")

    monkeypatch.setattr(look.kinds[0].reader.github, "identity", down)
    for _ in range(6):
        await look(KEY)
    b = await scene.record()
    assert (len(calls), b.backoff["github"].attempts) == (1, 1)
    assert b.message_ts is not None


async def test_what_failed_is_asked_again_in_a_later_look(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """Also where what decides forgets that it has to wait."""
    await scene.arrive()
    look = scene.looker()
    calls = []

    async def down(*_: Any):
        calls.append(1)
        raise Unavailable("github", "503")

    read = Read(what=What.LAST_STATUS)
    monkeypatch.setattr(look.kinds[0].reader.github, "last_status", down)
    monkeypatch.setattr(type(look.kinds[0]), "next", lambda *_: read)
    pause = await look(KEY)
    assert len(calls) == 1
    assert pause is not None
    assert 0.4 < pause <= 1.0


async def test_a_failing_read_brings_back_no_other_providers_pause(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """Slack answers again: the mention is there; then Asana does not."""
    now = scene.world.time.now
    b = structs.replace(
        ended(
            deployment_id=1,
            created_at=now,
            tickets=(Ticket(system="asana", key="1", url="https://t"),),
        ),
        notified=None,
        guards={Effect.NOTIFY: Guard(sent_at=now, sender="me")},
        backoff={"slack": Backoff(attempts=3, since=now - 90, retry_at=now - 1, error="503")},
    )
    b = structs.replace(b, status=structs.replace(b.status, at=now), card_digest=digest(b))
    own = {"repository_id", "deployment_id", "created_at", "version", "holder", "due_at", "events"}
    await scene.arrive(**{n: getattr(b, n) for n in b.__struct_fields__ if n not in own})
    look = scene.looker()

    async def told(*_: Any, **__: Any) -> bool:
        return True

    async def down(*_: Any) -> Any:
        raise Unavailable("asana", "503")

    monkeypatch.setattr(type(look.kinds[0].reader.chat), "replied", told)
    monkeypatch.setattr(type(look.kinds[0].reader.tickets), "titled", down)
    for _ in range(4):
        await look(KEY)
        scene.world.time.go_on(60.0)
    found = await scene.record()
    assert (bool(found.notified), set(found.backoff)) == (True, {"asana"})


async def test_two_long_searches_fit_into_a_look(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """Too many pipelines and a busy channel after the store was lost: that is remembered."""
    guard = Guard(sent_at=scene.world.time.now, sender="", ambiguous=True)
    await scene.arrive(
        guards={Effect.TRIGGER: guard, Effect.MESSAGE: guard}, state=BuildState.WAITING, unsure=True
    )
    look = scene.looker()

    async def recent(_: Any, search: PipelineSearch, **__: Any):
        if search.pages >= MAX_PAGES:
            raise Unavailable("ci", "too many pipelines to search")
        return PipelineSearch(older="p", pages=search.pages + 1)

    async def find(*given: Any, since: float):
        pages = given[-1].pages + 1
        return CardSearch(older=f"c{pages}" if pages < MOST_PAGES else None, pages=pages)

    monkeypatch.setattr(look.kinds[0].reader.ci, "recent", recent)
    monkeypatch.setattr(type(look.kinds[0].reader.chat), "find_card", find)
    for _ in range(10):
        await look(KEY)
        scene.world.time.go_on(30.0)
    b = await scene.record()
    assert ("ci" in b.backoff, bool(b.message_ts)) == (True, True)


async def test_a_lease_is_renewed_before_a_call_that_it_might_not_outlast(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """A slow read used it up: the next call is made under a fresh one."""
    await scene.arrive(gates_open=False)
    look = scene.looker()
    judge = look.kinds[0].reader.judge.judge

    async def slowly(*args: Any):
        scene.world.time.go_on(LIMITS.lease - 4.0)
        return await judge(*args)

    monkeypatch.setattr(type(look.kinds[0].reader.judge), "judge", staticmethod(slowly))
    saved: list[int] = []
    save = type(scene.store).save

    async def counting(self: Any, before: Build, after: Build, **rest: Any):
        saved.append(before.version)
        return await save(self, before, after, **rest)

    monkeypatch.setattr(type(scene.store), "save", counting)
    await look(KEY)
    assert len(saved) == 2  # renewed, then the intent
    assert len(scene.world.circleci.pipelines) == 1


async def test_a_lease_that_was_lost_is_noticed_before_anything_is_sent(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """The process was stopped for longer; another one has the record."""
    await scene.arrive(gates_open=False)
    look, other = scene.looker("me"), scene.looker("other")
    judge = look.kinds[0].reader.judge.judge

    async def overtaken(*args: Any):
        await other(KEY)
        scene.world.time.go_on(LIMITS.lease)
        taken = await scene.store.take(await scene.record(), "other")
        judged = await judge(*args)
        assert taken.holder == "other"
        return judged

    monkeypatch.setattr(type(look.kinds[0].reader.judge), "judge", staticmethod(overtaken))
    assert await look(KEY) == LIMITS.lease
    assert scene.world.circleci.pipelines == []
    assert (await scene.record()).holder == "other"


async def test_a_defect_costs_one_record_a_pause(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """It is logged and counted; nothing half done is written, and the lease is given back."""
    await scene.arrive()
    look = scene.looker()

    async def broken(*_: Any):
        raise ValueError("a defect")

    monkeypatch.setattr(look.kinds[0].effects.ci, "trigger", broken)
    assert await look(KEY) == pytest.approx(FIRST)
    b = await scene.record()
    assert (b.holder, b.pipeline_id) == (None, None)
    assert Effect.TRIGGER in b.guards  # it may have been sent
    assert scene.metrics.handler_failures.labels("look")._value.get() == 1


async def test_a_look_that_does_not_end_is_a_defect(scene: Scene, monkeypatch: Any):
    """A step function that asks for the same again and again."""
    await scene.arrive()
    look = scene.looker()
    again = Read(what=What.PROJECT)
    monkeypatch.setattr(type(look.kinds[0]), "next", lambda *_: again)
    assert await look(KEY) == pytest.approx(FIRST)


async def test_a_look_that_is_cut_off_hands_over(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """SIGTERM: the record is free and due at once, with the intent that was recorded."""
    await scene.arrive()
    look = scene.looker()
    sending = asyncio.Event()

    async def hanging(*_: Any):
        sending.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(look.kinds[0].effects.ci, "trigger", hanging)
    task = asyncio.create_task(look(KEY))
    await sending.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    b = await scene.record()
    assert (b.holder, b.due_at, b.state) == (None, 0.0, BuildState.TRIGGERING)
    assert Effect.TRIGGER in b.guards


async def test_a_store_that_fails_in_the_end_loses_no_pipeline(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """The intent is there, so the pipeline is found; the lease lapses by itself."""
    await scene.arrive()
    look = scene.looker()

    async def down(*_: Any, **__: Any):
        raise StoreUnavailable("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(type(scene.store), "finish", down)
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
