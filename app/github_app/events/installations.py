"""Events about installations, and about repositories that are renamed, moved or archived."""

from dataclasses import dataclass

from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.github_app.events.payloads import (
    InstallationEvent,
    RepositoryEvent,
    installation_ask,
    repository_ask,
)
from app.lifecycle.requests.inbox import Inbox
from app.ports import Clock

MOVES = frozenset({"renamed", "transferred", "archived", "unarchived", "deleted"})
"""Actions on a repository that its binding must follow."""


@dataclass(frozen=True)
class InstallationEvents:
    """`repository`, `installation` and `installation_repositories`."""

    inbox: Inbox
    clock: Clock

    def router(self) -> Router:
        """A router with the callbacks."""
        router = Router()
        router.add(self.repository_changed, "repository")
        router.add(self.installation_changed, "installation")
        router.add(self.installation_changed, "installation_repositories")
        return router

    async def repository_changed(self, event: Event) -> None:
        """Record an ask to look at the repository's binding."""
        data: RepositoryEvent = event.data
        if data.action in MOVES:
            at = self.clock.wall()
            await self.inbox.add(repository_ask(data, delivery=event.delivery_id, at=at))

    async def installation_changed(self, event: Event) -> None:
        """Record an ask to look at the bindings of the installation's repositories."""
        data: InstallationEvent = event.data
        at, delivery = self.clock.wall(), event.delivery_id
        await self.inbox.add(installation_ask(data, event=event.event, delivery=delivery, at=at))
