"""What every entrance shares: reading, refusing, deadlines, health."""

import asyncio
import gzip
import hashlib
import hmac
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import msgspec
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from app.errors import StoreUnavailable, StoreUnsure
from app.ingress import (
    Health,
    Readiness,
    Rejected,
    decode,
    form_fields,
    guarded,
    header,
    json_object,
    read_body,
    signed,
    too_deep,
    within,
)
from app.observe import Metrics
from sandbox.core.server import Server

LIMIT = 1000
Client = aiohttp.ClientSession
Connect = Callable[[web.Application], Awaitable[Client]]


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    """Starts an application and gives a client for it."""
    async with AsyncExitStack() as stack:

        async def start(app: web.Application) -> Client:
            server = Server(app)
            await server.start()
            stack.push_async_callback(server.stop)
            return await stack.enter_async_context(Client(server.url))

        yield start


@pytest.fixture
def metrics() -> Metrics:
    """Metrics at zero."""
    return Metrics.create()


@pytest.fixture
async def echo(connect: Connect, metrics: Metrics) -> Client:
    """A server that answers with the size of the body, or fails as the path says."""

    async def size(request: web.Request) -> web.Response:
        body = await read_body(request, limit=LIMIT)
        header(request, "X-Needed")
        return web.Response(text=str(len(body)))

    async def fail(_request: web.Request) -> web.Response:
        raise StoreUnavailable("disk full")

    async def break_down(_request: web.Request) -> web.Response:
        raise ZeroDivisionError("ours")

    routes = [
        web.post("/echo/size", size),
        web.post("/echo/fail", fail),
        web.post("/echo/break", break_down),
    ]
    app = web.Application()
    app.add_routes(guarded(routes, metrics))
    return await connect(app)


def counted(metrics: Metrics, name: str, **labels: str) -> float | None:
    """A metric's value."""
    return metrics.registry.get_sample_value(f"deploybot_{name}_total", labels)


class TestReadBody:
    """Bodies, as they come."""

    @pytest.mark.parametrize("size", [0, 1, LIMIT])
    async def test_up_to_the_limit(self, echo: Client, metrics: Metrics, size: int) -> None:
        """A body of up to the limit is read and counted as accepted."""
        answer = await echo.post("/echo/size", data=b"x" * size, headers={"X-Needed": "1"})
        assert (await answer.text(), answer.status) == (str(size), 200)
        assert counted(metrics, "webhooks_accepted", provider="echo") == 1

    async def test_chunked(self, echo: Client) -> None:
        """A chunked body is fine."""

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(10):
                yield b"y" * 50

        answer = await echo.post("/echo/size", data=chunks(), headers={"X-Needed": "1"})
        assert (await answer.text(), answer.status) == ("500", 200)

    async def test_too_large(self, echo: Client, metrics: Metrics) -> None:
        """One byte more is refused with 413."""
        answer = await echo.post("/echo/size", data=b"x" * (LIMIT + 1))
        assert answer.status == 413
        reason = "body too large"
        assert counted(metrics, "webhooks_refused", provider="echo", reason=reason) == 1

    async def test_chunked_too_large(self, echo: Client) -> None:
        """A chunked body that grows over the limit is refused with 413."""

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(30):
                yield b"y" * 50

        assert (await echo.post("/echo/size", data=chunks())).status == 413

    async def test_compressed(self, echo: Client) -> None:
        """A compressed body is refused with 415, also when it is not what it says."""
        for body in (gzip.compress(b"{}"), b"not gzip"):
            headers = {"Content-Encoding": "gzip"}
            assert (await echo.post("/echo/size", data=body, headers=headers)).status == 415

    async def test_connection_lost(self, echo: Client) -> None:
        """A body that never ends is one log line."""
        with capture_logs() as lines:
            reader, writer = await asyncio.open_connection("127.0.0.1", echo._base_url.port)
            writer.write(b"POST /echo/size HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc")
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.close()
            await writer.wait_closed()
            await asyncio.sleep(0.05)
            assert await reader.read() == b""
        assert [line["reason"] for line in lines] == ["broken body"]


class TestRefusals:
    """What a refused request gets."""

    async def test_missing_and_duplicate_header(self, echo: Client) -> None:
        """A header must be there once, and the one log line says which was not."""
        with capture_logs() as lines:
            missing = await echo.post("/echo/size")
            twice = await echo.post("/echo/size", headers=[("X-Needed", "1"), ("X-Needed", "1")])
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


class TestParsing:
    """Bodies that are not what they should be."""

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"1",
            b"{",
            b'{"a": "\xff"}',
            b'{"a": "\\ud800"}',
            b"[" * 10_000 + b"]" * 10_000,
            b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        ],
    )
    def test_not_an_object(self, body: bytes) -> None:
        """Only a JSON object passes; nothing else than `Rejected` 400 is raised."""
        with pytest.raises(Rejected) as caught:
            json_object(body)
        assert caught.value.status == 400

    def test_skipped_fields(self) -> None:
        """Fields a shape does not name are judged too."""

        class Shape(msgspec.Struct):
            a: int

        decoder = msgspec.json.Decoder(Shape)
        assert decode(b'{"a": 1, "b": [1]}', decoder) == Shape(a=1)
        for extra in (b'"\xff"', b"[" * 10_000 + b"]" * 10_000):
            with pytest.raises(Rejected):
                decode(b'{"a": 1, "b": ' + extra + b"}", decoder)

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            (b"[" * 500 + b"]" * 500, False),
            (b"[" * 501 + b"]" * 501, True),
            (b'{"a":' * 501 + b"1" + b"}" * 501, True),
            (b"[" + b'{"a": []},' * 1_000 + b"1]", False),
            (b'["' + b"[" * 1_000 + b'"]', False),
            (b'["\\"' + b"[" * 1_000 + b'"]', False),
            (b'["\\\\",' + b"[" * 1_000 + b"]" * 1_000 + b"]", True),
        ],
    )
    def test_depth(self, body: bytes, expected: bool) -> None:
        """Brackets are counted as JSON has them, not those in strings."""
        assert too_deep(body) is expected

    def test_deep_where_the_decoder_does_not_mind(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """From Python 3.14 on it is the depth that refuses; here it is had everywhere."""
        monkeypatch.setattr("app.ingress.DECODES_ANY_DEPTH", True)
        assert json_object(b'{"a": 1}') == {"a": 1}
        with pytest.raises(Rejected, match="not JSON"):
            json_object(b'{"a":' * 600 + b"1" + b"}" * 600)

    def test_form(self) -> None:
        """A form is decoded as UTF-8."""
        assert form_fields(b"text=caf%C3%A9+%26&empty=") == {"text": "café &", "empty": ""}

    @pytest.mark.parametrize(
        "body", [b"a=1&a=2", b"a=%FF", b"\xff=1", b"a", b"a=1" + b"&a=1" * 200]
    )
    def test_not_a_form(self, body: bytes) -> None:
        """A form that cannot be told is refused."""
        with pytest.raises(Rejected) as caught:
            form_fields(body)
        assert caught.value.status == 400


async def test_within() -> None:
    """A store that does not answer in time is unsure; one that knows better says so."""

    async def forever() -> None:
        await asyncio.sleep(60)

    async def withdrawn() -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            raise StoreUnavailable("withdrawn") from None

    with pytest.raises(StoreUnsure):
        await within(0.01, forever())
    with pytest.raises(StoreUnavailable):
        await within(0.01, withdrawn())


class TestHealth:
    """Probes."""

    async def answers(self, connect: Connect, readiness: Readiness) -> aiohttp.ClientResponse:
        """What `/readyz` says."""
        metrics = Metrics.create()
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
