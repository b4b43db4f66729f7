"""Finding deployments whose webhook was missed, a batch of repositories at a time.

These are open deployments that have no record, and ones by others whose status has changed since
their card showed it. When each repository was last read is kept, so that one that cannot be read
delays no other, and is caught up with later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from msgspec import Struct, structs, to_builtins

from app.errors import ProviderError, RateLimited
from app.lifecycle.backoff import once_more
from app.lifecycle.recovery.binding_sync import BindingSync
from app.lifecycle.recovery.restore_repository import note_of
from app.lifecycle.requests.inbox import Inbox
from app.model.build import Build, BuildState
from app.model.github.deployment import Deployment
from app.model.github.states import is_open
from app.model.note import Note
from app.model.project import Project
from app.ports import Clock, GitHub, Store

logger = structlog.get_logger()

KEPT = 3 * 86400.0
"""Seconds for which GitHub keeps deliveries.

https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

IN_FLIGHT = 900.0
"""Seconds by which a sweep overlaps the last one: a delivery may have been under way then."""

BATCH = 25
"""How many repositories one look reads, with one query."""

SOLVED_AT_ONCE = 3
"""How many repositories that have a problem are read again in one round."""

LONGEST_PAUSE = 3600.0
"""The longest pause in seconds before a repository that could not be read is tried again."""


class UnreadRepository(Struct, frozen=True, kw_only=True):
    """A repository that could not be read, to be tried again `pause` seconds later.

    `last` is when the last round that did read it began (epoch seconds). `retry_at` is by our
    clock. If it lies further ahead than `pause`, our clock was set back, and it is tried at once.
    """

    last: float
    pause: float
    retry_at: float


class Round(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A round through the repositories of an installation; times are epoch seconds.

    `last` is when the round before it began, `began` when this one did (None: it is over), `after`
    the id of the last repository read. `unread` has those that could not be read, by id.
    """

    last: float = 0.0
    began: float | None = None
    after: int = 0
    unread: dict[str, UnreadRepository] = {}

    @property
    def under_way(self) -> bool:
        """Whether repositories are left to read."""
        return self.began is not None


@dataclass(frozen=True, kw_only=True)
class MissedDeployments:
    """Goes through the repositories of an installation, once in every `interval` seconds."""

    store: Store
    github: GitHub
    binding_sync: BindingSync
    clock: Clock
    inbox: Inbox
    interval: float

    async def go_on(self, installation_id: int, at: Round) -> tuple[Round, int]:
        """Read one more batch; returns the round then, and how many deployments were noted.

        The times of a round are by GitHub's clock, like those of the deployments.
        """
        now = await self.github.clock()
        at = at if at.under_way else structs.replace(at, began=now)
        of_it = [
            project
            for project in sorted(await self.store.projects(), key=lambda one: one.repository_id)
            if project.installation_id == installation_id
        ]
        left = [one for one in of_it if one.repository_id > at.after and not one.problem]
        if not left:
            await self._reopen([project for project in of_it if project.problem])
            bound = {str(project.repository_id) for project in of_it}
            unread = {key: one for key, one in at.unread.items() if key in bound}
            return Round(last=at.began or now, unread=unread), 0
        return await self._batch(installation_id, at, left[:BATCH], now)

    async def _batch(
        self, installation_id: int, at: Round, projects: Sequence[Project], now: float
    ) -> tuple[Round, int]:
        unread, ours, pause = dict(at.unread), self.clock.wall(), self.interval
        others = [one for one in projects if str(one.repository_id) not in unread]
        failed, noted = await self._read(others, since=self._since(at.last, now))
        for key in failed:
            unread[key] = UnreadRepository(last=at.last, pause=pause, retry_at=ours + pause)
        for project in projects:
            key = str(project.repository_id)
            known = at.unread.get(key)
            if known is None or 0.0 < known.retry_at - ours <= known.pause:
                continue
            failed, more = await self._read([project], since=self._since(known.last, now))
            noted += more
            if failed:
                pause = min(known.pause * 2, LONGEST_PAUSE)
                unread[key] = structs.replace(known, pause=pause, retry_at=ours + pause)
            else:
                del unread[key]
        if noted:
            logger.info("sweep.noted", installation=installation_id, deployments=noted)
        return structs.replace(at, after=projects[-1].repository_id, unread=unread), noted

    def _since(self, last: float, now: float) -> float:
        return max(last - IN_FLIGHT, now - KEPT)

    async def _read(self, projects: Sequence[Project], *, since: float) -> tuple[list[str], int]:
        """Note what was missed; returns the ids of unread repositories, and how many were noted."""
        if not projects:
            return [], 0
        refs = [project.ref for project in projects]
        swept = await self.github.open_deployments(refs, since=since)
        noted = 0
        for project in projects:
            for deployment in swept.found.get(project.repository_id, ()):
                noted += await self._missed(project, deployment)
        return [str(number) for number in swept.unread], noted

    async def _reopen(self, closed: Sequence[Project]) -> None:
        """Read a few of the repositories that had a problem, in turn: it may be solved by now."""
        first = int(self.clock.wall() // self.interval) * SOLVED_AT_ONCE % max(len(closed), 1)
        for project in [*closed[first:], *closed[:first]][:SOLVED_AT_ONCE]:
            try:
                await self.binding_sync.follow(project, project.ref)
            except RateLimited:
                raise
            except ProviderError as error:
                logger.warning("sweep.closed", repository=project.repository, error=error.message)

    async def _missed(self, project: Project, deployment: Deployment) -> bool:
        """Write a note about the deployment if something of it was missed; whether it was."""
        key = (project.repository_id, deployment.id)
        build = await self.store.build(key)
        if build is None and is_open(deployment.status):
            note = note_of(project.ref, deployment, believed=False, restored=False)
        elif build is not None and _moved(build, deployment):
            note = Note(repository_id=project.repository_id, deployment_id=deployment.id)
        elif build is not None and _untold(build, deployment):
            note = Note(
                repository_id=project.repository_id,
                deployment_id=deployment.id,
                facts={"backoff": to_builtins(once_more(build.backoff, "github"))},
            )
        else:
            return False
        await self.inbox.note(note)
        return True


def _untold(build: Build, deployment: Deployment) -> bool:
    """Whether a deployment of ours has ended, but GitHub was never told and has it open."""
    over = build.state.ended and build.state is not BuildState.EXTERNAL
    told = not is_open(build.status)
    return over and not told and is_open(deployment.status)


def _moved(build: Build, deployment: Deployment) -> bool:
    """Whether the status at GitHub of somebody else's deployment differs from its card's."""
    if build.state is not BuildState.EXTERNAL or build.slack_channelid is None:
        return False
    shown = build.status.state if build.status else None
    return shown != (deployment.status.state if deployment.status else None)
