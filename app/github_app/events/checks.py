"""Events of checks: builds that wait for that commit are looked at again."""

from dataclasses import dataclass

from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.github_app.events.payloads import CheckedEvent, StatusEvent
from app.model.note import Note
from app.ports import Intake, Lookups, Wake


@dataclass(frozen=True)
class CheckEvents:
    """`status`, `check_run` and `check_suite`."""

    intake: Intake
    lookups: Lookups
    wake: Wake

    def router(self) -> Router:
        """Its callbacks."""
        router = Router()
        for name in ("status", "check_run", "check_suite"):
            router.add(self.checked, name)
        return router

    async def checked(self, event: Event) -> None:
        """Make what waits for the commit due; a check that only begins changes nothing."""
        data: StatusEvent | CheckedEvent = event.data
        if not data.decided:
            return
        waiting = await self.lookups.builds_waiting_for(data.repository.id, data.sha)
        for repository_id, deployment_id in waiting:
            await self.intake.note(Note(repository_id=repository_id, deployment_id=deployment_id))
            self.wake((repository_id, deployment_id), delivery=event.delivery_id)
