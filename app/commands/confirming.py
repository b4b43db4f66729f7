"""The buttons of a question that a command asks before it goes ahead."""

from dataclasses import dataclass

from app.commands.command import said_of
from app.lifecycle.requests.confirmation import agreed
from app.lifecycle.requests.decision import Decision, Reply
from app.model.ask import Ask
from app.ports import Records
from app.texts.replies.confirmation import DECLINE, declined


@dataclass(frozen=True, kw_only=True)
class Confirming:
    """Finds the ask that asked the question; that ask then does what was agreed to."""

    records: Records

    async def run(self, press: Ask) -> Decision:
        """Decide what to do about a press."""
        said = said_of(press)
        if said.action == DECLINE:
            return Reply(answer=declined())
        return agreed(await self.records.ask(said.value), press)
