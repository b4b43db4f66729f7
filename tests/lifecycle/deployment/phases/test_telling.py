"""Telling what a deployment has come to: GitHub, the channel, the person, the tickets."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.phases.telling.news import NEVER
from app.lifecycle.deployment.step_types import (
    Notify,
    PostMessage,
    PostStatus,
    RemoveMessage,
    UpdateMessage,
    What,
)
from app.lifecycle.look_types import Finish, Read
from app.model.build import Build, BuildState
from app.model.build_parts import PostedStatus, SeenStatus
from app.model.chat.card import CardSearch
from app.model.effects import Effect, Guard
from app.model.github.app import AppIdentity
from app.model.plan import Person
from app.model.project import User
from app.model.reasons.ours import SlackArchived
from app.model.slot import Standing
from tests.lifecycle import decisions as d
from tests.plans import changed

GUARD = Guard(sent_at=d.T0, sender="me")


def untold(b: Build, **facts: Any) -> Build:
    """The build with something not told yet."""
    return changed(b, **facts)


# GitHub's status


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
        standing=Standing.RUNNING,
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


IDENTITY = AppIdentity(id=1, slug="deploybot")


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


# the message


def test_a_message_is_posted_and_then_kept_up_to_date():
    """In place; the metadata carries GitHub's state."""
    b = untold(d.running(), message_ts=None, card_digest=None)
    step = d.step(b)
    assert isinstance(step, PostMessage)
    assert (step.channel, step.card.state) == ("C1", "in_progress")
    posted = untold(b, message_ts="1.1", card_digest=step.digest)
    assert isinstance(d.step(posted), Finish)
    changed = d.step(untold(posted, deploy_url="https://shop", subject="Other words"))
    assert isinstance(changed, UpdateMessage)
    assert changed.ts == "1.1"


def test_a_message_that_may_exist_is_looked_for_first():
    """Found: adopted and brought up to date; not found: posted, but only after a lease."""
    b = untold(d.running(), message_ts=None, card_digest=None, guards={Effect.MESSAGE: GUARD})
    assert d.step(b) == Read(what=What.CARDS)
    found, step = d.after(b, cards=("1.1",))
    assert (found.message_ts, found.guards.get(Effect.MESSAGE)) == ("1.1", None)
    assert isinstance(step, UpdateMessage)
    early = d.step(b, cards=(), waited={"message": 19.0})
    assert early == Finish(due_at=d.T0 + 1.0)
    assert isinstance(d.step(b, cards=(), waited={"message": 20.0}), PostMessage)


def test_a_long_search_for_a_message_is_read_page_by_page():
    """Each page is a read of its own; nothing is posted before the last one."""
    b = untold(d.running(), message_ts=None, card_digest=None, guards={Effect.MESSAGE: GUARD})
    for found in ((), ("1.1",)):
        half = CardSearch(found=found, older="next", pages=7)
        assert d.step(b, cards=half, waited={"message": 60.0}) == Read(what=What.CARDS, cards=half)
        again = untold(d.ended(), overtaken="other/7")
        assert d.step(again, cards=half) == Read(what=What.CARDS, cards=half)


def test_a_second_message_is_removed():
    """The oldest stays; of several, one goes in each look."""
    b = untold(d.running(), message_ts=None, card_digest=None, guards={Effect.MESSAGE: GUARD})
    step = d.step(b, cards=("1.1", "1.2"))
    assert isinstance(step, RemoveMessage)
    assert step.ts == "1.2"
    assert (step.build.message_ts, step.build.guards.get(Effect.MESSAGE)) == ("1.1", None)
    three = d.step(b, cards=("1.1", "1.2", "1.3"))
    assert isinstance(three, RemoveMessage)
    assert (three.ts, three.build.guards.get(Effect.MESSAGE)) == ("1.3", GUARD)
    for one in (step, three):
        assert one.channel == "C1"
        assert (one.otherwise.message_ts, one.otherwise.guards) == ("1.1", {})
    assert d.step(three.build) == Read(what=What.CARDS)


def test_a_message_that_somebody_removed_comes_back():
    """Without its ts there is none; nobody is mentioned again."""
    b = untold(d.ended(), message_ts=None, card_digest=None)
    assert isinstance(d.step(b), PostMessage)
    assert d.step(d.shown(b)) == Finish(due_at=None)


def test_slack_is_down():
    """It never stops a deployment; the message is posted late, in the state it has then."""
    b = d.down(untold(d.running(), message_ts=None, card_digest=None), "slack")
    assert d.step(b) == Finish(due_at=b.backoff["slack"].retry_at)
    over = d.down(untold(d.ended(), message_ts=None, card_digest=None, notified=None), "slack")
    step = d.step(over, wall=d.T0 + 100)
    assert isinstance(step, PostMessage)
    assert step.card.color == "good"
    assert d.step(d.lost(over, "slack")) == Finish(due_at=None)


def test_without_a_channel_nothing_is_said():
    """A deployment of a repository that was unbound meanwhile."""
    b = untold(d.ended(), slack_channelid=None, message_ts=None, notified=None)
    assert d.step(b) == Finish(due_at=None)


# the mention


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
    b = d.running(beside=4, standing=Standing.UNLISTED)
    assert not isinstance(d.step(b), Notify)
    step = d.step(untold(b, asides=()))
    assert isinstance(step, Notify)
    assert step.broadcast


def test_an_update_without_an_answer_is_sent_once_more():
    """Two leases later, when what was sent has landed, if it ever does."""
    b = d.ended(BuildState.SUCCEEDED, guards={Effect.CARD: GUARD})
    assert d.step(b, waited={"card": 39.0}) == Finish(due_at=d.T0 + 1.0)
    sure, step = d.after(b, waited={"card": 40.0})
    assert isinstance(step, UpdateMessage)
    assert Effect.CARD not in sure.guards
    assert isinstance(d.step(untold(sure, card_digest=step.digest)), Finish)


def test_after_a_process_was_overtaken_one_message_is_left():
    """What it may have posted is removed, one in each look; then the card is sent once more."""
    b = d.ended(BuildState.SUCCEEDED, overtaken="other/7")
    own = str(b.message_ts)
    assert d.step(b) == Read(what=What.CARDS)
    first = d.step(b, cards=(own, "8.1", "8.2"))
    assert isinstance(first, RemoveMessage)
    assert (first.ts, first.build) == ("8.1", b)
    last = d.step(b, cards=("8.2", own))
    assert isinstance(last, RemoveMessage)
    assert (last.ts, last.build.overtaken) == ("8.2", "")
    assert isinstance(d.step(last.build), UpdateMessage)
    _, alone = d.after(b, cards=(own,))
    assert isinstance(alone, UpdateMessage)


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
