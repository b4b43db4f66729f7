"""Listening: aiohttp's server, with a deadline for the head of every request."""

import asyncio
from typing import Any

from aiohttp import web

HEAD_TIMEOUT = 10.0
"""Seconds for a request line and headers, from the start of the connection or of the request."""
KEEPALIVE = 75.0
"""Seconds for which a connection may stay open between two requests.

Longer than the usual 60 of a load balancer: else we might close a connection just as it is reused.
"""


class ServerConnection(web.RequestHandler):
    """One connection; it is closed if the head of a request does not arrive in time.

    aiohttp itself has no such deadline, only one for the time between two requests.
    """

    __slots__ = ("_awaited", "_head_timeout")

    def __init__(self, manager: web.Server, *, head_timeout: float, **settings: Any) -> None:
        super().__init__(manager, **settings)
        self._head_timeout = head_timeout
        self._awaited: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Expect a first request, as soon as aiohttp's task has begun to wait for it."""
        super().connection_made(transport)
        self._loop.call_soon(self._expect_head)

    def data_received(self, data: bytes) -> None:
        """Take bytes; if they end within a head, expect the rest."""
        super().data_received(data)
        if self._waiter is not None and self._waiter is not self._awaited:
            self._expect_head()

    def _expect_head(self) -> None:
        """Start the deadline; aiohttp's `_waiter` is done as soon as a whole head has come."""
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            self._awaited = waiter
            self._loop.call_later(self._head_timeout, self._too_late, waiter)

    def _too_late(self, waiter: asyncio.Future[None]) -> None:
        if self._waiter is waiter and not waiter.done():
            self.force_close()


class Listener:
    """Serves an application on one port.

    `shutdown_timeout` is how many seconds open requests get to end.
    """

    def __init__(
        self,
        application: web.Application,
        *,
        head_timeout: float = HEAD_TIMEOUT,
        shutdown_timeout: float = 1.0,
    ) -> None:
        self._runner = web.AppRunner(application, shutdown_timeout=shutdown_timeout)
        self._head_timeout = head_timeout
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> int:
        """Listen, and return the port; 0: the system chooses. Raises `OSError` if it is taken."""
        await self._runner.setup()
        self._server = await asyncio.get_running_loop().create_server(
            self._connection, host, port, backlog=128
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Accept nothing more, let open requests end, close."""
        if self._server is not None:
            self._server.close()
        await self._runner.cleanup()

    def _connection(self) -> ServerConnection:
        server = self._runner.server
        assert server is not None
        return ServerConnection(
            server,
            head_timeout=self._head_timeout,
            loop=asyncio.get_running_loop(),
            keepalive_timeout=KEEPALIVE,
            access_log=None,
            auto_decompress=False,  # signatures are over the bytes as sent; others are refused
        )
