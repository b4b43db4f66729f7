"""`POST /slack/event`: records events of the workspace as asks.

https://docs.slack.dev/apis/events-api
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from aiohttp import web
from msgspec import Struct

from app.http.parsing import Id, decode
from app.http.requests import RejectedRequest
from app.model.ask import EVENT_ORIGIN, Ask, AskKind
from app.slack.entrances.recorder import Recorder
from app.slack.manifest import EVENTS, REVOCATIONS

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
    """The entrance for the Events API; `revoked` is called when our token stops working.

    Slack sends an event again if it does not get a 2xx. The ask's id is made from the event's, so
    that a repeated event adds no second ask.
    """

    recorder: Recorder
    revoked: Callable[[], None]

    def routes(self) -> list[web.RouteDef]:
        """The route to this entrance."""
        return [web.post("/slack/event", self.handle)]

    async def handle(self, request: web.Request) -> web.Response:
        """Verify the request, record the event, answer 200; raises `RejectedRequest`."""
        body, _signature = await self.recorder.signature.read(request)
        challenge = await self.accept(body)
        return web.json_response({"challenge": challenge}) if challenge else web.Response()

    async def accept(self, payload: bytes) -> str:
        """Record a verified event (JSON); return the challenge of `url_verification`, else "".

        Raises `RejectedRequest` (400) if the payload is malformed, and `StoreError` if the event is
        not recorded.
        """
        envelope = decode(payload, _DECODER)
        if envelope.type == "url_verification":
            return envelope.challenge
        origin = _origin(envelope)
        ours = self.recorder.ours(origin["teams"], origin["enterprise"])
        if envelope.type == "event_callback" and ours:
            await self._take(envelope, origin)
        return ""

    async def _take(self, envelope: _Envelope, origin: dict[str, Any]) -> None:
        kind = envelope.event.get("type")
        if not envelope.event_id or not isinstance(kind, str):
            raise RejectedRequest(400, "missing field event_id or event")
        if kind not in EVENTS:
            return
        if _ends_our_token(envelope.event):
            logger.error("slack.token_revoked", kind=kind)
            self.revoked()
        ask = Ask(
            ask_id=f"slack:{envelope.event_id}",
            kind=AskKind.SLACK_EVENT,
            asked_at=self.recorder.clock.wall(),
            body={**envelope.event, EVENT_ORIGIN: origin},
        )
        await self.recorder.record(ask, "event.recorded", kind=kind)


def _origin(envelope: _Envelope) -> dict[str, Any]:
    """The teams and organization of the event and its person, kept on the ask to check again."""
    person = envelope.event.get("team")
    teams = {team for team in (envelope.team_id, person) if isinstance(team, str) and team}
    return {"teams": sorted(teams), "enterprise": envelope.enterprise_id or ""}


def _ends_our_token(event: dict[str, Any]) -> bool:
    """Whether our token stops working; `tokens_revoked` is also sent for people's own tokens.

    https://docs.slack.dev/reference/events/tokens_revoked
    """
    kind = event.get("type")
    if kind == "tokens_revoked":
        tokens = event.get("tokens")
        return isinstance(tokens, dict) and bool(tokens.get("bot"))
    return kind in REVOCATIONS
