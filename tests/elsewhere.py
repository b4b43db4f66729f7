"""Another host on this machine, to which nothing must ever be sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.core.server import Server


@dataclass
class Elsewhere:
    """Its address, and the requests that it has got."""

    url: str
    heard: list[str] = field(default_factory=list)


@asynccontextmanager
async def elsewhere() -> AsyncIterator[Elsewhere]:
    """Listen on another port, and answer everything with an empty list."""
    found = Elsewhere("")

    async def hear(request: web.Request) -> web.Response:
        found.heard.append(f"{request.method} {request.path} {dict(request.headers)}")
        return web.json_response([])

    app = web.Application()
    app.add_routes([web.route("*", "/{path:.*}", hear)])
    server = Server(app)
    await server.start()
    found.url = server.url
    try:
        yield found
    finally:
        await server.stop()
