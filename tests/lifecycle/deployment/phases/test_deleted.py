"""A deployment that was deleted on GitHub while it waited."""

from app.lifecycle.deployment.step_types import TriggerPipeline, UpdateMessage, What
from app.lifecycle.look_types import Finish, Read
from app.model.build import BuildState
from app.model.effects import Effect, Guard
from app.model.reasons.deployments import DeploymentDeleted
from tests.lifecycle import decisions as d

LATER = d.T0 + 3600


def test_it_is_looked_at_before_an_old_one_is_started():
    """A young one costs no call; one that is gone ends quietly, and its status is not posted."""
    b = d.shown(d.build(waits_for=(), webhook_at=d.T0))
    assert isinstance(d.step(b, wall=d.T0 + 59, slot=d.EMPTY), TriggerPipeline)
    b = d.shown(d.build(waits_for=(), gates_at=LATER, webhook_at=d.T0))
    assert d.step(b, wall=LATER, slot=d.EMPTY) == Read(what=What.DELETED)
    assert isinstance(d.step(b, wall=LATER, slot=d.EMPTY, deleted=False), TriggerPipeline)
    gone, step = d.after(b, wall=LATER, slot=d.EMPTY, deleted=True)
    assert (gone.state, gone.reason) == (BuildState.INACTIVE, DeploymentDeleted())
    assert isinstance(step, UpdateMessage)
    assert "Deleted on GitHub" in step.card.lines[0]


def test_github_is_asked_again_before_it_is_started():
    """While GitHub does not answer, nothing is started of which nobody knows whether it is there."""
    b = d.down(d.shown(d.build()), "github", wall=LATER)
    assert isinstance(d.step(b, wall=LATER, slot=d.EMPTY), Finish)


def test_what_was_sent_is_never_thought_deleted():
    """Its pipeline runs: that is followed, whatever became of the deployment."""
    sent = d.build(guards={Effect.TRIGGER: Guard(sent_at=d.T0, sender="me")})
    assert d.step(d.shown(sent), wall=LATER) != Read(what=What.DELETED)


def test_a_status_that_no_deployment_takes():
    """404: it is asked for; where only the status is refused, that is tried again."""
    error = d.refused("github")
    error.status = 404
    b = d.failed(d.shown(d.build()), error, d.T0, doing="PostStatus")
    at = b.backoff["github"].retry_at
    assert d.step(b, wall=at) == Read(what=What.DELETED)
    gone, _ = d.after(b, wall=at, deleted=True)
    assert gone.state is BuildState.INACTIVE
