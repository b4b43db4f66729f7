"""`goodbye`: unlinks the person who typed it."""

from dataclasses import dataclass
from typing import ClassVar

from app.commands.command import Usage, slack_of
from app.commands.parsing.grammar import Typed
from app.errors import UserError
from app.lifecycle.requests.decision import Decision, Reply
from app.model.ask import Ask
from app.model.reasons.binding import NotLinked
from app.observe import audited
from app.ports import Bindings
from app.texts.replies.bindings import unlinked


@dataclass(frozen=True, kw_only=True)
class Goodbye:
    """Forgets who the person is on GitHub."""

    name: ClassVar[str] = "goodbye"
    usage: ClassVar[Usage] = Usage("goodbye", "unlinks you from your GitHub login")

    bindings: Bindings

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Unlink; nobody else sees it."""
        del typed
        user = await self.bindings.unlink(slack_of(ask).user_id)
        if user is None:
            raise UserError(NotLinked())
        audited("unclaim", by=user.slack_userid, login=user.github_username)
        return Reply(answer=unlinked(user))
