"""Open deployments that have no record, and shown ones that moved: found a batch at a time.

Each repository's place is kept, so that one that cannot be read holds up no other and loses
nothing itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from msgspec import Struct, structs, to_builtins

from app.errors import ProviderError, RateLimited
from app.lifecycle.backoff import once_more
from app.lifecycle.recovery.binding_sync import BindingSync
from app.lifecycle.recovery.rebuild_store import note_of
from app.model.build import Build, BuildState
from app.model.github.deployment import Deployment
from app.model.github.states import is_open
from app.model.note import Note
from app.model.project import Project
from app.ports import Clock, GitHub, Key, Store

logger = structlog.get_logger()

KEPT = 3 * 86400.0
"""Seconds for which GitHub keeps deliveries.

https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

IN_FLIGHT = 900.0
"""Seconds that a sweep reaches back behind the last one: a delivery may have been under way."""

A_STEP = 25
"""Repositories that one look reads, by one query."""

AT_ONCE = 3
"""Closed repositories that one round asks about."""

LONGEST_PAUSE = 3600.0
"""Seconds after which a repository that cannot be read is tried again, at most."""


class Sick(Struct, frozen=True, kw_only=True):
    """A repository that could not be read; `last` is up to when it was (epoch seconds).

    `retry_at` is by our clock; one that lies further ahead than `pause` is over: ours was set back.
    """

    last: float
    pause: float
    retry_at: float


class Round(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A round through the repositories of an installation; times are epoch seconds.

    `last` is when the round before it began, `began` this one (None: it is over), `after` the
    last repository that it has read; `sick` are by the repository's id.
    """

    last: float = 0.0
    began: float | None = None
    after: int = 0
    sick: dict[str, Sick] = {}

    @property
    def under_way(self) -> bool:
        """Whether repositories are left to read."""
        return self.began is not None


@dataclass(frozen=True, kw_only=True)
class MissedDeployments:
    """Goes through the repositories of an installation; a round a sweep."""

    store: Store
    github: GitHub
    binding_sync: BindingSync
    clock: Clock
    wake: Callable[[Key], None]
    interval: float

    async def go_on(self, installation_id: int, at: Round) -> tuple[Round, int]:
        """The round with one more batch read, and how many deployments were noted.

        When it began is told by GitHub's clock, as are the times of what it reads.
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
            sick = {key: one for key, one in at.sick.items() if key in bound}
            return Round(last=at.began or now, sick=sick), 0
        return await self._batch(installation_id, at, left[:A_STEP], now)

    async def _batch(
        self, installation_id: int, at: Round, projects: Sequence[Project], now: float
    ) -> tuple[Round, int]:
        sick, noted, ours = dict(at.sick), 0, self.clock.wall()
        healthy = [one for one in projects if str(one.repository_id) not in sick]
        unread = await self._read(healthy, since=self._since(at.last, now))
        noted += unread[1]
        for key in unread[0]:
            pause = self.interval
            sick[key] = Sick(last=at.last, pause=pause, retry_at=ours + pause)
        for project in projects:
            known = at.sick.get(str(project.repository_id))
            if known is None or 0.0 < known.retry_at - ours <= known.pause:
                continue
            again = await self._read([project], since=self._since(known.last, now))
            noted += again[1]
            if again[0]:
                pause = min(known.pause * 2, LONGEST_PAUSE)
                sick[again[0][0]] = structs.replace(known, pause=pause, retry_at=ours + pause)
            else:
                del sick[str(project.repository_id)]
        if noted:
            logger.info("sweep.noted", installation=installation_id, deployments=noted)
        return structs.replace(at, after=projects[-1].repository_id, sick=sick), noted

    def _since(self, last: float, now: float) -> float:
        return max(last - IN_FLIGHT, now - KEPT)

    async def _read(self, projects: Sequence[Project], *, since: float) -> tuple[list[str], int]:
        """Note what was missed; the repositories that could not be read, and how many notes."""
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
        """Ask whether GitHub is open again to a few of those that it was closed to, in turn."""
        first = int(self.clock.wall() // self.interval) * AT_ONCE % max(len(closed), 1)
        for project in [*closed[first:], *closed[:first]][:AT_ONCE]:
            try:
                await self.binding_sync.follow(project, project.ref)
            except RateLimited:
                raise
            except ProviderError as error:
                logger.warning("sweep.closed", repository=project.repository, error=error.message)

    async def _missed(self, project: Project, deployment: Deployment) -> bool:
        """Whether the deployment needed a note: no record while open, or shown and moved."""
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
        await self.store.note(note)
        self.wake(key)
        return True


def _untold(build: Build, deployment: Deployment) -> bool:
    """Whether GitHub never took the outcome of one of ours, and calls it open for ever."""
    over = build.state.ended and build.state is not BuildState.EXTERNAL
    told = not is_open(build.status)
    return over and not told and is_open(deployment.status)


def _moved(build: Build, deployment: Deployment) -> bool:
    """Whether GitHub says something else of a deployment than its card does."""
    if build.state is not BuildState.EXTERNAL or build.slack_channelid is None:
        return False
    shown = build.status.state if build.status else None
    return shown != (deployment.status.state if deployment.status else None)
