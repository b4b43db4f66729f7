"""Events of deployments: each makes its record due."""

from dataclasses import dataclass

from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.github_app.events.payloads import deployment_note
from app.ports import Clock, Intake, Wake


@dataclass(frozen=True)
class DeploymentEvents:
    """`deployment` and `deployment_status` events, whoever created the deployment."""

    intake: Intake
    wake: Wake
    clock: Clock

    def router(self) -> Router:
        """Its callbacks."""
        router = Router()
        router.add(self.created, "deployment")
        router.add(self.status_posted, "deployment_status")
        return router

    async def created(self, event: Event) -> None:
        """Write the deployment down, and when its webhook came."""
        await self._record(event, webhook_at=self.clock.wall())

    async def status_posted(self, event: Event) -> None:
        """Write the deployment down: the look reads what its status is by now."""
        await self._record(event, webhook_at=None)

    async def _record(self, event: Event, *, webhook_at: float | None) -> None:
        note = deployment_note(event.data, webhook_at=webhook_at)
        await self.intake.note(note)
        self.wake((note.repository_id, note.deployment_id), delivery=event.delivery_id)
