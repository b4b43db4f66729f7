"""Applications over real HTTP, and metrics at zero."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import aiohttp
import pytest
from aiohttp import web

from app.observe import Metrics
from sandbox.core.server import Server

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
    return Metrics()
