"""Events of checks: what waits for that commit is looked at again, builds and asks."""

from dataclasses import dataclass

from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.github_app.events.payloads import CheckedEvent, StatusEvent
from app.model.note import Note
from app.ports import Intake, Lookups, Wake


@dataclass(frozen=True)
class CheckEvents:
    """`status`, `check_run` and `check_suite`. What our own App (`app_id`) reports is no check."""

    intake: Intake
    lookups: Lookups
    wake: Wake
    app_id: str

    def router(self) -> Router:
        """Its callbacks."""
        router = Router()
        for name in ("status", "check_run", "check_suite"):
            router.add(self.checked, name)
        return router

    async def checked(self, event: Event) -> None:
        """Make what waits for the commit due; a check that only begins changes nothing."""
        data: StatusEvent | CheckedEvent = event.data
        if not data.decided or data.by_app(self.app_id):
            return
        waiting = await self.lookups.builds_waiting_for(data.repository.id, data.sha)
        for repository_id, deployment_id in waiting:
            await self.intake.note(Note(repository_id=repository_id, deployment_id=deployment_id))
            self.wake((repository_id, deployment_id), delivery=event.delivery_id)
        for ask_id in await self.lookups.asks_waiting_for(data.repository.id, data.sha):
            await self.intake.wake_ask(ask_id)
            self.wake(ask_id, delivery=event.delivery_id)
