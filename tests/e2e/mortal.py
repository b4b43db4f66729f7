"""deploybot as `tests.e2e.running` starts it, but mortal: its store can fail, and it can die.

Dying is what kill -9 leaves: no task ends tidily, no lease is given back, no answer is sent;
what was committed stays, and the next one starts on the same file.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from app.errors import StoreError, StoreUnavailable
from app.http.health import Readiness
from app.model.build import Build
from app.observe import Metrics
from app.ports import Store
from app.service.clients import build_clients
from app.service.main import Service, build_service
from app.settings import Settings, read_settings
from app.store.opening import open_store
from sandbox.world import World
from tests.ports import free_port

WRITES = frozenset(
    {
        *("note", "add_ask", "adopt", "take", "save", "finish", "change_slot"),
        *("bind", "unbind", "update_project", "link", "unlink"),
    }
)

Hook = Callable[[str, Callable[[], Awaitable[Any]]], Awaitable[Any]]
"""Called with a write's label and the write itself, which it may do, refuse, or leave hanging."""


class WatchedStore:
    """The real store; each write goes through `hook`, and nothing goes through once `dead`."""

    def __init__(self, real: Store, hook: Hook) -> None:
        self._real = real
        self._hook = hook
        self.dead = False

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._real, name)

        async def through(*args: Any, **kwargs: Any) -> Any:
            if self.dead:
                raise StoreUnavailable("dead")
            if name not in WRITES:
                return await method(*args, **kwargs)
            label = f"{name} {_kind(args)}".strip()
            return await self._hook(label, lambda: method(*args, **kwargs))

        return through


def _kind(args: tuple[Any, ...]) -> str:
    """What a write is about, without ids: a build, a sweep, another kind of ask, or nothing."""
    if args and isinstance(args[0], Build):
        return "build"
    ask_id = getattr(args[0], "ask_id", "") if args else ""
    if ask_id.startswith("sweep:"):
        return "sweep:app" if ask_id == "sweep:app" else "sweep:<installation>"
    return str(args[0].kind.value) if ask_id else ""


@dataclass(kw_only=True, repr=False)
class Mortal:
    """One deploybot after another on the same file and port."""

    world: World
    store_url: str
    environ: dict[str, str]
    hook: Hook
    port: int = field(default_factory=free_port)
    deaths: int = 0
    service: Service | None = None
    store: WatchedStore | None = None
    _real: Store | None = None
    _session: aiohttp.ClientSession | None = None
    _runner: web.AppRunner | None = None
    _beginning: "asyncio.Task[None] | None" = None
    _tasks: set["asyncio.Task[Any]"] = field(default_factory=set)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Whether one runs, and it is not about to be replaced."""
        return self.service is not None and self.store is not None and not self.store.dead

    async def start(self) -> None:
        """Serve, and begin as `deploybot serve` does."""
        settings = read_settings(
            {
                **self.world.environ(self.url, self.store_url),
                **self.environ,
                "PORT": str(self.port),
            }
        )
        self._real = await open_store(
            settings.store_url, wait=5, lease_seconds=settings.lease_seconds
        )
        self.store = WatchedStore(self._real, self.hook)
        self._session = aiohttp.ClientSession()
        await self._serve(settings)

    async def _serve(self, settings: Settings) -> None:
        assert self.store is not None
        assert self._session is not None
        readiness, metrics = Readiness(self.store.ping), Metrics()
        outside = build_clients(settings, self.store, self._session, metrics, set())  # type: ignore[arg-type] # every method of the real one
        self.service = build_service(settings, outside, metrics, readiness)
        self._runner = web.AppRunner(
            self.service.application,
            access_log=None,
            auto_decompress=False,
            shutdown_timeout=0.01,
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()
        self._beginning = asyncio.ensure_future(self._begin(self.service))
        self.service.worker.start()

    async def _begin(self, service: Service) -> None:
        """Sweep at the start, as long as the store lets it."""
        store = self.store
        while store is not None and not store.dead:
            try:
                return await service.sweep.begin()
            except StoreError:
                await asyncio.sleep(0.1)
        return None

    def die(self) -> None:
        """Die now: from this moment nothing is written, called or answered."""
        if not self.alive:
            return
        assert self.store is not None
        self.store.dead = True
        self.deaths += 1
        self._cut(self._runner.server if self._runner is not None else None)
        self._keep(asyncio.ensure_future(self._rise()))

    async def stop(self) -> None:
        """End for good."""
        while self._tasks:
            await asyncio.wait(self._tasks)
        if self.store is not None:
            self.store.dead = True
        await self._bury()

    async def _rise(self) -> None:
        """Another process on what the dead one left."""
        await self._bury()
        await self.start()

    async def _bury(self) -> None:
        if self.service is None:
            return
        worker = self.service.worker
        worker._draining = True
        looks = [*worker._running.values(), *filter(None, [worker._poller, self._beginning])]
        for timer in worker._timers.values():
            timer.cancel()
        assert self._session is not None
        assert self._runner is not None
        assert self._real is not None
        for task in looks:
            task.cancel()
        await asyncio.gather(*looks, return_exceptions=True)
        await self._session.close()
        server = self._runner.server
        await self._runner.cleanup()
        await asyncio.sleep(0)  # what was being accepted just then is a connection by now
        self._cut(server)
        await self._real.close()
        self.service = None

    @staticmethod
    def _cut(server: web.Server | None) -> None:
        for connection in server.connections if server is not None else []:
            if connection.transport is not None:
                connection.transport.abort()

    def _keep(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
