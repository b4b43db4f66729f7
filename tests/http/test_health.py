"""What an operator's probes are answered."""

import aiohttp
from aiohttp import web

from app.errors import StoreUnavailable
from app.http.guard import guarded
from app.http.health import Health, Readiness
from app.observe import Metrics
from tests.http.conftest import Connect


class TestHealth:
    """Probes."""

    async def answers(self, connect: Connect, readiness: Readiness) -> aiohttp.ClientResponse:
        """What `/readyz` says."""
        metrics = Metrics()
        app = web.Application()
        app.add_routes(guarded(Health(readiness.problems, metrics.registry).routes(), metrics))
        client = await connect(app)
        assert (await client.get("/healthz")).status == 200
        shown = await (await client.get("/metrics")).text()
        assert "deploybot_due_records" in shown
        assert "deploybot_webhooks_accepted_total{" not in shown
        return await client.get("/readyz")

    async def test_ready(self, connect: Connect) -> None:
        """Nothing is wrong."""
        answer = await self.answers(connect, Readiness(ping=self.up))
        assert (answer.status, await answer.json()) == (200, {"ready": True, "problems": []})

    async def test_not_ready(self, connect: Connect) -> None:
        """Draining, a store that is down and a revoked token are all told."""
        readiness = Readiness(ping=self.down, draining=True, reasons={"slack token revoked"})
        answer = await self.answers(connect, readiness)
        assert answer.status == 503
        assert (await answer.json())["problems"] == [
            "draining",
            "store unreachable (StoreUnavailable)",
            "slack token revoked",
        ]

    async def up(self) -> None:
        """A store that answers."""

    async def down(self) -> None:
        """A store that does not."""
        raise StoreUnavailable("gone")
