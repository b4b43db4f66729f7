"""What comes of each effect, on a real store: done, refused, or not known."""

from dataclasses import dataclass
from typing import Any

import pytest

from app.errors import Refused
from app.lifecycle.deployment.step_types import What
from app.lifecycle.engine.look import Looker
from app.lifecycle.look_types import Finish, Read
from app.lifecycle.planning.pipelines.parameters import with_deployment_id
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest, Stray
from app.model.chat.reply import SlackAddress
from app.model.ci import CIState
from app.model.effects import Effect, Guard
from app.model.note import Note
from app.model.plan import Person
from app.model.reasons.github import GitHubRefused
from app.ports import Store
from tests.lifecycle.decisions import PLAN, RUN, T0, running
from tests.lifecycle.scenes import KEY, Scene
from tests.lifecycle.simulation.faults import Fault
from tests.lifecycle.simulation.runs import REPOSITORY
from tests.plans import changed

pytestmark = pytest.mark.usefixtures("quiet")


async def started(scene: Scene, looks: int = 4) -> Looker:
    """A deployment whose pipeline runs, with everything told."""
    await scene.arrive()
    look = scene.looker()
    for _ in range(looks):
        await look(KEY)
    return look


async def settle(scene: Scene, look: Looker, looks: int = 12) -> Build:
    """The build once it rests for now."""
    for _ in range(looks):
        if await look(KEY) != 0.0:
            break
    return await scene.record()


async def note(scene: Scene, **facts: Any) -> None:
    """Somebody notes something on it, which makes it due."""
    b = await scene.record()
    taken = await scene.store.take(b, "test")
    await scene.store.finish(taken, changed(taken, **facts), due_at=0.0)


async def test_a_refused_trigger_ends_it(scene: Scene):
    """The reason is CircleCI's, the slot is given back, and it is told."""
    await scene.arrive()
    scene.world.faults.arm("ci.trigger", Fault.FORBIDDEN)
    b = await settle(scene, scene.looker())
    assert (b.state, b.guards.get(Effect.TRIGGER), b.occupies_slot) == (
        BuildState.ERRORED,
        None,
        False,
    )
    assert b.reason is not None
    assert b.reason.name == "circleci_refused"
    assert scene.world.github.statuses[1][-1].state == "error"
    assert scene.world.slack.outcomes(1) == ["1:errored:0"]


@pytest.mark.parametrize(
    ("fault", "guarded"),
    [
        (None, None),
        (Fault.FORBIDDEN, None),
        (Fault.LIMITED, None),
        (Fault.LOST, "gh/acme/shop"),
        (Fault.DROPPED, "gh/acme/shop"),
    ],
)
async def test_what_may_have_started_a_pipeline_is_guarded(
    scene: Scene, fault: Fault | None, guarded: str | None
):
    """With the project as it was sent, and CircleCI's clock; a clear answer ends that."""
    await scene.arrive()
    if fault is not None:
        scene.world.faults.arm("ci.trigger", fault)
    look, b = scene.looker(), await scene.record()
    while b.guards.get(Effect.TRIGGER) is None and "ci" not in b.backoff and not b.state.ended:
        await look(KEY)
        b = await scene.record()
    assert b.guarded_project == guarded
    guard = b.guards.get(Effect.TRIGGER)
    assert (guard is not None and guard.theirs == scene.world.time.now) is (
        fault not in (Fault.FORBIDDEN, Fault.LIMITED)
    )


@pytest.mark.parametrize(
    ("fault", "unsure", "left"),
    [
        (Fault.FORBIDDEN, False, GitHubRefused()),
        (Fault.LIMITED, False, None),
        (Fault.LOST, True, None),
    ],
)
async def test_a_status_that_was_not_taken(
    scene: Scene, fault: Fault, unsure: bool, left: GitHubRefused | None
):
    """Only where nobody knows is the last one read before it is posted again."""
    look = await started(scene, 1)
    scene.world.faults.arm("github.post_status", fault)
    await look(KEY)
    b = await scene.record()
    assert (b.status, Effect.STATUS in b.guards) == (None, unsure)
    assert (b.backoff["github"].doing, b.backoff["github"].refused) == ("PostStatus", left)
    scene.world.time.go_on(10.0)
    b = await settle(scene, look)
    assert len(scene.world.github.statuses[1]) == 1
    assert b.status is not None


async def test_a_crash_after_a_status_posts_no_second(scene: Scene, monkeypatch: Any):
    """From the intent on nobody is sure, so the last status is read first."""
    look = await started(scene, 1)

    async def dies(*_: Any, **__: Any):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(type(scene.store), "finish", dies)
        with pytest.raises(SystemExit):
            await look(KEY)
    assert len(scene.world.github.statuses[1]) == 1
    other = scene.looker("other")
    await other(KEY)
    scene.world.time.go_on(20.0)
    b = await settle(scene, other)
    assert len(scene.world.github.statuses[1]) == 1
    assert b.status is not None


async def test_a_message_that_was_removed_is_posted_again(scene: Scene):
    """And what is shown in it is told to nobody twice."""
    look = await started(scene)
    scene.world.slack.cards.clear()
    await note(scene, deploy_url="https://shop", subject="New words")
    b = await settle(scene, look)
    assert list(scene.world.slack.cards) == ["0002"]
    assert b.message_ts == "0002"


@pytest.mark.parametrize("fault", [Fault.LIMITED, Fault.DROPPED], ids=["sent", "looked for"])
async def test_a_message_that_was_removed_before_its_reply(scene: Scene, fault: Fault):
    """Whether the reply is sent or looked for then: both follow in a new message, once."""
    look = await started(scene)
    scene.world.faults.arm("slack.reply", fault)
    scene.world.circleci.go_on(scene.world.circleci.pipelines[0])
    scene.world.time.go_on(61.0)
    b = await settle(scene, look)
    assert (b.state, b.message_ts, b.notified) == (BuildState.SUCCEEDED, "0001", None)
    scene.world.slack.cards.clear()
    scene.world.time.go_on(61.0)
    b = await settle(scene, look)
    assert list(scene.world.slack.cards) == ["0002"]
    assert (b.message_ts, b.guards.get(Effect.NOTIFY), b.channel_problem) == ("0002", None, None)
    assert scene.world.slack.outcomes(1) == ["1:succeeded:0"]


async def test_a_message_bears_the_time_of_its_last_change(scene: Scene):
    """`status` says since when it shows what it shows."""
    look = await started(scene)
    scene.world.time.go_on(61.0)
    await note(scene, subject="New words")
    b = await settle(scene, look)
    assert b.message_at == scene.world.time.now


async def test_a_second_message_is_removed(scene: Scene):
    """One was posted and its answer lost; another landed late."""
    look = await started(scene)
    card = scene.world.slack.cards["0001"]
    scene.world.slack.cards["0002"] = card
    scene.world.slack.cards["0003"] = card
    guard = Guard(sent_at=T0, sender="me")
    await note(scene, message_ts=None, card_digest=None, guards={Effect.MESSAGE: guard})
    b = await settle(scene, look)
    assert list(scene.world.slack.cards) == ["0001"]
    assert b.message_ts == "0001"


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ("slack.post_card", True),
        ("slack.update_card", False),
        ("slack.reply", True),
    ],
)
async def test_a_message_that_is_refused(scene: Scene, call: str, told: bool):
    """The deployment goes on, and it is tried again; its person is answered where all fails."""
    await scene.arrive(
        reply_to=SlackAddress(channel_id="C1", user_id="U1", response_url="https://r")
    )
    look = scene.looker()
    scene.world.faults.arm(call, Fault.FORBIDDEN)
    await settle(scene, look)
    scene.world.circleci.go_on(scene.world.circleci.pipelines[0])
    for _ in range(5):
        scene.world.time.go_on(61.0)
        b = await settle(scene, look)
    assert b.state is BuildState.SUCCEEDED
    assert (b.channel_problem, b.told_problem) == (None, told)
    assert [who for who, _ in scene.world.slack.answers] == (["U1"] if told else [])
    assert scene.world.slack.outcomes(1) == ["1:succeeded:0"]


async def test_cancel_reaches_the_pipeline(scene: Scene):
    """Its open workflow is canceled, and the outcome is the person's."""
    look = await started(scene)
    await note(scene, cancel=CancelRequest(by=Person(name="Sam"), at=scene.world.time.now))
    await settle(scene, look)
    scene.world.time.go_on(6.0)
    b = await settle(scene, look)
    assert scene.world.circleci.pipelines[0].workflows[-1].state is CIState.CANCELED
    assert (b.state, b.pipeline_ended) == (BuildState.CANCELED, True)
    assert scene.world.github.statuses[1][-1].description == "Canceled by Sam."


@pytest.mark.parametrize("running", [True, False])
async def test_a_stray_pipeline_is_stopped(scene: Scene, running: bool):
    """If it still runs; told in either case."""
    look = await started(scene)
    second = scene.world.circleci.start(with_deployment_id(RUN, 1))
    if not running:
        scene.world.circleci.go_on(second)
    await note(scene, stray=Stray(id="p2", number=2, url="https://ci/2"))
    b = await settle(scene, look)
    assert b.second_pipeline == "https://ci/2"
    assert second.workflows[-1].state == ("canceled" if running else "success")


async def test_no_effect_is_unknown(scene: Scene):
    """A step that is none is a defect of ours, and said so."""
    look = scene.looker()
    intend: Any = None
    with pytest.raises(TypeError):
        await look.kinds[0].effects.perform(running(), Finish(due_at=None), intend)
    asked: Any = None
    with pytest.raises(TypeError):
        await look.kinds[1].effects.perform(asked, Finish(due_at=None), intend)


# reads


@pytest.mark.parametrize(
    ("what", "call", "status", "is_gone"),
    [
        (What.DEPLOYMENT, "deployment", 404, True),
        (What.DEPLOYMENT, "deployment", 403, False),
        (What.READING, "read", 404, False),
        (What.READING, "read", 403, False),
    ],
)
async def test_what_is_gone_is_read_as_nothing(
    scene: Scene, monkeypatch: Any, what: What, call: str, status: int, is_gone: bool
):
    """A deployment that is gone is an answer; a pipeline that is not shown may be running."""
    look = scene.looker()
    reader = look.kinds[0].reader

    async def refuse(*_: Any, **__: Any):
        raise Refused("github", GitHubRefused(), "no", status=status)

    client = reader.github if what is What.DEPLOYMENT else reader.ci
    monkeypatch.setattr(client, call, refuse)
    if is_gone:
        assert await reader(running(), Read(what=what)) is None
    else:
        with pytest.raises(Refused):
            await reader(running(), Read(what=what))


async def test_a_channel_that_was_unbound_meanwhile(scene: Scene):
    """What was begun is judged and goes on where it was."""
    await scene.arrive(gates_open=False)
    await scene.store.unbind("C1")
    b = await settle(scene, scene.looker())
    assert b.pipeline_id == "p1"
    assert REPOSITORY.id == b.repository_id


async def test_a_creation_that_was_not_sent_is_decided_anew(scene: Scene):
    """Nothing was made: what it would deploy may have changed until it is tried again."""
    await scene.ask(does="deploy", environment="production", judged=True)
    scene.world.faults.arm("github.create_deployment", Fault.LIMITED)
    look = scene.looker()
    await look("a1")
    left = await scene.store.ask("a1")
    assert left is not None
    assert (left.plan, left.guards) == (None, {})
    scene.world.time.go_on(10.0)
    while await look("a1") is not None:
        pass
    assert list(scene.world.github.deployments) == [1]


async def test_a_creation_that_is_refused_is_answered(scene: Scene):
    """Nothing was made; the person reads why."""
    await scene.ask(does="deploy", environment="production", judged=True)
    scene.world.faults.arm("github.create_deployment", Fault.FORBIDDEN)
    look = scene.looker()
    while await look("a1") is not None:
        pass
    assert scene.world.github.deployments == {}
    assert "refused" in scene.world.slack.answers[0][1].text


@dataclass
class Rejecting:
    """A store into which somebody rejects the deployment just before its trigger's intent."""

    store: Store

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def save(self, before: Build, after: Build, **how: Any) -> Build:
        """Written down before the intent is."""
        if Effect.TRIGGER in after.guards and Effect.TRIGGER not in before.guards:
            order = CancelRequest(by=Person(name="Sam"), at=T0, rejected=True)
            once = {"cancel": order}
            await self.store.note(Note(repository_id=1, deployment_id=1, once=once))
        return await self.store.save(before, after, **how)


async def test_a_rejection_wins_until_the_intent_is_written(scene: Scene):
    """Nothing is sent, and the slot is given back."""
    await scene.arrive(plan=changed(PLAN, approvals=1))
    b = await settle(scene, scene.looker(store=Rejecting(scene.store)))
    assert (b.state, b.guards.get(Effect.TRIGGER)) == (BuildState.CANCELED, None)
    assert not b.occupies_slot
    assert not scene.world.circleci.pipelines
