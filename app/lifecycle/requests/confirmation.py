"""Questions that a person has to agree to first, and what pressing their buttons does (pure).

A command that wants to be sure decides `Confirm`. The question's button carries only the id of
its ask. Pressing it has the same ask decided again, with the question as `Ask.confirmed`. Whatever
is created carries that ask's id as its request, so it is created once, however often the button is
pressed.
"""

from msgspec import structs

from app.lifecycle.requests.decision import Confirm, Decision, Later, Nothing, Reopen, Reply
from app.model.ask import Ask, Confirmation
from app.model.chat.card import Answer, Button
from app.model.chat.reply import SlackAddress
from app.model.reasons.deployments import ConfirmationExpired
from app.texts.replies.deployments.confirmation import AGREE, AGREE_PLAN, DECLINE, agreed_already
from app.texts.replies.refusals import refusal

VALID = 900.0
"""Seconds for which a question can be agreed to."""

SOON = 1.0
"""Seconds before a press is decided again while its question is still being worked on."""


def asked_first(ask: Ask, confirm: Confirm) -> Ask:
    """The ask with the question as its answer; the buttons carry the ask's id."""
    action = AGREE if confirm.plan is None else AGREE_PLAN
    agree = Button(label=confirm.agree, action=action, value=ask.ask_id, style=confirm.style)
    decline = Button(label=confirm.decline, action=DECLINE, value=ask.ask_id)
    buttons = (agree, decline) if confirm.decline else (agree,)
    return structs.replace(
        ask,
        confirmation=Confirmation(
            question=confirm.question,
            to_all=isinstance(ask.reply_to, SlackAddress) and not ask.reply_to.user_id,
            plan=confirm.plan,
            deployment_id=confirm.deployment_id,
            cancels=confirm.cancels,
        ),
        answer=structs.replace(confirm.question, buttons=buttons),
    )


def agreed(asked: Ask | None, press: Ask) -> Decision:
    """Decide what pressing a question's button does; `asked` is the ask that the button names.

    A second press gets the first one's answer. If everybody was asked, each press counts until a
    deployment was created. Whoever pressed is the one who asks from then on, so that their own
    permissions are judged.
    """
    if asked is None or (asked.confirmation is None and asked.answered_at is not None):
        return Reply(answer=refusal(ConfirmationExpired()))
    question = asked.confirmation
    if question is not None and question.agreed_by == press.ask_id:
        return Nothing()
    if question is None or asked.answered_at is None:
        return Later(seconds=SOON)
    about_plan = press.said is not None and press.said.action == AGREE_PLAN
    if about_plan != (question.plan is not None):
        return Nothing()  # the command has asked something else meanwhile
    if question.agreed and not (question.to_all and asked.deployment_id is None):
        return Reply(answer=question.outcome or agreed_already(asked.plan))
    asked_at = asked.answered_at if question.asked_at is None else question.asked_at
    if press.asked_at - asked_at > VALID:
        typed = asked.said.text if asked.said else ""
        return Reply(answer=refusal(ConfirmationExpired(typed=typed)))
    question = structs.replace(
        question, asked_at=asked_at, agreed_by=press.ask_id, agreed_at=press.asked_at
    )
    return Reopen(before=asked, after=_reopened(asked, question, press))


def _reopened(asked: Ask, question: Confirmation, press: Ask) -> Ask:
    said = asked.said
    if said is not None and press.said is not None:
        said = structs.replace(said, by=press.said.by)
    return structs.replace(
        asked,
        asked_at=press.asked_at,
        said=said,
        reply_to=press.reply_to,
        confirmation=question,
        backoff={},
        answer=None,
        kept_until=None,
        answered_at=None,
    )


def in_its_place(ask: Ask, answer: Answer) -> Answer:
    """The answer; after a question to one person it replaces that question's message."""
    confirmed = ask.confirmed
    if confirmed is None or confirmed.to_all or answer.in_channel:
        return answer
    return structs.replace(answer, replace_original=True)


def concluded(ask: Ask, answer: Answer) -> Ask:
    """The ask once it is answered; a question keeps the answer for a second press."""
    confirmed = ask.confirmed
    if confirmed is None:
        return ask
    return structs.replace(ask, confirmation=structs.replace(confirmed, outcome=answer))
