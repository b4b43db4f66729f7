"""The stand-in for Slack: its server, and what people in the workspace do."""

import json
import secrets
from collections.abc import Callable, Mapping

from aiohttp import web

from sandbox.core.clock import Clock
from sandbox.core.delivery import Deliverer
from sandbox.core.faults import Faults
from sandbox.core.server import Server
from sandbox.core.tasks import Tasks
from sandbox.slack.people import People
from sandbox.slack.requests.events import Events
from sandbox.slack.requests.interactions import Interactions
from sandbox.slack.requests.response_urls import ResponseUrls
from sandbox.slack.requests.signing import signed_headers
from sandbox.slack.requests.sockets import Sockets
from sandbox.slack.state import Channel, Json, User, Workspace, page_message
from sandbox.slack.web_api.access import Access
from sandbox.slack.web_api.arguments import Arguments, SlackError, read_arguments
from sandbox.slack.web_api.chat import Chat
from sandbox.slack.web_api.conversations import Conversations
from sandbox.slack.web_api.directory import Directory
from sandbox.slack.web_api.limits import Limits, Throttled


class SlackStandIn(People):
    """Slack on loopback: one workspace with Dana, Sam and the bot.

    `bot_url` is called for the bot's address each time something is sent to it.
    """

    def __init__(self, *, bot_url: Callable[[], str] | None = None) -> None:
        self.signing_secret = secrets.token_hex(16)
        self.bot_url = bot_url
        self.command = "/cimon"
        self.linked_text = True
        self.workspace = Workspace()
        self.dana = self.add_user("dana", "Dana Scully")
        self.sam = self.add_user("sam", "Sam Carter")
        self.access = Access(
            token=f"xoxb-{secrets.token_hex(16)}",
            app_token=f"xapp-{secrets.token_hex(16)}",
        )
        self.faults = Faults("slack")
        self.deliverer = Deliverer(provider="slack", timeout=3.0, now=self.clock)
        self._tasks = Tasks()
        self.sockets = Sockets(app_id=self.workspace.app_id)
        self.response_urls = ResponseUrls(workspace=self.workspace, base=lambda: self.url)
        self.events = self._events()
        self.chat = Chat(workspace=self.workspace, access=self.access)
        directory = Directory(workspace=self.workspace, access=self.access, triggers={})
        self.interactions = self._interactions(directory)
        conversations = Conversations(
            workspace=self.workspace, access=self.access, joined=self.enter
        )
        self.limits = Limits()
        self._methods: Mapping[str, Callable[[Arguments], Json]] = {
            **self.chat.methods(),
            **conversations.methods(),
            **directory.methods(),
            "apps.connections.open": self._connect,
        }
        self.app = self._build()
        self.server = Server(self.app)

    def _events(self) -> Events:
        return Events(
            workspace=self.workspace,
            deliverer=self.deliverer,
            sockets=self.sockets,
            headers=self._signed,
            address=lambda: f"{self._bot()}/slack/event",
            spawn=self._tasks.spawn,
        )

    def _interactions(self, directory: Directory) -> Interactions:
        return Interactions(
            workspace=self.workspace,
            directory=directory,
            response_urls=self.response_urls,
            sockets=self.sockets,
            deliverer=self.deliverer,
            headers=self._signed,
            bot_url=self._bot,
            verification=self.events.verification,
        )

    def _signed(self, body: bytes, content_type: str) -> dict[str, str]:
        return signed_headers(self.signing_secret, body, content_type, at=self.workspace.clock())

    @property
    def clock(self) -> Clock:
        """Slack's clock, which may differ from the bot's."""
        return self.workspace.clock

    @property
    def url(self) -> str:
        """The server's address."""
        return self.server.url

    @property
    def api_url(self) -> str:
        """The Web API's address, for `SLACK_API_URL`."""
        return f"{self.url}/api/"

    @property
    def token(self) -> str:
        """The bot's token, for `SLACK_BOT_TOKEN`."""
        return self.access.token

    @property
    def on_change(self) -> list[Callable[[str, Json], None]]:
        """Functions to call with each change: a kind (`slack.message`, …) and data for the page."""
        return self.workspace.listeners

    @property
    def strict_rate(self) -> bool:
        """Whether a channel accepts only one message a second."""
        return self.chat.strict_rate

    @strict_rate.setter
    def strict_rate(self, on: bool) -> None:
        self.chat.strict_rate = on

    async def start(self) -> None:
        """Listen."""
        await self.server.start()

    async def stop(self) -> None:
        """Close the port and cancel what is under way."""
        await self._tasks.cancel()
        await self.sockets.close()
        await self.interactions.close()
        await self.deliverer.close()
        await self.server.stop()

    async def settle(self) -> None:
        """Wait until every event and its retries have been answered."""
        await self.deliverer.settle()
        while self._tasks.running:
            await self._tasks.settle()
            await self.deliverer.settle()

    def add_user(self, name: str, real_name: str, **kind: bool) -> User:
        """Add a person to the workspace; `kind` are flags of `User`."""
        user = User(name=name, real_name=real_name, **kind)
        self.workspace.users[user.id] = user
        return user

    def add_channel(
        self,
        name: str,
        *,
        private: bool = False,
        bot: bool = False,
        members: list[str] | None = None,
    ) -> Channel:
        """Add a channel with everyone (or `members`) in it; with `bot` also the bot."""
        people = [user.id for user in self.workspace.users.values() if user.name != "slackbot"]
        named = [self.workspace.user(one).id for one in members or []]
        chosen = people if members is None else named
        inside = [one for one in chosen if one != self.workspace.bot.id]
        if bot:
            inside.append(self.workspace.bot.id)
        channel = Channel(name=name, is_private=private, members=inside)
        self.workspace.channels[channel.id] = channel
        return channel

    def refuse(self, method: str, error: str, *, times: int | None = 1) -> None:
        """Answer the next calls of a Web API method with an error."""
        self.faults.add(
            f"/api/{method}$",
            status=200,
            times=times,
            body=json.dumps({"ok": False, "error": error}),
            headers={"Content-Type": "application/json"},
        )

    def overview(self) -> Json:
        """People, channels and all their messages, for the page."""
        workspace = self.workspace
        return {
            "team": {"id": workspace.team_id, "domain": workspace.domain},
            "bot": workspace.bot.id,
            "users": [
                {"id": one.id, "name": one.name, "real_name": one.real_name, "is_bot": one.is_bot}
                for one in workspace.users.values()
            ],
            "channels": [
                {
                    "id": one.id,
                    "name": one.name,
                    "private": one.is_private,
                    "archived": one.is_archived,
                    "members": one.members,
                    "messages": [page_message(message) for message in one.messages],
                }
                for one in workspace.channels.values()
            ],
            "ephemerals": [page_message(one) for one in workspace.ephemerals],
            "views": list(workspace.views.values()),
            "homes": workspace.homes,
        }

    def _bot(self) -> str:
        return self.bot_url() if self.bot_url else "http://127.0.0.1:9"

    def _build(self) -> web.Application:
        app = web.Application(middlewares=[self.faults.middleware], client_max_size=8 * 2**20)
        app.on_response_prepare.append(self.workspace.clock.stamp)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_get("/link/", self.sockets.handle)
        for kind in ("commands", "actions"):
            app.router.add_post(
                f"/{kind}/{{team}}/{{number}}/{{secret}}", self.response_urls.handle
            )
        return app

    def _connect(self, arguments: Arguments) -> Json:
        if arguments.token != self.access.app_token:
            raise SlackError("not_allowed_token_type")
        return {"url": f"ws{self.url.removeprefix('http')}{self.sockets.ticket()}"}

    async def _api(self, request: web.Request) -> web.Response:
        headers = {"X-OAuth-Scopes": ",".join(sorted(self.access.scopes))}
        name = request.match_info["method"]
        method = self._methods.get(name)
        if method is None:
            return web.json_response(SlackError("unknown_method", req_method=name).body)
        try:
            arguments = await read_arguments(request)
            self.access.check_token(arguments.token)
            self.limits.count(name)
            body = {"ok": True, **method(arguments)}
        except SlackError as error:
            body = error.body
        except Throttled as limit:
            headers["Retry-After"] = str(limit.seconds)
            body = {"ok": False, "error": "ratelimited"}
            return web.json_response(body, status=429, headers=headers)
        return web.json_response(body, headers=headers)
