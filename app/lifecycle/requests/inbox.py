"""Recording what needs a look, and having this process look at it right away."""

from dataclasses import dataclass

from app.model.ask import Ask
from app.model.note import Note
from app.ports import Intake, Wake


@dataclass(frozen=True)
class Inbox:
    """The store's intake, which also wakes the worker; `delivery` is the webhook's id, for logs."""

    intake: Intake
    wake: Wake

    async def add(self, *asks: Ask) -> None:
        """Record asks; one whose id is known already is left as it is."""
        for ask in asks:
            if await self.intake.add_ask(ask):
                self.wake(ask.key)

    async def wake_ask(self, ask_id: str, *, delivery: str = "") -> None:
        """Count an event on an ask that is recorded already."""
        await self.intake.wake_ask(ask_id)
        self.wake(ask_id, delivery=delivery)

    async def note(self, note: Note, *, delivery: str = "") -> None:
        """Write a note into its build."""
        await self.intake.note(note)
        self.wake((note.repository_id, note.deployment_id), delivery=delivery)
