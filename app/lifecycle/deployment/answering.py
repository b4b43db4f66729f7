"""Answering a person: by the command's `response_url`, else as a message that they see."""

from collections.abc import Awaitable

import structlog
from msgspec import structs

from app.errors import Refused
from app.model.card import Answer
from app.model.reply import ReplyAddress
from app.ports import Chat
from app.texts.markup import mention

logger = structlog.get_logger()

ANSWERABLE = 1800.0
"""Seconds for which Slack keeps a `response_url`.

https://docs.slack.dev/interactivity/handling-user-interaction
"""


async def answer_person(chat: Chat, to: ReplyAddress, answer: Answer, *, age: float) -> None:
    """Answer what was asked `age` seconds ago; what no person asked is said in its channel.

    Raises `Unavailable`. Where every way is refused, the log says so.
    """
    channel, user = to.channel_id, to.user_id
    if to.response_url and age < ANSWERABLE and await _done(chat.answer(to, answer)):
        return
    if user and await _done(chat.whisper(channel, user, answer)):
        return
    to_all = structs.replace(answer, text=f"{mention(user)} {answer.text}") if user else answer
    if not await _done(chat.say(channel, to_all)):
        logger.warning("answer.undeliverable", channel=channel, user=user)


async def _done(call: Awaitable[object]) -> bool:
    """Whether Slack did not refuse it."""
    try:
        await call
    except Refused as error:
        logger.info("answer.refused", reason=error.name, error=error.message)
        return False
    return True
