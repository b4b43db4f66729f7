"""What an operator's probes read: `/healthz`, `/readyz` and `/metrics`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from app.errors import StoreError

PATIENCE = 1.5
"""Seconds for which `/readyz` waits for the store."""


@dataclass
class Readiness:
    """Whether this process should get requests; changed while it runs.

    `ping` raises a `StoreError` while the store is unreachable; `reasons` are lasting
    problems that others note, such as a revoked token.
    """

    ping: Callable[[], Awaitable[None]]
    draining: bool = False
    reasons: set[str] = field(default_factory=set)

    async def problems(self) -> list[str]:
        """What is wrong now, one text each; empty if ready."""
        found = ["draining"] if self.draining else []
        try:
            async with asyncio.timeout(PATIENCE):
                await self.ping()
        except (StoreError, TimeoutError) as error:
            found.append(f"store unreachable ({type(error).__name__})")
        return [*found, *sorted(self.reasons)]


@dataclass(frozen=True)
class Health:
    """`/healthz`, `/readyz` and `/metrics`."""

    problems: Callable[[], Awaitable[Sequence[str]]]
    registry: CollectorRegistry

    def routes(self) -> list[web.RouteDef]:
        """For the application's router."""
        return [
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/metrics", self.metrics),
        ]

    async def healthz(self, _request: web.Request) -> web.Response:
        """The process is up."""
        return web.Response(text="ok")

    async def readyz(self, _request: web.Request) -> web.Response:
        """200 when requests can be served, else 503 with the reasons."""
        problems = list(await self.problems())
        return web.json_response(
            {"ready": not problems, "problems": problems}, status=503 if problems else 200
        )

    async def metrics(self, _request: web.Request) -> web.Response:
        """Prometheus text."""
        return web.Response(
            body=generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )
