"""`reset`: forgets the channel's binding; links of people stay."""

from dataclasses import dataclass
from typing import ClassVar

from app.commands.command import Usage, slack_of
from app.commands.parsing.grammar import Typed
from app.errors import UserError
from app.lifecycle.requests.decision import Decision, Reply
from app.model.ask import Ask
from app.model.reasons.binding import ChannelNotBound
from app.ports import Bindings
from app.texts.replies.bindings import released


@dataclass(frozen=True, kw_only=True)
class Reset:
    """Releases the repository from this channel."""

    name: ClassVar[str] = "reset"
    usage: ClassVar[Usage] = Usage("reset", "releases the repository, keeps the links of people")

    bindings: Bindings

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Unbind, and tell the channel who did it."""
        del typed
        here = slack_of(ask)
        project = await self.bindings.unbind(here.channel_id)
        if project is None:
            raise UserError(ChannelNotBound())
        return Reply(answer=released(project, by=here.user_id))
