"""Answering whoever asked: in Slack, on a pull request, or on the commit of an event."""

from collections.abc import Awaitable
from dataclasses import dataclass

import structlog
from msgspec import structs

from app.errors import Refused
from app.model.chat.card import Answer
from app.model.chat.reply import CommentAddress, CommitAddress, ReplyAddress, SlackAddress
from app.model.github.commit import CheckRunReport, PullComment
from app.ports import Chat, GitHub
from app.texts.failures.catalogue import describe_markup
from app.texts.github_markdown import markdown
from app.texts.markup import mention

logger = structlog.get_logger()

CHECK_NAME = "deploybot"
"""The name of the check run that tells on a commit what was refused."""

ANSWERABLE = 1800.0
"""Seconds for which Slack keeps a `response_url`.

https://docs.slack.dev/interactivity/handling-user-interaction
"""


@dataclass(frozen=True, kw_only=True)
class Answering:
    """Answers whoever asked, in the way that their address allows."""

    chat: Chat
    github: GitHub

    async def __call__(self, to: ReplyAddress, answer: Answer, *, age: float) -> bool:
        """Answer what was asked `age` seconds ago; raises `Unavailable`.

        False if every way was refused, which the log tells.
        """
        match to:
            case SlackAddress():
                return await self._in_slack(to, answer, age)
            case CommitAddress():
                run = refusal_on(to.sha, answer)
                told = await _accepted(self.github.post_check_run(to.repository, run))
            case CommentAddress():
                said = comment_saying(to, answer)
                told = await _accepted(self.github.show_comment(to.repository, said))
        if not told:
            logger.warning("answer.undeliverable", repository=to.repository.full_name)
        return told

    async def _in_slack(self, to: SlackAddress, answer: Answer, age: float) -> bool:
        """The command's own address, then the person alone, then the channel."""
        channel, user = to.channel_id, to.user_id
        if to.response_url and age < ANSWERABLE and await _accepted(self.chat.answer(to, answer)):
            return True
        if user and await _accepted(self.chat.whisper(channel, user, answer)):
            return True
        to_all = structs.replace(answer, text=f"{mention(user)} {answer.text}") if user else answer
        told = await _accepted(self.chat.say(channel, to_all))
        if not told:
            logger.warning("answer.undeliverable", channel=channel, user=user)
        return told


def comment_saying(to: CommentAddress, answer: Answer) -> PullComment:
    """An answer as our comment, which replaces our earlier one there."""
    body = markdown((answer.text, *answer.lines))
    return PullComment(number=to.number, key=to.key, body=body, since=to.at)


def refusal_on(sha: str, answer: Answer) -> CheckRunReport:
    """A refusal as a check run: red only for an invalid configuration, else neutral."""
    return CheckRunReport(
        sha=sha,
        name=CHECK_NAME,
        conclusion="failure" if answer.invalid_file else "neutral",
        title=describe_markup(answer.text),
        summary=markdown([answer.text]),
    )


async def _accepted(call: Awaitable[object]) -> bool:
    """Whether the call wasn't refused."""
    try:
        await call
    except Refused as error:
        logger.info("answer.refused", reason=error.name, error=error.message)
        return False
    return True
