"""Notices: messages that a channel gets once, without anybody having asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.model.ask import Ask, AskKind
from app.model.build import Json
from app.model.chat.card import Answer
from app.model.chat.reply import SlackAddress
from app.ports import Clock, Intake, Key


@dataclass(frozen=True)
class Notices:
    """Records each notice as an ask, so that it is posted later if Slack does not answer now."""

    intake: Intake
    wake: Callable[[Key], None]
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
        if await self.intake.add_ask(ask):
            self.wake(ask.key)
