"""The sweep: finding again what was missed.

There is one ask for the App (`sweep:app`: failed webhook deliveries) and one for each installation
(`sweep:<id>`: deployments without a record). They never end, and any process may take their looks,
so the processes need no leader.
"""

from dataclasses import dataclass

import structlog
from msgspec import convert, to_builtins

from app.errors import Conflict, Refused
from app.lifecycle.recovery.missed_deployments import IN_FLIGHT, KEPT, MissedDeployments, Round
from app.lifecycle.recovery.redeliveries import Search, after_page, after_request
from app.lifecycle.recovery.restore_store import StoreRestorer
from app.lifecycle.requests.decision import Decision, Later
from app.lifecycle.requests.inbox import Inbox
from app.model import Json
from app.model.ask import Ask, AskKind
from app.ports import Clock, GitHub, Store

logger = structlog.get_logger()

APP = "sweep:app"
RESTORE = "sweep:restore"
"""The id of the ask that restores an empty store."""

SOON = 30.0
"""Seconds before the next search if one found too much, or has to begin again."""

DAY = 86400.0

EXTERNAL_KEPT = 30 * DAY
"""Seconds for which records of others' deployments are kept."""

MOST_FORGOTTEN = 500
"""The most records of a kind that one sweep deletes, well within a lease."""


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """Decides the asks of sweeps; a sweep begins again `interval` seconds after it is done."""

    store: Store
    github: GitHub
    restore_store: StoreRestorer
    missed: MissedDeployments
    clock: Clock
    inbox: Inbox
    interval: float

    async def __call__(self, ask: Ask) -> Decision:
        """Take one step: a page of deliveries, a batch of repositories, or one redelivery."""
        if ask.ask_id == RESTORE:
            return await self.restore_store(ask)
        if ask.ask_id == APP:
            last = float(ask.body.get("last") or 0.0)
            now = await self.github.clock()  # deliveries bear its times
            return await self._deliveries(ask.body, max(last - IN_FLIGHT, now - KEPT), now)
        place = convert(ask.body.get("round") or {}, Round)
        place, _ = await self.missed.go_on(int(ask.ask_id.removeprefix("sweep:")), place)
        seconds = 0.0 if place.under_way else self.interval
        return Later(seconds=seconds, body={"round": to_builtins(place)})

    async def _deliveries(self, body: dict[str, Json], since: float, now: float) -> Decision:
        """One call in each look: a page of deliveries, or one redelivery."""
        kept = body.get("search")
        failures = body.get("failures") or {}
        fresh = Search(began=now, since=since, failures_before=failures)
        search = convert(kept, Search) if kept else fresh
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
        done = {"last": search.covered, "forgot": forgot, "failures": search.failures}
        return Later(seconds=seconds, body=done)

    async def _forget(self, last: float) -> float:
        """Once a day delete old asks, and others' old deployments, which GitHub still has.

        Returns when everything old was last deleted (epoch seconds).
        """
        now = self.clock.wall()
        if now - last < DAY:
            return last
        asks = await self.store.forget_asks(now - KEPT - DAY, MOST_FORGOTTEN)
        external = await self.store.forget_external(now - EXTERNAL_KEPT, MOST_FORGOTTEN)
        logger.info("sweep.forgot", asks=asks, external=external)
        return now if max(asks, external) < MOST_FORGOTTEN else last

    async def go_on(self, search: Search) -> Search:
        """The search after one more page or, once all were read, after one more redelivery."""
        if search.next is None or not search.over:
            return after_page(search, await self.github.deliveries(search.older or ""))
        try:
            await self.github.redeliver(search.next.id)
        except Refused as error:
            guid = search.next.guid
            logger.warning("sweep.not_redelivered", guid=guid, error=error.message)
        return after_request(search)

    async def _ensure_installations(self) -> None:
        """Add the sweep's ask for each installation that has a binding."""
        for number in await self.installations():
            began = to_builtins(Round(last=await self.github.clock()))
            await self._add(f"sweep:{number}", {"round": began})

    async def installations(self) -> list[int]:
        """The installations that have a binding."""
        projects = await self.store.projects()
        numbers = {project.installation_id for project in projects}
        return sorted(number for number in numbers if number is not None)

    async def begin(self) -> None:
        """At the start of a process: sweep now; a store without a binding is restored, too."""
        if not await self.store.projects():
            await self._add(RESTORE)
        await self._add(APP)
        await self._ensure_installations()
        for number in await self.installations():
            await self._make_due(f"sweep:{number}")
        await self._make_due(APP)

    async def _add(self, ask_id: str, body: dict[str, Json] | None = None) -> None:
        ask = Ask(ask_id=ask_id, kind=AskKind.SWEEP, asked_at=self.clock.wall(), body=body or {})
        await self.inbox.add(ask)

    async def _make_due(self, ask_id: str) -> None:
        """Make a sweep's ask due at once, unless a process is looking at it."""
        ask = await self.store.ask(ask_id)
        if ask is None or ask.holder is not None or not ask.due_at:
            return
        try:
            taken = await self.store.take(ask, "begin")
            await self.store.finish(taken, taken, due_at=0.0)
        except Conflict:
            return
        self.inbox.wake(ask_id)
