"""`POST /slack/command`: records a slash command as an ask, and answers 200 at once.

https://docs.slack.dev/interactivity/implementing-slash-commands
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web

from app.errors import StoreError, StoreUnsure
from app.http.guard import SLACK_DEADLINE, within
from app.http.parsing import LONGEST_ID, form_fields
from app.http.requests import RejectedRequest
from app.model.ask import AskKind, Said
from app.model.chat.card import Answer
from app.model.chat.reply import SlackAddress
from app.model.plan import Person
from app.slack.card import render_answer
from app.slack.entrances.recorder import Recorder
from app.slack.entrances.signature import ask_id_of
from app.texts.markup import unescape

logger = structlog.get_logger()

_MARKUP = re.compile(r"<([^<>]*)>")
_BLANK = re.compile(r"\s")
_INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", ""))


@dataclass(frozen=True, kw_only=True)
class SlackCommand:
    """The entrance for slash commands.

    `immediate` returns the answer to what can be answered at once (help, unknown commands), and
    None for what must become an ask. The other answers are for commands that are not recorded.
    """

    recorder: Recorder
    immediate: Callable[[Said, SlackAddress], Awaitable[Answer | None]]
    wrong_workspace: Answer
    store_down: Answer
    store_timeout: Answer

    def routes(self) -> list[web.RouteDef]:
        """The route to this entrance."""
        return [web.post("/slack/command", self.handle)]

    async def handle(self, request: web.Request) -> web.Response:
        """Verify the request, record the command, answer; raises `RejectedRequest`."""
        body, signature = await self.recorder.signature.read(request)
        fields = form_fields(body)
        if "ssl_check" in fields:
            return web.Response()
        said = await self.accept(fields, signature)
        return web.json_response(said) if said else web.Response()

    async def accept(self, fields: Mapping[str, str], request: str) -> dict[str, Any] | None:
        """Record a verified command; return the immediate answer as Slack's JSON, if there is one.

        `request` identifies the request: see `ask_id_of`. Raises `RejectedRequest` (400) if a
        field is malformed.
        """
        said, address = read_command(fields)
        if not self.recorder.ours((address.team_id,), address.enterprise_id):
            return _said(self.wrong_workspace)
        try:
            answer = await within(SLACK_DEADLINE, self._take(said, address, request))
        except StoreUnsure:
            answer = self.store_timeout
        except StoreError as error:
            logger.warning("command.not_recorded", kind=type(error).__name__)
            answer = self.store_down
        return _said(answer) if answer else None

    async def _take(self, said: Said, address: SlackAddress, request: str) -> Answer | None:
        answer = await self.immediate(said, address)
        if answer is None:
            ask = self.recorder.ask(AskKind.COMMAND, ask_id_of(request), said, address)
            where = {"channel": address.channel_id, "user": address.user_id}
            await self.recorder.record(ask, "command.recorded", **where)
        return answer


def read_command(fields: Mapping[str, str]) -> tuple[Said, SlackAddress]:
    """What was typed, and where; `RejectedRequest` (400) if a field is missing or too long."""
    required = ("command", "team_id", "channel_id", "user_id")
    for name in required:
        if not fields.get(name):
            raise RejectedRequest(400, f"missing field {name}")
    for name in (*required, "enterprise_id", "channel_name", "user_name"):
        if len(fields.get(name, "")) > LONGEST_ID:
            raise RejectedRequest(400, f"malformed field {name}")
    person = Person(name=fields.get("user_name", ""), slack_userid=fields["user_id"])
    address = SlackAddress(
        channel_id=fields["channel_id"],
        user_id=fields["user_id"],
        team_id=fields["team_id"],
        enterprise_id=fields.get("enterprise_id", ""),
        channel_name=fields.get("channel_name", ""),
        response_url=fields.get("response_url", ""),
        trigger_id=fields.get("trigger_id", ""),
    )
    return Said(by=person, text=clean(fields.get("text", ""))), address


def clean(text: str) -> str:
    """The text as it was typed: plain, on one line, single spaces, mentions as `@U123`.

    https://docs.slack.dev/messaging/formatting-message-text
    """
    return " ".join(unescape(_MARKUP.sub(_plain, text)).translate(_INVISIBLE).split())


def _plain(match: re.Match[str]) -> str:
    """A mention, a link's label or, if that has blanks (is a title), the link's address."""
    target, _, label = match[1].partition("|")
    if target.startswith(("@", "#")):
        return target
    if target.startswith("!"):
        name = label or target[1:].partition("^")[0]
        return name if name.startswith("@") or "^" in target else f"@{name}"
    return label if label and not _BLANK.search(label) else target


def _said(answer: Answer) -> dict[str, Any]:
    kind = "in_channel" if answer.in_channel else "ephemeral"
    return {"response_type": kind, **render_answer(answer)}
