"""The page's server, on loopback and only for browsers on this machine.

`/` and `/static/…` are the page, `/state` is what it shows, `/events` streams the changes, and
`POST /do/<action>` does something.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from sandbox.core.server import Server
from sandbox.page.actions import Action, Actions, Impossible
from sandbox.page.actions.circleci import OnCircleCI
from sandbox.page.actions.github import OnGitHub
from sandbox.page.actions.rules import InTheFile
from sandbox.page.actions.running import OfTheSandbox
from sandbox.page.actions.slack import InSlack
from sandbox.page.feed import Feed
from sandbox.page.health import Health
from sandbox.page.plan import Plan
from sandbox.page.snapshot import Snapshot
from sandbox.page.trouble import Trouble
from sandbox.story import Hands, Story
from sandbox.world import World

STATIC = Path(__file__).parent / "static"
LONGEST = 64 * 1024
"""The most bytes that a request's body may have."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(kw_only=True)
class Page:
    """The page for one world; `order_bot` is called with `kill` or `restart`."""

    world: World
    order_bot: Callable[[str], None]
    port: int = 0
    server: Server = field(init=False)
    feed: Feed = field(init=False)
    _actions: dict[str, Action] = field(init=False)
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        world = self.world
        providers = {"slack": world.slack, "github": world.github, "circleci": world.circleci}
        troubles = {
            name: Trouble(name=name, provider=provider) for name, provider in providers.items()
        }
        plan, story = Plan(world=world), Story(world=world)
        self.health = Health(url=world.public_url, changed=self._changed)
        self.snapshot = Snapshot(
            world=world,
            health=self.health,
            plan=plan,
            story=story,
            troubles=troubles,
            run=secrets.token_hex(4),
        )
        self.feed = Feed(read=self.snapshot.read)
        slack = InSlack(world=world, snapshot=self.snapshot, changed=self._changed)
        github = OnGitHub(world=world)
        hands = Hands(type=slack.short_command, push=github.push_as, break_next=plan.break_next)
        self._actions = Actions(
            slack=slack,
            github=github,
            rules=InTheFile(world=world),
            circleci=OnCircleCI(world=world, plan=plan),
            running=OfTheSandbox(
                story=story, hands=hands, troubles=troubles, order_bot=self.order_bot
            ),
        ).all()
        self.server = Server(self._build(), self.port)

    @property
    def url(self) -> str:
        """The page's address."""
        return self.server.url

    async def start(self) -> None:
        """Listen, and watch the world and the bot."""
        self.world.listen(self._happened)
        await self.server.start()
        self._tasks = [asyncio.create_task(one) for one in (self.feed.run(), self.health.watch())]

    async def stop(self) -> None:
        """End every stream and close the port."""
        self.feed.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.server.stop()

    def _changed(self) -> None:
        self.feed.touch()

    def _happened(self, kind: str, data: dict[str, Any]) -> None:
        """Refresh the page, whatever has changed at a provider."""
        del kind, data
        self._changed()

    def _build(self) -> web.Application:
        app = web.Application(middlewares=[self._guard], client_max_size=LONGEST)
        app.on_response_prepare.append(_add_headers)
        app.router.add_get("/", _index)
        app.router.add_static("/static", STATIC)
        app.router.add_get("/state", self._state)
        app.router.add_get("/events", self.feed.stream)
        app.router.add_post("/do/{action}", self._do)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse requests from pages of other sites, and under a host name other than ours."""
        hosts = {f"127.0.0.1:{self.server.port}", f"localhost:{self.server.port}"}
        origin = request.headers.get("Origin")
        if request.host not in hosts or (
            origin is not None and origin.removeprefix("http://") not in hosts
        ):
            return web.json_response({"error": "This page is for this machine only."}, status=403)
        return await handler(request)

    async def _state(self, request: web.Request) -> web.Response:
        del request
        return web.json_response(self.snapshot.read())

    async def _do(self, request: web.Request) -> web.Response:
        action = self._actions.get(request.match_info["action"])
        if action is None:
            return _refused(404, "There is no such action.")
        if request.content_type != "application/json":
            return _refused(415, "Send JSON.")
        try:
            body: Any = await request.json()
        except (ValueError, UnicodeDecodeError):
            return _refused(400, "That is not JSON.")
        if not isinstance(body, dict):
            return _refused(400, "Send a JSON object.")
        try:
            said = await action(body)
        except Impossible as error:
            return _refused(400, str(error))
        finally:
            self._changed()
        return web.json_response({"said": said})


async def _index(request: web.Request) -> web.FileResponse:
    del request
    return web.FileResponse(STATIC / "index.html")


async def _add_headers(request: web.Request, response: web.StreamResponse) -> None:
    del request
    response.headers.update(HEADERS)


def _refused(status: int, error: str) -> web.Response:
    return web.json_response({"error": error}, status=status, dumps=json.dumps)
