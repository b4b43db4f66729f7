"""Reading a request, refusing it, and what a handler's failure gets."""

import hashlib
import hmac

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from app.errors import StoreUnavailable
from app.http.guard import guarded
from app.http.requests import header, signed
from app.observe import Metrics
from tests.http.conftest import Client, Connect


@pytest.fixture
async def echo(connect: Connect, metrics: Metrics) -> Client:
    """A server that fails as the path says."""

    async def need(request: web.Request) -> web.Response:
        header(request, "X-Needed")
        return web.Response()

    async def fail(_request: web.Request) -> web.Response:
        raise StoreUnavailable("disk full")

    async def break_down(_request: web.Request) -> web.Response:
        raise ZeroDivisionError("ours")

    routes = [
        web.post("/echo/need", need),
        web.post("/echo/fail", fail),
        web.post("/echo/break", break_down),
    ]
    app = web.Application()
    app.add_routes(guarded(routes, metrics))
    return await connect(app)


def counted(metrics: Metrics, name: str, **labels: str) -> float | None:
    """A metric's value."""
    return metrics.registry.get_sample_value(f"deploybot_{name}_total", labels)


class TestRefusals:
    """What a refused request gets."""

    async def test_missing_and_duplicate_header(self, echo: Client) -> None:
        """A header must be there once, and the one log line says which was not."""
        with capture_logs() as lines:
            missing = await echo.post("/echo/need")
            twice = await echo.post("/echo/need", headers=[("X-Needed", "1"), ("X-Needed", "1")])
        assert (missing.status, twice.status) == (400, 400)
        assert [line["reason"] for line in lines] == [
            "missing header X-Needed",
            "duplicate header X-Needed",
        ]
        assert all("exc_info" not in line for line in lines)

    async def test_store_down(self, echo: Client) -> None:
        """A store's failure is 503 and one line without a stack trace."""
        with capture_logs() as lines:
            assert (await echo.post("/echo/fail")).status == 503
        assert [(line["kind"], "exc_info" in line) for line in lines] == [
            ("StoreUnavailable", False)
        ]

    async def test_defect(self, echo: Client, metrics: Metrics) -> None:
        """A defect of ours is 500, counted, and logged with its stack trace only."""
        with capture_logs() as lines:
            answer = await echo.post("/echo/break")
        assert (answer.status, await answer.text()) == (500, "internal error")
        assert [line["exc_info"] for line in lines] == [True]
        assert counted(metrics, "handler_failures", where="echo") == 1

    async def test_unknown_route(self, echo: Client) -> None:
        """The framework's own answers pass."""
        assert (await echo.post("/nowhere")).status == 404


class TestSigned:
    """Signatures."""

    BODY = b'{"a": 1}'

    def hexed(self, secret: str) -> str:
        """The signature by the standard library."""
        return hmac.new(secret.encode(), self.BODY, hashlib.sha256).hexdigest()

    def test_any_of_several(self) -> None:
        """Each secret counts while rotating."""
        for secret in ("old", "new"):
            assert signed(self.BODY, f"v0={self.hexed(secret)}", ("old", "new"), prefix="v0=")

    @pytest.mark.parametrize("secrets", [(), ("",), ("", "")])
    def test_empty_secret(self, secrets: tuple[str, ...]) -> None:
        """An empty secret matches nothing, not even its own signature."""
        assert not signed(self.BODY, self.hexed(""), secrets)

    @pytest.mark.parametrize("signature", ["", "sha256=", "\udcff", "é", "0" * 64])
    def test_wrong(self, signature: str) -> None:
        """Anything else is wrong, whatever bytes the header held."""
        assert not signed(self.BODY, signature, ("secret",))
