"""The `response_url`s, which work five times within thirty minutes, without a token.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.slack.state import Message, Workspace
from sandbox.slack.web_api.arguments import Arguments, SlackError
from sandbox.slack.web_api.chat import read_content, read_metadata

USES = 5
SECONDS = 30 * 60


@dataclass
class Way:
    """One `response_url`.

    `original` is the message whose button was pressed, `said` the texts that were posted.
    """

    channel: str
    user: str
    at: float
    original: Message | None = None
    uses: int = 0
    said: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class ResponseUrls:
    """Gives out and serves `response_url`s."""

    workspace: Workspace
    base: Callable[[], str]
    ways: dict[str, Way] = field(default_factory=dict)

    def new(self, channel: str, user: str, original: Message | None = None) -> str:
        """Make a `response_url` and return its address."""
        kind = "commands" if original is None else "actions"
        path = (
            f"/{kind}/{self.workspace.team_id}/{secrets.randbelow(10**13)}/{secrets.token_hex(12)}"
        )
        self.ways[path] = Way(channel, user, self.workspace.now(), original)
        return f"{self.base()}{path}"

    async def handle(self, request: web.Request) -> web.Response:
        """Serve one request to a `response_url`."""
        way = self.ways.get(request.path)
        if way is None:
            return _refuse(404, "no_service")
        if self.workspace.now() - way.at > SECONDS:
            return _refuse(404, "expired_url")
        if way.uses >= USES:
            return _refuse(404, "used_url")
        try:
            body = json.loads(await request.read())
        except ValueError:
            return _refuse(400, "invalid_payload")
        if not isinstance(body, dict):
            return _refuse(400, "invalid_payload")
        way.uses += 1
        way.said.append(str(body.get("text", "")))
        try:
            self.answer(way, body)
        except SlackError as error:
            return web.json_response(error.body, status=400)
        return web.Response(text="ok")

    def answer(self, way: Way, body: dict[str, Any]) -> Message | None:
        """Show an answer in the channel; raises `SlackError`."""
        if body.get("delete_original") and way.original is not None:
            self.workspace.remove(way.original)
            return None
        arguments = Arguments(body, "")
        content = read_content(arguments, 40_000)
        if body.get("replace_original") and way.original is not None:
            self.workspace.edit(way.original, **content)
            return way.original
        message = Message(
            ts=self.workspace.next_ts(),
            channel=way.channel,
            user=self.workspace.bot.id,
            by_bot=True,
            thread_ts=body.get("thread_ts"),
            **content,
        )
        if body.get("response_type") == "in_channel":
            message.metadata = read_metadata(arguments)
            return self.workspace.post(message)
        message.only_for = way.user
        return self.workspace.show(message)


def _refuse(status: int, error: str) -> web.Response:
    return web.json_response({"ok": False, "error": error}, status=status)
