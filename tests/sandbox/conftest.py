"""A GitHub stand-in in a world of its own, a caller with the App's key, a place for webhooks."""

import importlib
import json
import time
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import aiohttp
import jwt
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.core.server import Server
from sandbox.github import GitHubStandIn
from sandbox.world import World

SHOP = "acme/shop"


@dataclass
class Inbox:
    """A webhook endpoint that remembers; answers `status`."""

    status: int = 200
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        """Remember a delivery."""
        self.received.append((dict(request.headers), await request.read()))
        return web.Response(status=self.status)

    @property
    def events(self) -> list[str]:
        """The events' names, sorted: deliveries overtake each other."""
        return sorted(headers["X-GitHub-Event"] for headers, _ in self.received)

    def bodies(self, event: str) -> list[dict[str, Any]]:
        """What was received of one event."""
        return [
            json.loads(body)
            for headers, body in self.received
            if headers["X-GitHub-Event"] == event
        ]


@dataclass
class Answer:
    """An HTTP answer, read."""

    status: int
    headers: Any
    body: Any


@cache
def key(pem: str) -> Any:
    """An RSA key: checking its numbers takes longer than most tests."""
    return load_pem_private_key(pem.encode(), None)


@dataclass
class Caller:
    """Calls the API as the App, as its installation, or as nobody."""

    world: World
    environ: dict[str, str]
    session: aiohttp.ClientSession
    token: str = ""

    def app_jwt(self, **claims: Any) -> str:
        """The App's JWT; `claims` replace its own."""
        now = int(time.time())
        own = {"iat": now - 60, "exp": now + 540, "iss": self.environ["GITHUB_APP_ID"]}
        return jwt.encode({**own, **claims}, key(self.environ["GITHUB_PRIVATE_KEY"]), "RS256")

    async def as_app(self, method: str, path: str, **more: Any) -> Answer:
        """A call with the App's JWT."""
        return await self.call(method, path, credential=self.app_jwt(), **more)

    async def new_token(self) -> str:
        """A new installation token."""
        found = await self.as_app("GET", f"/repos/{SHOP}/installation")
        answer = await self.as_app("POST", f"/app/installations/{found.body['id']}/access_tokens")
        return answer.body["token"]

    async def get(self, path: str, **more: Any) -> Answer:
        """A read as the installation."""
        return await self.call("GET", path, **more)

    async def post(self, path: str, **body: Any) -> Answer:
        """A write as the installation."""
        return await self.call("POST", path, json=body)

    async def graphql(self, query: str, **variables: Any) -> dict[str, Any]:
        """A query's whole answer."""
        answer = await self.call("POST", "/graphql", json={"query": query, "variables": variables})
        assert answer.status == 200
        return answer.body

    async def deploy(self, **body: Any) -> dict[str, Any]:
        """A deployment of `main` to staging, as the bot makes them."""
        own = {"ref": "main", "environment": "staging", "auto_merge": False}
        answer = await self.post(
            f"/repos/{SHOP}/deployments", **{**own, "required_contexts": [], **body}
        )
        assert answer.status == 201
        return answer.body

    async def call(self, method: str, path: str, *, credential: str = "", **more: Any) -> Answer:
        """Any call; redirects are shown, not followed."""
        headers = {"Authorization": f"Bearer {credential or self.token}", **more.pop("headers", {})}
        url = path if path.startswith("http") else self.world.github.url + path
        async with self.session.request(
            method, url, headers=headers, allow_redirects=False, **more
        ) as response:
            raw = await response.read()
            is_json = response.content_type == "application/json" and raw
            return Answer(
                response.status, response.headers, json.loads(raw) if is_json else raw.decode()
            )


@pytest.fixture(scope="session")
def official_models() -> Any:
    """GitHub's REST schema as models."""
    return _imported("githubkit_schemas.latest.models")


@pytest.fixture(scope="session")
def official_webhooks() -> Any:
    """GitHub's webhook schema as models, with a parser and the signature check."""
    return _imported("githubkit.webhooks")


def _imported(name: str) -> Any:
    """Imported late: these packages take a second, and most tests do without."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return importlib.import_module(name)


@pytest.fixture
async def inbox() -> Inbox:
    """What the App's webhooks brought."""
    return Inbox()


@pytest.fixture
async def world(inbox: Inbox) -> AsyncIterator[World]:
    """A world whose GitHub sends its webhooks to the inbox."""
    app = web.Application(client_max_size=25 * 2**20)
    app.router.add_post("/github/webhook", inbox.take)
    server, world = Server(app), World(config="version: 1\n")
    await server.start()
    await world.start()
    world.environ(server.url)
    yield world
    await world.stop()
    await server.stop()


@pytest.fixture
async def hub(world: World) -> GitHubStandIn:
    """GitHub."""
    return world.github


@pytest.fixture
async def api(world: World) -> AsyncIterator[Caller]:
    """A caller that holds an installation token."""
    async with aiohttp.ClientSession() as session:
        caller = Caller(world, world.environ(world.public_url), session)
        caller.token = await caller.new_token()
        yield caller
