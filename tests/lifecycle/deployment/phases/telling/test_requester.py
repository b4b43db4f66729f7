"""What the person who asked is told beside the message, and the names of tickets."""

from typing import Any

import pytest
from msgspec import structs

from app.errors import Refused
from app.lifecycle.backoff import failed
from app.lifecycle.deployment.phases.telling.late_start import address_of, late_at, tell_late
from app.lifecycle.deployment.statuses import status_of
from app.lifecycle.deployment.step_types import (
    Facts,
    PostMessage,
    PostStatus,
    TellRequester,
    UpdateMessage,
    What,
    repository_of,
)
from app.lifecycle.look_types import Finish, Now, Read
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest
from app.model.chat.reply import CommentAddress, CommitAddress, ReplyAddress, SlackAddress
from app.model.effects import Effect
from app.model.plan import Person, Ticket
from app.model.reasons.gates import ChecksPending
from app.model.reasons.ours import SlackNotInChannel
from app.model.slot import Listing
from tests.lifecycle import decisions as d
from tests.plans import changed

PLACE = SlackAddress(channel_id="C1", user_id="U1", response_url="https://r")


def untold(b: Build, **facts: Any) -> Build:
    """The build with something not told yet."""
    return changed(b, **facts)


# the person who asked


def closed(**facts: Any) -> Build:
    """The channel refuses us."""
    known = {"message_ts": None, "card_digest": None, "notified": None}
    b = structs.replace(d.running(), **known, channel_problem=SlackNotInChannel(), reply_to=PLACE)
    error = Refused("slack", SlackNotInChannel(), "not_in_channel")
    b = structs.replace(failed(b, error, d.T0, doing="PostMessage"), **facts)
    return structs.replace(b, status=status_of(b))


def test_the_commands_own_answer_says_that_the_channel_is_closed():
    """Once, at once, and GitHub's status too; the channel may have moved, so that is read first."""
    assert "/invite" in closed().status.description
    assert d.step(closed()) == Read(what=What.PROJECT)
    step = d.step(closed(), project=d.PROJECT)
    assert isinstance(step, TellRequester)
    assert step.to == PLACE
    assert "/invite" in step.answer.text
    told = d.step(step.build, project=d.PROJECT)
    assert told == Finish(due_at=step.build.backoff["slack"].retry_at)


def ended_closed(**facts: Any) -> Build:
    """Its outcome is on GitHub when the channel turns out to be closed to us."""
    b = structs.replace(closed(**facts), state=BuildState.FAILED, ended_at=d.T0)
    return structs.replace(b, status=status_of(structs.replace(b, channel_problem=None)))


def test_an_outcome_is_not_posted_again_for_the_channels_sake():
    """Who asked hears of the channel; where nobody can, GitHub's status says it."""
    step = d.step(ended_closed(asked_at=d.T0), project=d.PROJECT)
    assert isinstance(step, TellRequester)
    for nobody in ({"reply_to": None}, {"asked_at": d.T0 - 3600}):
        step = d.step(ended_closed(**nobody), project=d.PROJECT)
        assert isinstance(step, PostStatus)
        assert "/invite" in step.status.description


def test_no_answer_where_nobody_asked():
    """An event's deployment has nobody to answer."""
    step = d.step(closed(reply_to=None), project=d.PROJECT)
    assert isinstance(step, Finish)


def test_slack_is_down_for_the_answer_too():
    """It is not tried again and again without a pause."""
    b = d.down(closed(), "slack", doing="TellRequester")
    assert d.step(b, project=d.PROJECT) == Finish(due_at=b.backoff["slack"].retry_at)


def test_the_channel_moved():
    """A shared channel has another id: the message goes there."""
    moved = structs.replace(d.PROJECT, slack_channelid="C2")
    found, step = d.after(closed(), project=moved)
    assert (found.slack_channelid, found.channel_problem) == ("C2", None)
    assert isinstance(step, PostStatus)
    posted = d.step(structs.replace(found, status=step.status))
    assert isinstance(posted, PostMessage)
    assert posted.channel == "C2"


def waiting(**facts: Any) -> Build:
    """A command whose pipeline has not started, for no reason that the card explains."""
    known = {
        "state": BuildState.TRIGGERING,
        "guards": {Effect.TRIGGER: d.UNSURE},
        "unsure": True,
        "asked_at": d.T0,
    }
    return d.shown(d.build(**{**known, "standing": Listing.RUNNING, **facts}))


def test_who_waits_for_nothing_is_told_after_a_minute():
    """Where it hangs, to who asked, once."""
    b = waiting()
    early = d.step(b, pipelines=(), wall=d.T0 + 59, waited={"trigger": 1.0})
    assert early == Finish(due_at=d.T0 + 60)
    step = d.step(b, pipelines=(), wall=d.T0 + 60, waited={"trigger": 1.0})
    assert isinstance(step, TellRequester)
    assert step.to.user_id == "U1"
    again = d.step(step.build, pipelines=(), wall=d.T0 + 61, waited={"trigger": 1.0})
    assert again == Finish(due_at=d.T0 + 80)


def test_slack_is_down_when_it_would_be_told():
    """It is told when Slack is back, and not asked without a pause until then."""
    b = d.down(waiting(), "slack", wall=d.T0 + 60)
    step = d.step(b, pipelines=(), wall=d.T0 + 60, waited={"trigger": 1.0})
    assert step == Finish(due_at=b.backoff["slack"].retry_at)


# tickets


TICKET = Ticket(system="asana", key="1", url="https://app.asana.com/0/1/1")


def test_tickets_come_last():
    """Their names are asked for when everything else is told, once."""
    b = d.shown(untold(d.running(), tickets=(TICKET,)))
    assert isinstance(d.step(untold(b, status=None)), PostStatus)
    assert d.step(b) == Read(what=What.TITLES)
    named = (structs.replace(TICKET, title="Refunds"),)
    found, step = d.after(b, titles=named)
    assert found.tickets == named
    assert isinstance(step, UpdateMessage)
    unnamed, step = d.after(b, titles=(TICKET,))
    assert unnamed.tickets_named
    assert isinstance(step, Finish)


def test_asana_down_holds_nothing():
    """The look ends; it is asked again later, and at last not at all."""
    b = d.down(d.shown(untold(d.running(), tickets=(TICKET,))), "asana")
    assert d.step(b) == Finish(due_at=b.backoff["asana"].retry_at)
    silent = d.lost(d.shown(untold(d.ended(), tickets=(TICKET,))), "asana")
    assert d.step(silent) == Finish(due_at=None)


def test_a_channel_that_has_moved_is_followed():
    """What is said goes to the new one, without delay."""
    moved = structs.replace(d.PROJECT, slack_channelid="C2")
    b = closed(told_problem=True)
    found, _ = d.after(b, project=moved)
    assert found.slack_channelid == "C2"
    assert (found.channel_problem, found.told_problem, found.backoff) == (None, False, {})
    for project in (None, d.PROJECT):
        found, _ = d.after(b, project=project)
        assert found.slack_channelid == "C1"


COMMENT = CommentAddress(
    repository=repository_of(d.build()), number=7, comment_id=9, at=d.T0, key="comment:7:9"
)
COMMIT = CommitAddress(repository=repository_of(d.build()), sha=d.SHA)


@pytest.mark.parametrize(
    ("facts", "address"),
    [
        ({"reply_to": PLACE}, PLACE),
        ({"reply_to": COMMIT}, COMMIT),
        ({"reply_to": COMMENT}, SlackAddress(channel_id="C1", user_id="U1")),
        ({}, SlackAddress(channel_id="C1", user_id="U1")),
        ({"slack_channelid": None, "requester": None}, SlackAddress(channel_id="")),
    ],
)
def test_where_who_asked_is_answered(facts: dict[str, Any], address: ReplyAddress):
    """Who commented is told in the channel; their comment shows the rest."""
    assert address_of(d.build(**facts)) == address


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, True),
        ({"asked_at": None}, False),
        ({"requester": Person(login="octocat")}, False),
        ({"state": BuildState.RUNNING, "pipeline_id": "p1"}, False),
        ({"late_told": True}, False),
        ({"waits_for": (ChecksPending(),)}, False),
        ({"cancel": CancelRequest(by=d.DANA, at=d.T0)}, False),
    ],
)
def test_who_hears_that_nothing_has_started(facts: dict[str, Any], told: bool):
    """A minute after the command, unless the card says why."""
    b = d.build(**{"asked_at": d.T0, "message_ts": "1.1", **facts})
    assert late_at(b, Now(wall=d.T0), d.LIMITS) == (d.T0 + 60 if told else None)
    assert tell_late(b, Facts(), Now(wall=d.T0 + 59.9), d.LIMITS) is None
    step = tell_late(b, Facts(), Now(wall=d.T0 + 60), d.LIMITS)
    assert (step is not None) is told
    if isinstance(step, TellRequester):
        assert (step.to, step.build) == (
            SlackAddress(channel_id="C1", user_id="U1"),
            structs.replace(b, late_told=True),
        )
    assert late_at(d.down(b, "slack"), Now(wall=d.T0), d.LIMITS) is None
