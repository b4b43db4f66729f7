"""Events about deployments: each makes the deployment's record due."""

from dataclasses import dataclass

from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.github_app.events.payloads import DeploymentEvent, deployment_note
from app.lifecycle.requests.inbox import Inbox
from app.model.github.states import as_build_state
from app.model.note import Note
from app.ports import Clock, Lookups


@dataclass(frozen=True)
class DeploymentEvents:
    """`deployment` and `deployment_status` events, whoever created the deployment."""

    inbox: Inbox
    lookups: Lookups
    clock: Clock

    def router(self) -> Router:
        """A router with the callbacks."""
        router = Router()
        router.add(self.created, "deployment")
        router.add(self.status_posted, "deployment_status")
        return router

    async def created(self, event: Event) -> None:
        """Record the deployment, and when its webhook came."""
        await self._record(event, webhook_at=self.clock.wall())

    async def status_posted(self, event: Event) -> None:
        """Record the deployment; the look reads its status, which may be a newer one by then."""
        await self._record(event, webhook_at=None)
        data: DeploymentEvent = event.data
        if data.deployment_status and as_build_state(data.deployment_status.state or "").ended:
            await self._wake_waiting(event, data.repository.id, data.deployment.sha)

    async def _wake_waiting(self, event: Event, repository_id: int, sha: str) -> None:
        """Make due what waits for the commit: it may have to succeed in this environment first."""
        for key in await self.lookups.builds_waiting_for(repository_id, sha):
            note = Note(repository_id=key[0], deployment_id=key[1])
            await self.inbox.note(note, delivery=event.delivery_id)

    async def _record(self, event: Event, *, webhook_at: float | None) -> None:
        note = deployment_note(event.data, webhook_at=webhook_at)
        await self.inbox.note(note, delivery=event.delivery_id)
