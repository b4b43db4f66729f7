"""The deployment's status on GitHub: posted once for each change, and never over others' words."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.step_types import (
    Notify,
    PostMessage,
    PostStatus,
    UpdateMessage,
    What,
)
from app.lifecycle.look_types import Finish, Read
from app.model.build import Build, BuildState
from app.model.build_parts import PostedStatus, SeenStatus
from app.model.effects import Effect, Guard
from app.model.github.app import AppIdentity
from app.model.reasons.ours import SlackArchived
from app.model.slot import Listing
from tests.lifecycle import decisions as d
from tests.plans import changed

GUARD = Guard(sent_at=d.T0, sender="me")
IDENTITY = AppIdentity(id=1, slug="deploybot")


def untold(b: Build, **facts: Any) -> Build:
    """The build with something not told yet."""
    return changed(b, **facts)


def test_a_change_is_posted_once():
    """The status as it should be, and nothing once it is there."""
    b = untold(d.running(), status=None)
    step = d.step(b)
    assert step == PostStatus(
        status=PostedStatus(
            state="in_progress",
            description="Pipeline 1 is running on CircleCI.",
            log_url="https://ci/1",
        )
    )
    told = structs.replace(step.status, at=d.T0 + 3)
    assert not isinstance(d.step(untold(b, status=told)), PostStatus)


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (BuildState.SUCCEEDED, "success"),
        (BuildState.FAILED, "failure"),
        (BuildState.ERRORED, "error"),
        (BuildState.CANCELED, "error"),
        (BuildState.INACTIVE, "inactive"),
    ],
)
def test_outcomes_on_github(state: BuildState, status: str):
    """The deploy URL goes with a success alone."""
    b = untold(d.ended(state, deploy_url="https://shop"), status=None)
    step = d.step(b)
    assert isinstance(step, PostStatus)
    assert step.status.state == status
    assert step.status.environment_url == ("https://shop" if status == "success" else "")


def test_one_that_starts_at_once_is_not_announced():
    """Nothing is pending while the trigger is on its way."""
    b = d.build(
        state=BuildState.TRIGGERING,
        guards={Effect.TRIGGER: d.UNSURE},
        unsure=True,
        standing=Listing.RUNNING,
    )
    step = d.step(b, pipelines=(), waited={"trigger": 1.0})
    assert isinstance(step, PostMessage)


def test_an_unsure_post_is_looked_for_first():
    """There already: adopted with GitHub's time; not there: posted."""
    b = untold(d.running(), status=None, guards={Effect.STATUS: GUARD})
    assert d.step(b) == Read(what=What.LAST_STATUS)
    there = d.status("in_progress", at=d.T0 + 7, description="Pipeline 1 is running on CircleCI.")
    found, _ = d.after(b, last_status=there)
    assert found.status is not None
    assert found.status.at == d.T0 + 7
    assert isinstance(d.step(b, last_status=None), PostStatus)
    other = d.status("in_progress", description="something else")
    assert isinstance(d.step(b, last_status=other), PostStatus)


def seen(number: int, state: str, creator: str = d.BOT, **told: str) -> dict[str, SeenStatus]:
    """A status that a webhook told of."""
    return {creator: SeenStatus(id=number, state=state, creator=creator, **told)}


def posted(b: Build, number: int) -> Build:
    """The build whose status on GitHub has that id."""
    assert b.status is not None
    return untold(b, status=structs.replace(b.status, id=number))


@pytest.mark.parametrize(("number", "read"), [(6, False), (8, True)])
def test_a_status_of_ours_that_landed_late_is_mended(number: int, read: bool):
    """A webhook tells of another one of ours that is younger than what we posted."""
    b = posted(d.ended(), 7)
    late = untold(b, statuses=seen(number, "in_progress"))
    assert d.step(late) == Read(what=What.IDENTITY)
    _, step = d.after(late, identity=IDENTITY)
    assert (step == Read(what=What.LAST_STATUS)) is read
    if read:
        _, again = d.after(late, identity=IDENTITY, last_status=d.status("in_progress", id=8))
        assert isinstance(again, PostStatus)
        good = d.status("success", description=b.status.description, at=d.T0 + 101, id=9)
        found, step = d.after(late, identity=IDENTITY, last_status=good)
        assert (found.status.id, step) == (9, Finish(due_at=None))


def test_our_own_webhook_is_no_reason_to_read():
    """It confirms what we know."""
    b = untold(posted(d.ended(), 7), statuses=seen(7, "success"))
    assert d.after(b, identity=IDENTITY)[1] == Finish(due_at=None)


def test_what_somebody_says_after_our_outcome_is_not_overwritten():
    """A smoke test's failure stays on GitHub, and is shown on the card."""
    told = seen(8, "failure", "octocat", description="smoke test failed")
    b = untold(posted(d.ended(), 7), statuses=told)
    _, step = d.after(b, identity=IDENTITY)
    assert isinstance(step, UpdateMessage)
    assert any("smoke test failed" in line for line in step.card.lines)
    worded = untold(b, channel_problem=SlackArchived(), slack_channelid=None)
    assert not isinstance(d.after(worded, identity=IDENTITY)[1], PostStatus)


def test_our_outcome_follows_what_a_job_says_meanwhile():
    """Also its own failure; where it can be opened, as the job says, is carried along."""
    address = "https://shop.test"
    b = d.running(statuses=seen(8, "in_progress", "octocat", environment_url=address))
    b, step = d.after(posted(b, 7), identity=IDENTITY)
    assert not isinstance(step, PostStatus)
    over = untold(d.ended(), status=b.status, statuses=b.statuses)
    _, step = d.after(over, identity=IDENTITY)
    assert isinstance(step, PostStatus)
    assert (step.status.state, step.status.environment_url) == ("success", address)


def test_after_a_lost_answer_somebody_elses_last_word_stays():
    """Ours landed, as its webhook told, and theirs came after it."""
    b = d.ended()
    assert b.status is not None
    both = {
        **seen(7, "success", description=b.status.description),
        **seen(8, "failure", "octocat"),
    }
    unsure = untold(b, status=None, guards={Effect.STATUS: GUARD}, statuses=both)
    last = d.status("failure", creator="octocat", id=8)
    found, step = d.after(unsure, identity=IDENTITY, last_status=last)
    assert (found.status.id, found.status.at) == (7, d.T0)
    assert not isinstance(step, PostStatus)


def test_github_is_down():
    """The channel is told meanwhile; after an outage too long GitHub is left alone."""
    b = untold(d.down(d.ended(), "github", doing="PostStatus"), status=None, notified=None)
    step = d.step(b)
    assert isinstance(step, (UpdateMessage, Notify))
    assert isinstance(d.step(b, wall=d.T0 + 5), PostStatus)
    given_up = untold(d.lost(d.ended(), "github"), status=None)
    assert not isinstance(d.step(given_up, wall=d.T0 + 10**7), PostStatus)


def test_what_github_made_inactive_had_succeeded():
    """Our success is there, though another status is shown by now."""
    b = untold(posted(d.ended(), 7), guards={Effect.STATUS: GUARD})
    gone = d.status("inactive", at=d.T0 + 9, id=12)
    found, step = d.after(b, last_status=gone, waited={"status": 40.0})
    assert Effect.STATUS not in found.guards
    assert not isinstance(step, PostStatus)
    assert found.status is not None
    assert (found.status.state, found.status.id, found.status.at) == ("success", 7, d.T0 + 9)
    failed = untold(d.ended(BuildState.FAILED), status=None, guards={Effect.STATUS: GUARD})
    assert isinstance(d.after(failed, last_status=gone)[1], PostStatus)
