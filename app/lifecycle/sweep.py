"""The sweep: what was missed is found again (design, section 4).

A standing ask for the App (`sweep:app`: failed deliveries) and one for each installation
(`sweep:<id>`: open deployments that have no record), so no process needs to lead.
"""

from collections.abc import Callable
from dataclasses import dataclass

import structlog

from app.errors import Conflict, Refused
from app.lifecycle.decision import Decision, Later, Nothing
from app.lifecycle.restoring import Restorer, is_open, note_of
from app.model.ask import Ask, AskKind
from app.model.build import BuildState
from app.model.github import Deployment
from app.model.project import Project
from app.ports import Clock, GitHub, Key, Store

logger = structlog.get_logger()

APP = "sweep:app"
RESTORE = "sweep:restore"

KEPT = 3 * 86400.0
"""Seconds for which GitHub keeps deliveries.

https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries
"""

IN_FLIGHT = 900.0
"""Seconds that a sweep reaches back behind the last one: a delivery may have been under way."""

MOST = 200
"""Deliveries that one sweep has sent again; the rest is the next one's."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """Decides sweep asks: does the sweep, and is due again after `interval` seconds."""

    store: Store
    github: GitHub
    restorer: Restorer
    clock: Clock
    wake: Callable[[Key], None]
    interval: float

    async def __call__(self, ask: Ask) -> Decision:
        """Sweep once."""
        started = self.clock.wall()
        if ask.ask_id == RESTORE:
            await self._restore()
            return Nothing()
        if ask.ask_id == APP:
            last = float(ask.body.get("last") or 0.0)
            await self.deliveries(since=max(last - IN_FLIGHT, started - KEPT))
            await self._ensure_installations()
        else:
            await self.installation(int(ask.ask_id.removeprefix("sweep:")))
        return Later(seconds=self.interval, body={"last": started})

    async def deliveries(self, *, since: float) -> int:
        """Have GitHub send again what never arrived since then; how many."""
        failed = (await self.github.failed_deliveries(since=since))[:MOST]
        for delivery in failed:
            try:
                await self.github.redeliver(delivery.id)
            except Refused as error:
                logger.warning("sweep.not_redelivered", guid=delivery.guid, error=error.message)
        if failed:
            logger.info("sweep.redelivered", deliveries=len(failed))
        return len(failed)

    async def installation(self, installation_id: int) -> int:
        """Note open deployments that have no record, and shown ones that moved; how many."""
        projects = [
            project
            for project in await self.store.projects()
            if project.installation_id == installation_id and not project.problem
        ]
        if not projects:
            return 0
        found = await self.github.open_deployments([project.ref for project in projects])
        by_id = {project.repository_id: project for project in projects}
        noted = 0
        for repository_id, deployments in found.items():
            for deployment in deployments:
                noted += await self._missed(by_id[repository_id], deployment)
        if noted:
            logger.info("sweep.noted", installation=installation_id, deployments=noted)
        return noted

    async def _missed(self, project: Project, deployment: Deployment) -> bool:
        """Whether the deployment needed a note: no record while open, or shown and moved."""
        key = (project.repository_id, deployment.id)
        build = await self.store.build(key)
        state = deployment.status.state if deployment.status else None
        if build is None:
            missed = is_open(deployment)
        else:
            shown = build.state is BuildState.EXTERNAL and build.slack_channelid is not None
            missed = shown and (build.status.state if build.status else None) != state
        if not missed:
            return False
        await self.store.note(note_of(project.ref, deployment, believed=False))
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

    async def _restore(self) -> None:
        for repository in await self.restorer.all():
            for key in await self.restorer.restore(repository):
                self.wake(key)
