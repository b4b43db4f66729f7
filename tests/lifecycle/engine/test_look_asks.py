"""Looks at asks on a real store: a command becomes a deployment, a note or an answer, once."""

import pytest
import structlog
from msgspec import structs
from structlog.testing import capture_logs

from app.model.effects import Effect, Guard
from tests.lifecycle.scenes import KEY, Scene
from tests.lifecycle.simulation.faults import Fault

pytestmark = pytest.mark.usefixtures("quiet")


async def test_a_command_becomes_a_deployment(scene: Scene):
    """Created once, recorded as ours with all that was planned, and woken."""
    await scene.ask(does="deploy", environment="production", judged=True)
    look = scene.looker()
    while await look("a1") is not None:
        pass
    assert list(scene.world.github.deployments) == [1]
    b = await scene.record()
    assert (b.plan.payload.request, b.requester.name, b.gates_open) == ("a1", "Dana", True)
    assert scene.woken == [KEY]
    done = await scene.store.ask("a1")
    assert done is not None
    assert done.answered_at is not None


async def test_a_lost_answer_makes_no_second_deployment(scene: Scene):
    """It is found by its request, and audited then."""
    await scene.ask(does="deploy", environment="production", judged=True)
    scene.world.faults.arm("github.create_deployment", Fault.LOST)
    look = scene.looker()
    structlog.reset_defaults()
    with capture_logs() as lines:
        for _ in range(9):
            await look("a1")
            scene.world.time.go_on(1.0)
    assert list(scene.world.github.deployments) == [1]
    audited = [(line["did"], line["deployment_id"]) for line in lines if line["event"] == "audit"]
    assert audited == [("deploy", 1)]
    assert (await scene.record()).plan.payload.request == "a1"


async def test_a_command_that_only_notes_something(scene: Scene):
    """The deployment is woken, and the person answered."""
    await scene.arrive(guards={Effect.TRIGGER: Guard(sent_at=0.0, sender="x")})
    await scene.ask(does="cancel", of=1)
    look = scene.looker()
    while await look("a1") is not None:
        pass
    assert (await scene.record()).cancel is not None
    assert scene.woken == [KEY]
    assert [answer.text for _, answer in scene.world.slack.answers] == ["Canceling."]


async def test_nothing_is_left_of_a_look_at_an_answered_ask(scene: Scene):
    """It is due no more."""
    await scene.ask(does="cancel", of=7)
    look = scene.looker()
    while await look("a1") is not None:
        pass
    assert await scene.store.due(scene.world.time.now, 10) == []


async def test_an_answer_that_nobody_can_be_given_is_logged_and_kept(scene: Scene):
    """It came from nowhere that could be answered: the log says what would have been said, once."""
    await scene.arrive(guards={Effect.TRIGGER: Guard(sent_at=0.0, sender="x")})
    asked = await scene.ask(does="cancel", of=1)
    nowhere = structs.replace(asked, ask_id="a2", reply_to=None)
    assert await scene.store.add_ask(nowhere)
    look = scene.looker()
    structlog.reset_defaults()
    with capture_logs() as lines:
        for ask_id in ("a1", "a2"):
            while await look(ask_id) is not None:
                pass
    untold = [line["answer"] for line in lines if line["event"] == "answer.nobody_told"]
    assert untold == ["Canceling."]
    kept = [await scene.store.ask(ask_id) for ask_id in ("a1", "a2")]
    assert [ask.answer.text if ask.answer else None for ask in kept] == [None, "Canceling."]
