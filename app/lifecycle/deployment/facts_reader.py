"""The reads of a look: each fetches one thing that the step function asked for."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from msgspec import structs

from app.errors import Refused
from app.lifecycle.deployment.phases.telling.news import concerned, may_approve, news_of
from app.lifecycle.deployment.step_types import What, repository_of
from app.lifecycle.look_types import Read
from app.lifecycle.planning.origins import payload_of
from app.lifecycle.planning.people.approving import Approving
from app.lifecycle.planning.plan_rules import Judgement
from app.model.ask import Ask
from app.model.build import Build, BuildState
from app.model.build_parts import Approvers
from app.model.chat.card import CardSearch
from app.model.ci import PipelineReading, PipelineSearch
from app.model.effects import Effect
from app.model.github.deployment import Deployment
from app.model.project import Project
from app.model.reasons.ours import SlackMessageGone
from app.ports import CI, Chat, GitHub, Store, Tickets

SEARCH_MARGIN = 300.0
"""Seconds by which a search starts before the time at which its target was sent."""


CLOCKS_APART = 4 * 3600.0
"""The most seconds by which we expect GitHub's clock and the CI's to differ."""


class Judge(Protocol):
    """Judges a deployment that exists: what the gates say, and how it would run."""

    async def judge(self, build: Build, project: Project) -> Judgement:
        """One survey of its commit; raises `ProviderError`s."""
        ...


@dataclass(frozen=True, kw_only=True)
class FactsReader:
    """Reads for looks at builds; each result goes into the attribute of `Facts` of that name."""

    store: Store
    github: GitHub
    ci: CI
    chat: Chat
    tickets: Tickets
    judge: Judge
    approving: Approving

    async def __call__(self, b: Build, read: Read) -> object:
        """Read for a build; raises the provider's error."""
        reads: dict[str, Callable[[], Awaitable[object]]] = {
            What.PROJECT: lambda: self.store.project_of_repository(b.repository_id),
            What.IDENTITY: self.github.identity,
            What.GITHUB_CLOCK: self.github.clock,
            What.ASK: lambda: self._ask(b),
            What.DEPLOYMENT: lambda: self._deployment(b),
            What.DELETED: lambda: self._deleted(b),
            What.LAST_STATUS: lambda: self.github.last_status(repository_of(b), b.deployment_id),
            What.JUDGEMENT: lambda: self._judgement(b),
            What.DEPLOYMENTS: lambda: self.github.latest_in(repository_of(b), _spellings(b)),
            What.SLOT: lambda: self.store.slot(b.repository_id, b.slot_name),
            What.AHEAD: lambda: self.store.build((b.repository_id, int(read.of))),
            What.NEWEST: lambda: self.store.build((b.repository_id, int(read.of))),
            What.PIPELINES: lambda: self._pipelines(b, read.search),
            What.READING: lambda: self._reading(b, read.of or b.pipeline_id or ""),
            What.JOBS: lambda: self._jobs(read.of),
            What.CARDS: lambda: self._cards(b, read.cards),
            What.REPLIED: lambda: self._replied(b),
            What.LINKS: lambda: self.store.users_of_github(concerned(b)),
            What.APPROVERS: lambda: self._approvers(b),
            What.TITLES: lambda: self.tickets.titled(b.tickets),
        }
        return await reads[read.what]()

    async def _ask(self, b: Build) -> Ask | None:
        """The ask that the deployment was created for, by its payload."""
        payload = payload_of(b)
        return await self.store.ask(payload.request) if payload and payload.request else None

    async def _deployment(self, b: Build) -> Deployment | None:
        try:
            return await self.github.deployment(repository_of(b), b.deployment_id)
        except Refused as error:
            if error.status == 404:
                return None
            raise

    async def _deleted(self, b: Build) -> bool:
        """Whether GitHub no longer has it; a 404 proves nothing if we can't see the repository."""
        if await self._deployment(b) is not None:
            return False
        await self.github.repository_by_id(repository_of(b))
        return True

    async def _judgement(self, b: Build) -> Judgement:
        project = await self.store.project_of_repository(b.repository_id)
        if project is None:
            project = Project(
                slack_channelid=b.slack_channelid or "",
                repository_id=b.repository_id,
                repository=b.repository,
                installation_id=b.installation_id,
            )
        judgement = await self.judge.judge(b, project)
        if judgement.plan is not None or b.status is None:
            return judgement
        linked = self.ci.project_of_page(b.status.log_url)
        return structs.replace(judgement, project=linked)

    async def _pipelines(self, b: Build, search: PipelineSearch) -> PipelineSearch:
        """One more page of our own pipelines since the first intent, each with its deployment.

        The time of the intent is by the CI's clock. If that wasn't known yet, it is taken from the
        deployment's creation by GitHub's clock; our own clock may be wrong.
        """
        guard = b.guards.get(Effect.TRIGGER)
        if b.plan is None or guard is None:
            return PipelineSearch(older=None)
        since = guard.theirs if guard.theirs is not None else (b.created_at or 0.0) - CLOCKS_APART
        return await self.ci.recent(b.plan.run, search, since=since, claimed=self._claimed)

    async def _claimed(self, pipeline_id: str) -> int | None:
        """The deployment of a pipeline, by the index; None proves nothing, as that may be late."""
        key = await self.store.build_of_pipeline(pipeline_id)
        return key[1] if key else None

    async def _reading(self, b: Build, pipeline_id: str) -> PipelineReading:
        sent = b.plan.run.parameters if b.plan else {}
        return await self.ci.read(pipeline_id, sent=sent)

    async def _jobs(self, workflow_id: str) -> object:
        """Empty if the CI refuses to show them: jobs only add details."""
        try:
            return tuple(await self.ci.jobs(workflow_id))
        except Refused:
            return ()

    async def _approvers(self, b: Build) -> Approvers:
        """A job may be approved by the requester, too; the deployment itself only by others."""
        besides = b.requester if b.state is BuildState.WAITING else None
        return await self.approving.approvers(repository_of(b), may_approve(b), besides=besides)

    async def _cards(self, b: Build, search: CardSearch) -> CardSearch:
        """One more page of the channel's messages since the deployment was created.

        Slack's clock is near ours: it signs what it sends with the time. GitHub's may not be.
        """
        since = await self.github.by_our_clock(b.created_at or 0.0) - SEARCH_MARGIN
        return await self.chat.find_card(
            b.slack_channelid or "", b.repository, b.deployment_id, search, since=since
        )

    async def _replied(self, b: Build) -> bool | None:
        """Whether the thread has our reply; None if the message is gone, and its thread with it."""
        try:
            return await self.chat.replied(
                b.slack_channelid or "", b.message_ts or "", outcome=news_of(b)
            )
        except Refused as error:
            if isinstance(error.reason, SlackMessageGone):
                return None
            raise


def _spellings(b: Build) -> list[str]:
    """The names under which its environment may have been deployed to."""
    return sorted({b.environment, b.plan.environment if b.plan else b.environment})
