"""Events of what the App may see: installations, and repositories that change their name."""

from collections.abc import Callable
from dataclasses import dataclass

from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.github_app.events.payloads import (
    InstallationEvent,
    RepositoryEvent,
    installation_ask,
    repository_ask,
)
from app.model.ask import Ask
from app.ports import Clock, Intake, Key

MOVES = frozenset({"renamed", "transferred", "archived", "unarchived", "deleted"})
"""What happens to a repository that its binding must follow."""


@dataclass(frozen=True)
class InstallationEvents:
    """`repository`, `installation` and `installation_repositories`."""

    intake: Intake
    wake: Callable[[Key], None]
    clock: Clock

    def router(self) -> Router:
        """Its callbacks."""
        router = Router()
        router.add(self.repository_changed, "repository")
        router.add(self.installation_changed, "installation")
        router.add(self.installation_changed, "installation_repositories")
        return router

    async def repository_changed(self, event: Event) -> None:
        """Ask for a look at its binding."""
        data: RepositoryEvent = event.data
        if data.action in MOVES:
            at = self.clock.wall()
            await self._add(repository_ask(data, delivery=event.delivery_id, at=at))

    async def installation_changed(self, event: Event) -> None:
        """Ask for a look at the bindings that it covers."""
        data: InstallationEvent = event.data
        at, delivery = self.clock.wall(), event.delivery_id
        await self._add(installation_ask(data, event=event.event, delivery=delivery, at=at))

    async def _add(self, ask: Ask) -> None:
        if await self.intake.add_ask(ask):
            self.wake(ask.key)
