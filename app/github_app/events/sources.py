"""Events that may deploy by themselves: pushes, new tags and pull requests."""

from collections.abc import Callable
from dataclasses import dataclass

from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.github_app.events.payloads import RepositoryEvent
from app.github_app.events.source_payloads import (
    CreateEvent,
    PullRequestEvent,
    PushEvent,
    closed,
    closed_ask,
    created,
    proposed,
    pushed,
    source_ask,
)
from app.model.ask import Ask
from app.model.github.source_event import SourceEvent
from app.ports import Clock, Intake, Key


@dataclass(frozen=True)
class SourceEvents:
    """`push`, `create` and `pull_request`, and the event of another default branch.

    `forget_configuration` takes a repository's id, and drops its cached configuration.
    """

    intake: Intake
    wake: Callable[[Key], None]
    clock: Clock
    forget_configuration: Callable[[int], None]

    def router(self) -> Router:
        """A router with the callbacks."""
        router = Router()
        router.add(self.pushed, "push")
        router.add(self.created, "create")
        router.add(self.proposed, "pull_request")
        router.add(self.edited, "repository")
        return router

    async def pushed(self, event: Event) -> None:
        """Record an ask for the push; one to the default branch may change the configuration."""
        data: PushEvent = event.data
        if data.to_default_branch:
            self.forget_configuration(data.repository.id)
        await self._ask(event, pushed(data))

    async def created(self, event: Event) -> None:
        """Record an ask for a new tag; its `push` asks for the same, and the first one deploys."""
        data: CreateEvent = event.data
        await self._ask(event, created(data))

    async def proposed(self, event: Event) -> None:
        """Record an ask to deploy a pull request or, once it is closed, to end its deployments."""
        data: PullRequestEvent = event.data
        ended = closed(data)
        if ended is None:
            await self._ask(event, proposed(data))
            return
        at = self.clock.wall()
        await self._add(closed_ask(data, ended, delivery=event.delivery_id, at=at))

    async def edited(self, event: Event) -> None:
        """Drop the cached configuration if another branch has become the default one."""
        data: RepositoryEvent = event.data
        if data.changes.default_branch is not None:
            self.forget_configuration(data.repository.id)

    async def _ask(self, event: Event, source: SourceEvent | None) -> None:
        if source is None:
            return
        ask = source_ask(
            event.data,
            source,
            event=event.event,
            delivery=event.delivery_id,
            at=self.clock.wall(),
        )
        await self._add(ask)

    async def _add(self, ask: Ask) -> None:
        if await self.intake.add_ask(ask):
            self.wake(ask.key)
