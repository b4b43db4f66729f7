"""`goodbye`: unlinks the person who typed it from their GitHub login."""

from dataclasses import dataclass
from typing import ClassVar

from app.commands.command import slack_of
from app.commands.parsing.grammar import Typed, Usage
from app.errors import UserError
from app.lifecycle.requests.decision import Decision, Later, Reply
from app.model.ask import Ask
from app.model.reasons.binding import NotLinked
from app.observe import audited
from app.ports import Bindings
from app.texts.replies.channels.people import linked_since, unlinked


@dataclass(frozen=True, kw_only=True)
class Goodbye:
    """Deletes a person's link to GitHub."""

    name: ClassVar[str] = "goodbye"
    usage: ClassVar[Usage] = Usage("goodbye", "unlinks you from your GitHub login", arguments=0)

    bindings: Bindings

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Unlink; nobody else sees the answer.

        The first run only records on the ask which link is meant. If the person links again before
        the second run, that newer link stays.
        """
        del typed
        person = slack_of(ask).user_id
        user = await self.bindings.user_of_slack(person)
        if "linked_at" not in ask.body:
            if user is None:
                raise UserError(NotLinked())
            meant = {"login": user.github_username, "linked_at": user.linked_at}
            return Later(seconds=0.0, body={**ask.body, **meant})
        if user is not None and user.linked_at != ask.body["linked_at"]:
            return Reply(answer=linked_since(user))
        if await self.bindings.unlink(person) is not None:  # None: an earlier run did it
            audited("unclaim", by=person, login=ask.body["login"])
        return Reply(answer=unlinked(ask.body["login"]))
