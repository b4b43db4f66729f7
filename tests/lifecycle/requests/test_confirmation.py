"""A question before something is done: asked, agreed to once, answered alike ever after."""

import pytest
from msgspec import structs

from app.lifecycle.look_types import Become, Finish, Now, Read
from app.lifecycle.requests.confirmation import VALID, agreed
from app.lifecycle.requests.decide import next_ask_step
from app.lifecycle.requests.decision import Confirm, Create, Later, Nothing, Reopen, Reply
from app.lifecycle.requests.step_types import (
    AnswerAsk,
    AskFacts,
    AskWhat,
    CreateDeployment,
    ReopenAsk,
)
from app.model.ask import Ask, AskKind, Confirmation, Said
from app.model.chat.card import Answer, Button
from app.model.chat.reply import SlackAddress
from app.model.plan import Person
from app.texts.replies.deployments.confirmation import AGREE, AGREE_PLAN, DECLINE
from tests.lifecycle import decisions as d

PLACE = SlackAddress(channel_id="C1", user_id="U1", response_url="https://r")
LATER = SlackAddress(channel_id="C1", user_id="U2", response_url="https://later")
QUESTION = Answer(text="Deploy it all the same?")
HELLO = Answer(text="Hello.")


def command() -> Ask:
    """A command that wants to be sure."""
    said = Said(text="deploy production v1", by=Person(name="dana", slack_userid="U1"))
    return Ask(ask_id="a1", kind=AskKind.COMMAND, asked_at=d.T0, said=said, reply_to=PLACE)


def press(number: str = "p1", at: float = d.T0 + 60, action: str = AGREE_PLAN) -> Ask:
    """Somebody presses its button."""
    said = Said(action=action, value="a1", by=Person(name="sam", slack_userid="U2"))
    return Ask(ask_id=number, kind=AskKind.ACTION, asked_at=at, said=said, reply_to=LATER)


def settled(a: Ask, **facts: object) -> object:
    """The first step of a look that does something."""
    for _ in range(9):
        found = next_ask_step(a, AskFacts(**facts), Now(wall=d.T0), d.LIMITS)  # type: ignore[arg-type]
        if not isinstance(found, Become):
            return found
        a = found.record
    raise AssertionError("the ask never comes to rest")


def asked() -> Ask:
    """The command, once its question is told."""
    told = settled(command(), decision=Confirm(question=QUESTION, agree="Deploy", plan=d.PLAN))
    assert isinstance(told, AnswerAsk)
    return told.ask


def reopened() -> Ask:
    """The command, once somebody has agreed."""
    decided = agreed(asked(), press())
    assert isinstance(decided, Reopen)
    return decided.after


def test_nothing_is_created_before_the_button_is_pressed():
    """The button carries the ask's id; the ask keeps the plan that was shown."""
    confirm = Confirm(question=QUESTION, agree="Deploy", decline="Don't", plan=d.PLAN)
    told = settled(command(), decision=confirm)
    assert isinstance(told, AnswerAsk)
    assert told.answer == structs.replace(
        QUESTION,
        buttons=(
            Button(label="Deploy", action=AGREE_PLAN, value="a1", style="primary"),
            Button(label="Don't", action=DECLINE, value="a1"),
        ),
    )
    assert told.ask.confirmation == Confirmation(question=QUESTION, plan=d.PLAN)
    assert (told.ask.plan, told.ask.confirmed, told.ask.answered_at) == (None, None, d.T0)
    assert settled(told.ask) == Finish(due_at=None)


def test_who_presses_has_the_same_ask_decided_again():
    """As the one who pressed, who is answered too; the press itself is done with that."""
    decided = agreed(asked(), press())
    assert isinstance(decided, Reopen)
    assert decided.after.ask_id == "a1"
    assert decided.after.confirmed is not None
    assert decided.after.confirmed.plan == d.PLAN
    assert decided.after.said == Said(
        text="deploy production v1", by=Person(name="sam", slack_userid="U2")
    )
    assert decided.after.reply_to == LATER
    assert settled(decided.after) == Read(what=AskWhat.DECISION)
    assert settled(decided.after, decision=Create(plan=d.PLAN)) == CreateDeployment(plan=d.PLAN)
    done = settled(press(), decision=decided)
    assert isinstance(done, ReopenAsk)
    assert done.ask.answered_at == d.T0


@pytest.mark.parametrize("still", [command(), reopened()], ids=["asking", "at work"])
def test_a_press_waits_for_what_is_at_work(still: Ask):
    """The question may not be written down yet, nor the first press's answer be known."""
    assert isinstance(agreed(still, press("p2")), Later)


def test_the_same_press_looked_at_again_is_done():
    """The process may have died right after it."""
    assert agreed(reopened(), press()) == Nothing()


def test_a_second_press_gets_the_answer_of_the_first():
    """Whatever that was: a sentence, or a deployment."""
    told = settled(reopened(), decision=Reply(answer=HELLO))
    assert isinstance(told, AnswerAsk)
    assert agreed(told.ask, press("p2")) == Reply(answer=HELLO)
    made = {"plan": d.PLAN, "deployment_id": 812}
    created = structs.replace(reopened(), **made, answered_at=d.T0 + 61)
    again = agreed(created, press("p2"))
    assert isinstance(again, Reply)
    assert "already confirmed. The message about `main` to *production*" in again.answer.text


def test_where_everybody_was_asked_a_refusal_is_one_persons():
    """Somebody who may presses after somebody who may not."""
    told = settled(reopened(), decision=Reply(answer=HELLO))
    assert isinstance(told, AnswerAsk)
    question = told.ask.confirmation
    assert question is not None
    to_all = structs.replace(told.ask, confirmation=structs.replace(question, to_all=True))
    assert isinstance(agreed(to_all, press("p2")), Reopen)
    created = structs.replace(to_all, plan=d.PLAN, deployment_id=812)
    assert agreed(created, press("p2")) == Reply(answer=HELLO)
    answered = structs.replace(to_all, answered_at=d.T0 + 100)
    late = agreed(answered, press("p2", at=d.T0 + VALID + 1))  # a refusal does not ask anew
    assert isinstance(late, Reply)
    assert "again" in late.answer.text


def test_agreeing_to_one_question_is_not_agreeing_to_the_next():
    """A command may ask whose deployment is meant, and then show what it would do."""
    assert agreed(asked(), press(action=AGREE)) == Nothing()


def test_a_question_is_valid_for_a_quarter_of_an_hour():
    """A press that comes in time counts, however late it is looked at."""
    assert isinstance(agreed(asked(), press(at=d.T0 + VALID)), Reopen)
    late = agreed(asked(), press(at=d.T0 + VALID + 1))
    assert isinstance(late, Reply)
    assert "`/cimon deploy production v1` again" in late.answer.text
    assert isinstance(agreed(None, press()), Reply)
