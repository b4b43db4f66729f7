"""Events that may deploy by themselves: pushes, new tags and pull requests."""

from collections.abc import Callable
from dataclasses import dataclass

from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.github_app.events.payloads import RepositoryEvent
from app.github_app.events.source_payloads import (
    SOURCE_PAYLOADS,
    PullRequestEvent,
    PushEvent,
    SourcePayload,
    closed_ask,
    source_ask,
)
from app.lifecycle.requests.inbox import Inbox
from app.ports import Clock


@dataclass(frozen=True)
class SourceEvents:
    """`push`, `create` and `pull_request`, and changes of the default branch.

    `forget_configuration` takes a repository's id, and drops its cached configuration.
    """

    inbox: Inbox
    clock: Clock
    forget_configuration: Callable[[int], None]

    def router(self) -> Router:
        """A router with the callbacks."""
        router = Router()
        router.add(self.pushed, "push")
        router.add(self.edited, "repository")
        for name in SOURCE_PAYLOADS:
            router.add(self.happened, name)
        router.add(self.closed, "pull_request")
        return router

    async def happened(self, event: Event) -> None:
        """Record an ask to deploy what the event brought.

        A new tag's `create` and `push` ask for the same deployment; the first of them makes it.
        """
        data: SourcePayload = event.data
        source = data.source
        if source is None:
            return
        at, delivery = self.clock.wall(), event.delivery_id
        await self.inbox.add(source_ask(data, source, event=event.event, delivery=delivery, at=at))

    async def pushed(self, event: Event) -> None:
        """Drop the cached configuration after a push to the default branch, before it is used."""
        data: PushEvent = event.data
        if data.to_default_branch:
            self.forget_configuration(data.repository.id)

    async def edited(self, event: Event) -> None:
        """Drop the cached configuration if another branch has become the default one."""
        data: RepositoryEvent = event.data
        if data.changes.default_branch is not None:
            self.forget_configuration(data.repository.id)

    async def closed(self, event: Event) -> None:
        """Record an ask to end the deployments of a pull request that was closed."""
        data: PullRequestEvent = event.data
        closed = data.closed
        if closed is not None:
            at = self.clock.wall()
            await self.inbox.add(closed_ask(data, closed, delivery=event.delivery_id, at=at))
