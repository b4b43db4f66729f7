"""The sweep: what was missed is found again (design, section 4).

A standing ask for the App (`sweep:app`: failed deliveries) and one for each installation
(`sweep:<id>`: open deployments that have no record), so no process needs to lead.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog
from msgspec import convert, to_builtins

from app.errors import Conflict, ProviderError, Refused
from app.lifecycle.backoff import once_more
from app.lifecycle.recovery.binding_sync import BindingSync
from app.lifecycle.recovery.rebuild_store import StoreRebuilder, note_of
from app.lifecycle.recovery.redeliveries import Search, after_asking, after_page
from app.lifecycle.requests.decision import Decision, Later, Nothing
from app.model.ask import Ask, AskKind
from app.model.build import Build, BuildState, Json
from app.model.github import Deployment
from app.model.github_states import is_open
from app.model.note import Note
from app.model.project import Project
from app.ports import Clock, GitHub, Key, Store

logger = structlog.get_logger()

APP = "sweep:app"
RESTORE = "sweep:restore"

DAY = 86400.0

KEPT = 3 * DAY
"""Seconds for which GitHub keeps deliveries.

https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

IN_FLIGHT = 900.0
"""Seconds that a sweep reaches back behind the last one: a delivery may have been under way."""

SOON = 30.0
"""Seconds until what a sweep left is gone on with."""

FORGOTTEN = 500
"""Asks that one sweep deletes, well within a lease; the rest is the next one's."""

AT_ONCE = 3
"""Closed repositories that one sweep asks about."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """Decides sweep asks: does the sweep, and is due again after `interval` seconds."""

    store: Store
    github: GitHub
    rebuilder: StoreRebuilder
    binding_sync: BindingSync
    clock: Clock
    wake: Callable[[Key], None]
    interval: float

    async def __call__(self, ask: Ask) -> Decision:
        """Sweep once."""
        started = self.clock.wall()
        if ask.ask_id == RESTORE:
            return Nothing() if await self._restore() else Later(seconds=SOON)
        last = float(ask.body.get("last") or 0.0)
        since = max(last - IN_FLIGHT, started - KEPT)
        if ask.ask_id == APP:
            return await self._deliveries(ask.body, since)
        await self.installation(int(ask.ask_id.removeprefix("sweep:")), since=since)
        return Later(seconds=self.interval, body={"last": started})

    async def _deliveries(self, body: dict[str, Json], since: float) -> Decision:
        """One call in each look: a page of deliveries, or one that never arrived sent again."""
        kept = body.get("search")
        search = convert(kept, Search) if kept else self.search(since)
        try:
            search = await self.go_on(search)
        except Refused as error:
            if not kept:
                raise
            logger.warning("sweep.search_begun_anew", error=error.message)
            return Later(seconds=SOON, body={**body, "search": None})
        if not search.over or search.next is not None:
            return Later(seconds=0.0, body={**body, "search": to_builtins(search)})
        if search.failed:
            logger.info("sweep.redelivered", deliveries=len(search.failed))
        await self._ensure_installations()
        forgot = await self._forget(float(body.get("forgot") or 0.0))
        seconds = min(SOON, self.interval) if search.more else self.interval
        return Later(seconds=seconds, body={"last": search.covered, "forgot": forgot})

    async def _forget(self, last: float) -> float:
        """Once a day delete the asks that nobody repeats any more; when that was done last."""
        now = self.clock.wall()
        if now - last < DAY:
            return last
        forgotten = await self.store.forget_asks(now - KEPT - DAY, FORGOTTEN)
        logger.info("sweep.forgot", asks=forgotten)
        return now if forgotten < FORGOTTEN else last

    def search(self, since: float) -> Search:
        """A search that begins now."""
        return Search(began=self.clock.wall(), since=since)

    async def go_on(self, search: Search) -> Search:
        """The search with one more page read or, after the last, one more delivery sent again."""
        if search.next is None or not search.over:
            return after_page(search, await self.github.deliveries(search.older or ""))
        try:
            await self.github.redeliver(search.next.id)
        except Refused as error:
            guid = search.next.guid
            logger.warning("sweep.not_redelivered", guid=guid, error=error.message)
        return after_asking(search)

    async def installation(self, installation_id: int, *, since: float) -> int:
        """Note open deployments that have no record, and shown ones that moved; how many."""
        every = await self.store.projects()
        of_it = [project for project in every if project.installation_id == installation_id]
        projects = [project for project in of_it if not project.problem]
        await self._reopen([project for project in of_it if project.problem])
        if not projects:
            return 0
        found = await self.github.open_deployments(
            [project.ref for project in projects], since=since
        )
        by_id = {project.repository_id: project for project in projects}
        noted = 0
        for repository_id, deployments in found.items():
            for deployment in deployments:
                noted += await self._missed(by_id[repository_id], deployment)
        if noted:
            logger.info("sweep.noted", installation=installation_id, deployments=noted)
        return noted

    async def _reopen(self, closed: Sequence[Project]) -> None:
        """Ask whether GitHub is open again to a few of those that it was closed to, in turn."""
        first = int(self.clock.wall() // self.interval) * AT_ONCE % max(len(closed), 1)
        for project in [*closed[first:], *closed[:first]][:AT_ONCE]:
            await self.binding_sync.follow(project, project.ref)

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

    async def _ensure_installations(self) -> None:
        """Every installation with a binding has its standing ask."""
        for number in await self.installations():
            await self._stand(f"sweep:{number}")

    async def installations(self) -> list[int]:
        """The installations that have a binding."""
        projects = await self.store.projects()
        numbers = {project.installation_id for project in projects}
        return sorted(number for number in numbers if number is not None)

    async def begin(self) -> None:
        """At the start of a process: sweep now; a store that is empty is rebuilt first."""
        if not await self.store.projects():
            await self._stand(RESTORE)
        await self._stand(APP)
        await self._ensure_installations()
        for number in await self.installations():
            await self._hurry(f"sweep:{number}")
        await self._hurry(APP)

    async def _stand(self, ask_id: str) -> None:
        ask = Ask(ask_id=ask_id, kind=AskKind.SWEEP, asked_at=self.clock.wall())
        if await self.store.add_ask(ask):
            self.wake(ask_id)

    async def _hurry(self, ask_id: str) -> None:
        """Make a standing ask due at once, unless somebody is at it."""
        ask = await self.store.ask(ask_id)
        if ask is None or ask.holder is not None or not ask.due_at:
            return
        try:
            taken = await self.store.take_ask(ask, "begin")
            await self.store.finish_ask(taken, taken, due_at=0.0)
        except Conflict:
            return
        self.wake(ask_id)

    async def _restore(self) -> bool:
        """Whether every repository was restored; one that cannot be read does not stop others."""
        whole = True
        for repository in await self.rebuilder.all():
            try:
                restored = await self.rebuilder.restore(repository)
            except ProviderError as error:
                name = repository.full_name
                logger.warning("restore.failed", repository=name, error=error.message)
                whole = False
                continue
            whole = whole and restored.whole
            for key in restored.noted:
                self.wake(key)
        return whole


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
