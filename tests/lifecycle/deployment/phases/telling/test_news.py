"""News in the thread: told once, to the people concerned."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.phases.telling.news import NEVER
from app.lifecycle.deployment.step_types import (
    Notify,
    PostMessage,
    UpdateMessage,
    What,
)
from app.lifecycle.look_types import Finish, Read
from app.model.build import Build, BuildState
from app.model.effects import Effect, Guard
from app.model.plan import Person
from app.model.project import User
from app.model.slot import Listing
from tests.lifecycle import decisions as d
from tests.plans import changed

GUARD = Guard(sent_at=d.T0, sender="me")


def untold(b: Build, **facts: Any) -> Build:
    """The build with something not told yet."""
    return changed(b, **facts)


def test_a_link_that_ended_makes_nobody_somebody_else():
    """Who asked cannot approve it by claiming another login; whoever proves theirs is named."""
    octocat = Person(name="Dana", login="octocat", slack_userid="U1", github_id=7)
    plan = structs.replace(d.PLAN, requester=octocat)
    b = structs.replace(d.ended(trigger="push", plan=plan), notified=None)
    proved = User(slack_userid="U2", slack_username="sam", github_user_id=7, github_username="o")
    for links, known in (({}, "U1"), ({7: proved}, "U2")):
        found, step = d.after(b, links=links)
        assert isinstance(step, Notify)
        assert found.requester.slack_userid == known


def test_an_outcome_is_told_once():
    """One reply in the thread mentions who asked and who committed; bad news go to the channel."""
    octocat = Person(name="octocat", slack_userid="U2", login="octocat")
    b = d.shown(untold(d.ended(), committer=octocat))
    step = d.step(untold(b, notified=None))
    assert isinstance(step, Notify)
    assert (step.channel, step.ts, step.broadcast) == ("C1", "1.1", False)
    assert "<@U1> <@U2>" in step.text
    assert d.step(untold(b, notified=step.outcome)) == Finish(due_at=None)
    bad = d.step(untold(d.ended(BuildState.ERRORED), notified=None))
    assert isinstance(bad, Notify)
    assert bad.broadcast


def test_a_reply_that_may_exist_is_looked_for_first():
    """By its outcome; not found, it is posted after a lease."""
    b = untold(d.ended(), notified=None, guards={Effect.NOTIFY: GUARD})
    assert d.step(b) == Read(what=What.REPLIED)
    found, step = d.after(b, replied=True)
    assert Effect.NOTIFY not in found.guards
    assert step == Finish(due_at=None)
    assert d.step(b, replied=False, waited={"notify": 15.0}) == Finish(due_at=d.T0 + 5.0)
    assert isinstance(d.step(b, replied=False, waited={"notify": 20.0}), Notify)


def test_a_reply_to_a_message_that_is_gone():
    """The message is posted again; below it, the reply is looked for no more."""
    found, step = d.after(
        untold(d.ended(), notified=None, guards={Effect.NOTIFY: GUARD}), replied=None
    )
    assert (found.message_ts, found.guards.get(Effect.NOTIFY)) == (None, None)
    assert isinstance(step, PostMessage)
    assert isinstance(d.step(untold(found, message_ts="1.2")), (Notify, UpdateMessage))


def test_a_reruns_outcome_is_told_anew():
    """Even if it is the same."""
    b = d.ended(BuildState.FAILED)
    assert isinstance(d.after(untold(b, reruns=1))[1], (Notify, UpdateMessage))


@pytest.mark.parametrize(
    "b",
    [
        d.running(),
        d.ended(BuildState.INACTIVE),
        untold(d.ended(), notified=NEVER),
    ],
    ids=["running", "superseded", "ended before the store was lost"],
)
def test_what_is_no_news(b: Build):
    """Nobody is mentioned."""
    assert isinstance(d.step(b), Finish)


def test_running_beside_another_is_told():
    """A rerun found the slot taken: the channel hears of it."""
    b = d.running(runs_beside=4, standing=Listing.UNLISTED)
    assert not isinstance(d.step(b), Notify)
    step = d.step(untold(b, asides=()))
    assert isinstance(step, Notify)
    assert step.broadcast


def test_their_links_are_read_before_they_are_told():
    """A link that was made since it was planned counts; one that ended changes nobody."""
    octocat = Person(name="octocat", slack_userid="U2", login="octocat", github_id=7)
    dana = Person(name="Dana", slack_userid="U1", github_id=9)
    b = untold(d.shown(untold(d.ended(), requester=dana, committer=octocat)), notified=None)
    assert d.step(b) == Read(what=What.LINKS)
    links = {7: User(slack_userid="U7", github_user_id=7, github_username="octocat")}
    found, step = d.after(b, links=links)
    assert found.plan is not None
    assert (found.plan.requester, found.plan.committer) == (
        dana,
        structs.replace(octocat, slack_userid="U7"),
    )
    assert isinstance(step, Notify)
    assert "<@U7>" in step.text
    known = Person(name="Sam", slack_userid="U3")
    b = untold(d.shown(untold(d.ended(), requester=known, committer=None)), notified=None)
    assert isinstance(d.step(b), Notify)


@pytest.mark.parametrize(
    ("method", "there", "told"),
    [
        (Effect.MESSAGE, False, False),
        (Effect.MESSAGE, True, True),
        (Effect.CARD, False, True),
        (Effect.CARD, True, False),
    ],
)
def test_what_slack_refuses_of_one_method_stops_that_one_alone(
    method: Effect, there: bool, told: bool
):
    """A message that may not be changed, or none that may be posted."""
    b = untold(d.running(), card_digest=None, message_ts="1.1" if there else None)
    b = d.failed(b, d.refused("slack", "slack_refused"), d.T0, method=method)
    assert isinstance(d.step(b), PostMessage | UpdateMessage) is told
