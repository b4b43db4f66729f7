"""Somebody at the sandbox's page, and a bot that only listens."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import aiohttp
from aiohttp import web

from sandbox.core.server import Server

Json = dict[str, Any]


@dataclass
class Listener:
    """Stands where the bot would be: answers 200 to everything and remembers it."""

    requests: list[tuple[str, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._take)
        self.server = Server(app)

    async def _take(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            self.requests.append((request.path, await request.read()))
        return web.Response()

    def commands(self) -> list[str]:
        """The texts of the slash commands that arrived."""
        bodies = [body for path, body in self.requests if path == "/slack/command"]
        return [parse_qs(body.decode())["text"][0] for body in bodies]

    def presses(self) -> list[Json]:
        """The buttons that were pressed: each action, with the person."""
        bodies = [body for path, body in self.requests if path == "/slack/interactive"]
        payloads = [json.loads(parse_qs(body.decode())["payload"][0]) for body in bodies]
        return [{**one["actions"][0], "user": one["user"]["name"]} for one in payloads]


@dataclass
class Visitor:
    """A browser without a screen."""

    url: str
    session: aiohttp.ClientSession

    async def state(self) -> Json:
        """What the page shows now."""
        async with self.session.get(f"{self.url}/state") as response:
            assert response.status == 200
            return await response.json()

    async def do(self, action: str, user: str = "dana", **body: Any) -> tuple[int, Json]:
        """Do something; the status and the answer."""
        async with self.session.post(
            f"{self.url}/do/{action}", json={"user": user, **body}
        ) as response:
            return response.status, await response.json()

    async def shown(self, seen: Callable[[Json], Any], *, patience: float = 5.0) -> Any:
        """What `seen` makes of the state, once that is true."""
        end = time.monotonic() + patience
        while time.monotonic() < end:
            if found := seen(await self.state()):
                return found
            await asyncio.sleep(0.02)
        raise AssertionError("it was never shown")

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[Json]]:
        """The stream of events, parsed."""
        async with self.session.get(f"{self.url}/events") as response:
            assert response.content_type == "text/event-stream"
            yield _events(response.content)


async def _events(content: aiohttp.StreamReader) -> AsyncIterator[Json]:
    async for line in content:
        if line.startswith(b"data: "):
            yield json.loads(line.removeprefix(b"data: "))


def of(state: Json, kind: str) -> list[Json]:
    """The things of one kind that a state shows."""
    return [value for key, value in state.items() if key.startswith(f"{kind}:")]
