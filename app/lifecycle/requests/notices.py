"""Notices: what is said in a channel once, without anybody having asked."""

from collections.abc import Callable
from dataclasses import dataclass

from app.model.ask import Ask, AskKind
from app.model.card import Answer
from app.model.reply import SlackAddress
from app.ports import Clock, Intake, Key


@dataclass(frozen=True)
class Notices:
    """Writes notices down; where Slack does not answer, they are said later."""

    intake: Intake
    wake: Callable[[Key], None]
    clock: Clock

    async def say(self, notice: str, channel: str, answer: Answer) -> None:
        """Say it in the channel; a `notice` of that name was said already or is about to be."""
        ask = Ask(
            ask_id=f"notice:{notice}",
            kind=AskKind.NOTICE,
            asked_at=self.clock.wall(),
            reply_to=SlackAddress(channel_id=channel),
            answer=answer,
        )
        if await self.intake.add_ask(ask):
            self.wake(ask.key)
