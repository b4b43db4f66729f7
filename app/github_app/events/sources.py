"""Events of sources: a push to the default branch drops the cached configuration."""

from collections.abc import Callable
from dataclasses import dataclass

from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.github_app.events.payloads import PushEvent, push_ask
from app.ports import Clock, Intake, Key


@dataclass(frozen=True)
class SourceEvents:
    """`push`, `create` and `pull_request`.

    `forget_configuration` takes a repository's id.
    """

    intake: Intake
    wake: Callable[[Key], None]
    clock: Clock
    forget_configuration: Callable[[int], None]

    def router(self) -> Router:
        """Its callbacks."""
        router = Router()
        router.add(self.pushed, "push")
        return router

    async def pushed(self, event: Event) -> None:
        """Forget the configuration; if the push touched it, ask for a look at it."""
        data: PushEvent = event.data
        if not data.to_default_branch:
            return
        self.forget_configuration(data.repository.id)
        if data.configures:
            ask = push_ask(data, delivery=event.delivery_id, at=self.clock.wall())
            if await self.intake.add_ask(ask):
                self.wake(ask.key)
