"""`help`: what can be typed in this channel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.commands.command import slack_of
from app.commands.parsing.grammar import Typed, Usage
from app.lifecycle.requests.decision import Decision, Reply
from app.model.ask import Ask
from app.model.chat.card import Answer
from app.model.chat.reply import SlackAddress
from app.ports import Bindings
from app.texts.replies.channels.connecting import help_bound, help_unbound


@dataclass(frozen=True, kw_only=True)
class Help:
    """Lists the commands or, in a channel without a repository, says how to connect one."""

    name: ClassVar[str] = "help"
    usage: ClassVar[Usage] = Usage("help", "shows this list")

    bindings: Bindings
    listed: Sequence[Usage]

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Answer with the list."""
        del typed
        return Reply(answer=await self.here(slack_of(ask)))

    async def here(self, place: SlackAddress) -> Answer:
        """The answer for this channel."""
        project = await self.bindings.project_of_channel(place.channel_id)
        if project is None:
            return help_unbound()
        lines = [(usage.typed, usage.does) for usage in self.listed]
        return help_bound(project.repository, lines)
