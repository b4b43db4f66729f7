"""The live message: one for each deployment, kept up to date."""

from typing import Any

from msgspec import structs

from app.lifecycle.deployment.step_types import (
    PostMessage,
    RemoveMessage,
    UpdateMessage,
    What,
)
from app.lifecycle.look_types import Finish, Read
from app.model.build import Build, BuildState
from app.model.chat.card import CardSearch
from app.model.effects import Effect, Guard
from tests.lifecycle import decisions as d
from tests.plans import changed

GUARD = Guard(sent_at=d.T0, sender="me")


def untold(b: Build, **facts: Any) -> Build:
    """The build with something not told yet."""
    return changed(b, **facts)


def posted(b: Build, number: int) -> Build:
    """The build whose status on GitHub has that id."""
    assert b.status is not None
    return untold(b, status=structs.replace(b.status, id=number))


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
