"""`deploybot resync` and `deploybot sweep`; each prints its progress, a line for each part."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.errors import ProviderError
from app.http.health import Readiness
from app.lifecycle.recovery.missed_deployments import KEPT, Round
from app.lifecycle.recovery.redeliveries import Search
from app.lifecycle.recovery.restore_repository import RepositoryPlace, locks_notice
from app.lifecycle.recovery.sweep import Sweep
from app.model.build import BuildKey
from app.model.github.repository import Repository
from app.observe import Metrics
from app.ports import GitHub, Key
from app.service.clients import open_clients
from app.service.main import Service, build_service
from app.settings import Settings

GRACE = 10.0
"""Seconds that looks started in the background have to end."""

LOOKS = 50
"""The most looks in a row at one restored build; if it needs more, the service goes on with it."""


async def resync(settings: Settings, full_name: str | None) -> int:
    """Rebuild the store from GitHub, for one repository or all; returns the exit status.

    Raises `StoreError`s, `StoreInUse` among them.
    """
    failed = 0
    async with _opened(settings) as service:
        try:
            repositories = await _wanted(service, full_name)
        except ProviderError as error:
            print(f"nothing was restored: {error.message}")
            return 1
        for number, repository in enumerate(repositories, 1):
            place = f"[{number}/{len(repositories)}] {repository.full_name}"
            try:
                keys = await _restored(service, repository)
            except ProviderError as error:
                failed += 1
                print(f"{place}: {error.message}", flush=True)
                continue
            owed: list[Key] = [*keys, locks_notice(repository.id)]
            for key in owed:
                await _look(service, key)
            print(f"{place}: {len(keys)} deployments restored", flush=True)
    return 1 if failed else 0


async def every_repository(github: GitHub) -> list[Repository]:
    """The repositories of all installations, read page by page; raises `ProviderError`s."""
    found: list[Repository] = []
    for installation in await github.installations():
        cursor: str | None = ""
        while cursor is not None:
            page = await github.repositories(installation, cursor)
            found += page.repositories
            cursor = page.older
    return found


async def sweep(settings: Settings) -> int:
    """Sweep once: failed deliveries, then each installation; returns the exit status.

    Raises `StoreError`s, `StoreInUse` among them.
    """
    async with _opened(settings) as service:
        try:
            print("asking GitHub for deliveries that failed …", flush=True)
            since = time.time() - KEPT
            await _deliveries(service.sweep, since)
            for number in await service.sweep.installations():
                noted, at = 0, Round(last=since)
                while True:
                    at, more = await service.sweep.missed.go_on(number, at)
                    noted += more
                    if not at.under_way:
                        break
                print(f"installation {number}: {noted} deployments noted", flush=True)
                if at.unread:
                    print(f"installation {number}: {len(at.unread)} repositories were not read")
        except ProviderError as error:
            print(f"the sweep was cut short: {error.message}")
            return 1
    return 0


async def _deliveries(sweep: Sweep, since: float) -> None:
    """Search all pages for failed deliveries and have them sent again; print a line for each."""
    search = Search(began=time.time(), since=since)
    pages = 0
    while not search.over:
        search = await sweep.go_on(search)
        pages += 1
        print(f"page {pages}: {len(search.failed)} failed so far", flush=True)
    while search.next is not None:
        search = await sweep.go_on(search)
    print(f"{len(search.failed)} deliveries sent again", flush=True)


async def _wanted(service: Service, full_name: str | None) -> list[Repository]:
    if full_name is not None:
        return [await service.restorer.repository(full_name)]
    return await every_repository(service.restorer.github)


async def _restored(service: Service, repository: Repository) -> list[BuildKey]:
    """Restore every page of a repository's deployments; returns their keys."""
    noted: list[BuildKey] = []
    place: RepositoryPlace | None = RepositoryPlace()
    while place is not None:
        restored = await service.restorer.restore(repository, place)
        noted += restored.noted
        place = restored.next
    return noted


async def _look(service: Service, key: Key) -> None:
    """Look at a record until it has nothing more to do within a second."""
    for _ in range(LOOKS):
        again = await service.looker(key)
        if again is None or again > 1.0:
            return
        await asyncio.sleep(again)


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncIterator[Service]:
    """Build the service without serving; raises `StoreInUse` at once if another process serves."""
    metrics = Metrics()
    async with open_clients(settings, metrics, wait=0, problems=set()) as clients:
        service = build_service(settings, clients, metrics, Readiness(clients.store.ping))
        try:
            yield service
        finally:
            await service.worker.stop(GRACE)
