"""Events about checks: builds and asks that wait for the commit are looked at again."""

from dataclasses import dataclass

from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.github_app.events.payloads import CheckedEvent, StatusEvent
from app.lifecycle.requests.inbox import Inbox
from app.model.note import Note
from app.ports import Lookups


@dataclass(frozen=True)
class CheckEvents:
    """`status`, `check_run` and `check_suite`; reports of our own App (`app_id`) are ignored."""

    inbox: Inbox
    lookups: Lookups
    app_id: str

    def router(self) -> Router:
        """A router with the callbacks."""
        router = Router()
        for name in ("status", "check_run", "check_suite"):
            router.add(self.checked, name)
        return router

    async def checked(self, event: Event) -> None:
        """Make due what waits for the commit; a check that has only begun is ignored."""
        data: StatusEvent | CheckedEvent = event.data
        ours = isinstance(data, CheckedEvent) and data.by_app(self.app_id)
        if ours or not data.decided:
            return
        waiting = await self.lookups.builds_waiting_for(data.repository.id, data.sha)
        for repository_id, deployment_id in waiting:
            note = Note(repository_id=repository_id, deployment_id=deployment_id)
            await self.inbox.note(note, delivery=event.delivery_id)
        for ask_id in await self.lookups.asks_waiting_for(data.repository.id, data.sha):
            await self.inbox.wake_ask(ask_id, delivery=event.delivery_id)
