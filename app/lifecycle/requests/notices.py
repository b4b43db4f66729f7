"""Notices: messages that a channel or a person gets once, without having asked.

Some take the place of an answer that could not be given where it belongs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from msgspec import convert, structs, to_builtins

from app.lifecycle.requests.inbox import Inbox
from app.model import Json
from app.model.ask import Ask, AskKind
from app.model.chat.card import Answer
from app.model.chat.reply import CommitAddress, SlackAddress
from app.model.project import Project
from app.ports import Clock
from app.texts.replies.triggers import unshown


@dataclass(frozen=True)
class Notices:
    """Records each notice as an ask, so that it is posted later if Slack does not answer now."""

    inbox: Inbox
    clock: Clock

    async def say(
        self,
        notice: str,
        channel: str,
        answer: Answer,
        *,
        otherwise: Mapping[str, Json] = MappingProxyType({}),
    ) -> None:
        """Post the answer in the channel, unless there was a notice of that name already.

        `otherwise` says who is told alone if the channel does not take it (see `directly`).
        """
        ask = Ask(
            ask_id=f"notice:{notice}",
            kind=AskKind.NOTICE,
            asked_at=self.clock.wall(),
            reply_to=SlackAddress(channel_id=channel),
            body=dict(otherwise),
            answer=answer,
        )
        await self.inbox.add(ask)


def directly(people: Sequence[str], answer: Answer) -> dict[str, Json]:
    """The body of a notice: whom to tell alone (Slack ids) if the channel does not take it."""
    return {"people": list(people), "answer": to_builtins(answer)}


def each_alone(notice: Ask) -> tuple[Ask, ...]:
    """The direct messages that replace a notice that its channel did not take.

    Slack takes a user's id in place of a channel's.
    https://docs.slack.dev/reference/methods/chat.postMessage
    """
    if "people" not in notice.body:
        return ()
    answer = convert(notice.body["answer"], Answer)
    return tuple(
        Ask(
            ask_id=f"{notice.ask_id}:{user}",
            kind=AskKind.NOTICE,
            asked_at=notice.asked_at,
            reply_to=SlackAddress(channel_id=user),
            answer=answer,
        )
        for user in notice.body["people"]
    )


def in_the_channel(
    of: Ask, to: CommitAddress, answer: Answer, project: Project, html: str
) -> Ask | None:
    """The notice with what GitHub did not show on a commit, once for each ask and commit."""
    if project.problem or not project.slack_channelid:
        return None
    return Ask(
        ask_id=f"notice:{of.ask_id}:{to.sha}",
        kind=AskKind.NOTICE,
        asked_at=of.asked_at,
        repository_id=project.repository_id,
        reply_to=SlackAddress(channel_id=project.slack_channelid),
        answer=structs.replace(unshown(to, answer, html), in_channel=True),
    )
