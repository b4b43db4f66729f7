"""`POST /slack/event`: what happens in the workspace becomes an ask.

https://docs.slack.dev/apis/events-api
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from aiohttp import web
from msgspec import Struct

from app.http.guard import SLACK_DEADLINE, within
from app.http.parsing import Id, decode
from app.http.requests import Rejected
from app.model.ask import FROM, Ask, AskKind
from app.model.chat.workspace import Workspace
from app.observe import log_context
from app.ports import Intake, Key
from app.slack.scopes import EVENTS, REVOCATIONS
from app.slack.signature import SlackSignature

logger = structlog.get_logger()


class _Envelope(Struct):
    type: str
    challenge: str = ""
    team_id: Id = ""
    enterprise_id: Id | None = None
    event_id: Id = ""
    event: dict[str, Any] = {}


_DECODER = msgspec.json.Decoder(_Envelope)


@dataclass(frozen=True, kw_only=True)
class SlackEvent:
    """The entrance of the Events API; `revoked` is called when our token stops working.

    Slack sends an event again unless it gets a 2xx; its id keeps the ask single.
    """

    signature: SlackSignature
    intake: Intake
    wake: Callable[[Key], None]
    workspace: Callable[[], Workspace | None]
    revoked: Callable[[], None]
    now: Callable[[], float] = time.time

    def routes(self) -> list[web.RouteDef]:
        """For the application's router."""
        return [web.post("/slack/event", self.handle)]

    async def handle(self, request: web.Request) -> web.Response:
        """Verify, record, 200."""
        body, _signature = await self.signature.read(request)
        challenge = await self.accept(body)
        return web.json_response({"challenge": challenge}) if challenge else web.Response()

    async def accept(self, payload: bytes) -> str:
        """Record a genuine event (JSON); the challenge to echo, where it is one."""
        envelope = decode(payload, _DECODER)
        if envelope.type == "url_verification":
            return envelope.challenge
        if envelope.type == "event_callback" and self._ours(envelope):
            await self._take(envelope)
        return ""

    async def _take(self, envelope: _Envelope) -> None:
        kind = envelope.event.get("type")
        if not envelope.event_id or not isinstance(kind, str):
            raise Rejected(400, "missing field event_id or event")
        if kind not in EVENTS:
            return
        if _ends_our_token(envelope.event):
            logger.error("slack.token_revoked", kind=kind)
            self.revoked()
        ask = Ask(
            ask_id=f"slack:{envelope.event_id}",
            kind=AskKind.SLACK_EVENT,
            asked_at=self.now(),
            body={**envelope.event, FROM: _origin(envelope)},
        )
        with log_context(ask_id=ask.ask_id):
            if await within(SLACK_DEADLINE, self.intake.add_ask(ask)):
                self.wake(ask.ask_id)
                logger.info("event.recorded", kind=kind)

    def _ours(self, envelope: _Envelope) -> bool:
        """Whether event and person belong to our workspace; guests of a shared channel do not."""
        ours = self.workspace()
        origin = _origin(envelope)
        if ours is None or ours.may_be_meant(origin["teams"], origin["enterprise"]):
            return True
        logger.warning("workspace.refused", team_ids=origin["teams"])
        return False


def _origin(envelope: _Envelope) -> dict[str, Any]:
    """Where the event and its person come from, to be judged again when we know who we are."""
    person = envelope.event.get("team")
    teams = {team for team in (envelope.team_id, person) if isinstance(team, str) and team}
    return {"teams": sorted(teams), "enterprise": envelope.enterprise_id or ""}


def _ends_our_token(event: dict[str, Any]) -> bool:
    """`tokens_revoked` is sent for people's tokens too; only the bot's are ours."""
    kind = event.get("type")
    if kind == "tokens_revoked":
        tokens = event.get("tokens")
        return isinstance(tokens, dict) and bool(tokens.get("bot"))
    return kind in REVOCATIONS
