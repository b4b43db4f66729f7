"""Bodies before their sender is known: the order of judgement, bounded memory, bounded time."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from structlog.testing import capture_logs

from app.http.bodies import Bodies
from app.http.guard import guarded
from app.http.listening import Listener
from app.http.requests import GITHUB_LIMIT, LIMIT, RejectedRequest
from app.observe import Metrics
from tests.http.conftest import Client, Connect

MB = 1024 * 1024
HEAD = b"POST /echo/size HTTP/1.1\r\nHost: x\r\n"


def application(bodies: Bodies, metrics: Metrics, *, limit: int) -> web.Application:
    """Answers with the size of the body; 401 for one that begins with `wrong`."""

    def check(body: bytes) -> None:
        if body.startswith(b"wrong"):
            raise RejectedRequest(401, "wrong signature")

    async def size(request: web.Request) -> web.Response:
        body = await bodies.verified(request, check, limit=limit)
        return web.Response(text=str(len(body)))

    app = web.Application()
    app.add_routes(guarded([web.post("/echo/size", size)], metrics))
    return app


@pytest.fixture
async def echo(connect: Connect, metrics: Metrics) -> Client:
    """A server that takes a thousand bytes."""
    return await connect(application(Bodies(), metrics, limit=1000))


def counted(metrics: Metrics, name: str, **labels: str) -> float | None:
    """A metric's value."""
    return metrics.registry.get_sample_value(f"deploybot_{name}_total", labels)


class TestBodies:
    """Bodies, as they come."""

    @pytest.mark.parametrize("size", [0, 1, 1000])
    async def test_up_to_the_limit(self, echo: Client, metrics: Metrics, size: int) -> None:
        """A body of up to the limit is read and counted as accepted."""
        answer = await echo.post("/echo/size", data=b"x" * size)
        assert (await answer.text(), answer.status) == (str(size), 200)
        assert counted(metrics, "webhooks_accepted", provider="echo") == 1

    async def test_chunked(self, echo: Client) -> None:
        """A chunked body is fine."""

        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(10):
                yield b"y" * 50

        answer = await echo.post("/echo/size", data=chunks())
        assert (await answer.text(), answer.status) == ("500", 200)

    async def test_too_large(self, echo: Client, metrics: Metrics) -> None:
        """One byte more is refused with 413."""
        answer = await echo.post("/echo/size", data=b"x" * (1000 + 1))
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


class Flood:
    """Raw connections to a listening server, each with a part of a body."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.writers: list[asyncio.StreamWriter] = []

    async def send(self, part: int, *, of: int | None = None) -> asyncio.StreamReader:
        """Send so many bytes of a body that is longer; without `of` it is chunked."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.writers.append(writer)
        head = b"Transfer-Encoding: chunked" if of is None else b"Content-Length: %d" % of
        writer.write(HEAD + head + b"\r\n\r\n")
        body = b"x" * part
        writer.write(b"%x\r\n%b\r\n" % (part, body) if of is None else body)
        await writer.drain()
        return reader

    async def stop(self) -> None:
        """Leave."""
        for writer in self.writers:
            writer.close()
        await asyncio.sleep(0.05)


@pytest.fixture
def bodies() -> Bodies:
    """Real sizes, and little time."""
    return Bodies(patience=1.0)


@pytest.fixture
async def port(bodies: Bodies, metrics: Metrics) -> AsyncIterator[int]:
    """A server as `deploybot serve` runs it."""
    listener = Listener(application(bodies, metrics, limit=GITHUB_LIMIT), head_timeout=0.3)
    yield await listener.start("127.0.0.1", 0)
    await listener.stop()


@pytest.fixture
async def flood(port: int) -> AsyncIterator[Flood]:
    """Nobody's connections, closed at the end."""
    flood = Flood(port)
    yield flood
    await flood.stop()


async def head_of(reader: asyncio.StreamReader) -> str:
    """The status line and headers of an answer."""
    async with asyncio.timeout(60):
        return (await reader.readuntil(b"\r\n\r\n")).decode()


class TestBudget:
    """What all bodies together may hold."""

    @pytest.mark.parametrize("announced", [True, False])
    async def test_large_ones_leave_room(
        self, flood: Flood, port: int, bodies: Bodies, announced: bool
    ) -> None:
        """Large bodies may take 48 MB, then get 503, while one of up to 1 MB is still read."""
        bodies.patience = 10.0
        size = 24 * MB - 1000
        kept = [await flood.send(size, of=25 * MB if announced else None) for _ in range(2)]
        await asyncio.sleep(0.3)
        refused = await flood.send(2 * MB, of=3 * MB if announced else None)
        head = await head_of(refused)
        assert ("503", "Retry-After: 5" in head) == (head.split()[1], True)
        async with Client(f"http://127.0.0.1:{port}") as client:
            answer = await client.post("/echo/size", data=b"y" * LIMIT)
            assert (answer.status, await answer.text()) == (200, str(LIMIT))
        assert all(not reader.at_eof() for reader in kept)

    async def test_small_ones_end_too(self, flood: Flood, bodies: Bodies) -> None:
        """Bodies of up to 1 MB share 64 MB; a body's share is free once it is checked."""
        bodies.budget, bodies.kept, bodies.patience = 2 * MB, MB, 10.0
        for _ in range(2):
            await flood.send(MB - 100, of=MB)
        await asyncio.sleep(0.2)
        third = await flood.send(1000, of=MB)
        assert (await head_of(third)).split()[1] == "503"
        await flood.stop()
        async with Client(f"http://127.0.0.1:{flood.port}") as client:
            for body, status in ((b"wrong" + b"x" * (MB - 5), 401), (b"x" * MB, 200)) * 3:
                assert (await client.post("/echo/size", data=body)).status == status


class TestTime:
    """How long anybody is waited for."""

    async def test_late_body(self, flood: Flood, bodies: Bodies) -> None:
        """A body that is late gets 408, and the connection is closed at once."""
        started = time.monotonic()
        reader = await flood.send(10, of=20)
        assert (await head_of(reader)).split()[1] == "408"
        async with asyncio.timeout(1):
            await reader.read()
        assert bodies.patience <= time.monotonic() - started < bodies.patience + 1

    @pytest.mark.parametrize("sent", [b"", b"POST /echo/size HTTP/1.1\r\nHost:"])
    async def test_late_head(self, port: int, sent: bytes) -> None:
        """A connection that sends no request, or half a head, is closed."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)
        async with asyncio.timeout(2):
            assert await reader.read() == b""
        writer.close()

    async def test_late_second_head(self, port: int) -> None:
        """A connection may be idle between requests; a head that has begun must arrive in time."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD + b"Content-Length: 0\r\n\r\n")
        assert "200" in await head_of(reader)
        await reader.readexactly(1)
        await asyncio.sleep(0.5)
        writer.write(HEAD + b"Content-Length: 1\r\n\r\nx")
        assert "200" in await head_of(reader)
        await reader.readexactly(1)
        writer.write(HEAD)
        async with asyncio.timeout(2):
            assert await reader.read() == b""
        writer.close()
