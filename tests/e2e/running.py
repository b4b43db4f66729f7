"""deploybot, running in this process, and waiting for what it does."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from app.http.health import Readiness
from app.http.listening import Listener
from app.lifecycle.engine.worker import Worker
from app.model.waiting import Moment
from app.observe import Metrics
from app.ports import Store
from app.service.clients import build_clients
from app.service.main import Service, build_service
from app.settings import read_settings
from app.store.opening import open_store
from sandbox.world import World
from tests.ports import free_port


@dataclass
class Forward:
    """The machine's clock, put forward by `seconds`; its wall clock is `wrong` by so many."""

    seconds: float = 0.0
    wrong: float = 0.0

    def wall(self) -> float:
        """Epoch seconds."""
        return time.time() + self.seconds + self.wrong

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic() + self.seconds

    def moment(self) -> Moment:
        """Now, on a clock that every process of the machine shares."""
        return Moment(seconds=self.monotonic(), boot="this")


@dataclass(
    repr=False
)  # asyncio asks for the repr of each task's result, and this is a whole service's
class Bot:
    """deploybot as `deploybot serve` builds it, in this process; it can be stopped and started."""

    world: World
    store_url: str
    port: int = field(default_factory=free_port)
    environ: dict[str, str] = field(default_factory=dict)
    service: Service | None = None
    metrics: Metrics = field(default_factory=Metrics)
    clock: Forward = field(default_factory=Forward)
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def store(self) -> Store:
        """Its store, open; only while it serves."""
        assert self.service is not None
        return self.service.looker.store

    @property
    def worker(self) -> Worker:
        """What looks at records; only while it serves."""
        assert self.service is not None
        return self.service.worker

    async def start(self, *, known: bool = True) -> None:
        """Serve; `known`: only once it knows its workspace."""
        environ = self.world.environ(self.url, self.store_url)
        settings = read_settings({**environ, **self.environ, "PORT": str(self.port)})
        store = await open_store(settings.store_url, wait=0, lease_seconds=settings.lease_seconds)
        self._stack.push_async_callback(store.close)
        session = await self._stack.enter_async_context(aiohttp.ClientSession())
        readiness = Readiness(store.ping)
        outside = build_clients(
            settings,
            store,
            session,
            self.metrics,
            readiness.reasons,
            self.clock,
        )
        self.service = build_service(settings, outside, self.metrics, readiness)
        listener = Listener(self.service.application, shutdown_timeout=60.0)
        self._stack.push_async_callback(listener.stop)
        await listener.start("127.0.0.1", self.port)
        if known:
            await outside.chat.our_workspace()
        self.service.worker.start()

    async def later(self, seconds: float) -> None:
        """Let so much time pass, for GitHub too; the bot looks at what is due by then."""
        self.clock.seconds += seconds
        self.world.github.clock.ahead += seconds
        await self.worker.poll()

    async def stop(self) -> None:
        """End as on SIGTERM."""
        if self.service is not None:
            await self.service.worker.stop(2.0)
            self.service = None
        await self._stack.aclose()


async def until(condition: Callable[[], Any], *, seconds: float = 90.0, what: str = "") -> Any:
    """Wait for something to become true, and give it."""
    ends = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < ends, f"never happened within {seconds:g} s: {what}"
        await asyncio.sleep(0.01)
