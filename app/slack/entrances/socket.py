"""Socket Mode: commands, buttons and events over a websocket, so that no public URL is needed.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

from dataclasses import dataclass
from typing import Any

import msgspec
import structlog
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from app.errors import StoreError
from app.http.requests import RejectedRequest
from app.observe import quiet_logger
from app.slack.entrances.command import SlackCommand
from app.slack.entrances.event import SlackEvent
from app.slack.entrances.interactive import SlackInteractive
from app.slack.web_api.client import WebClient

logger = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class SlackSocket:
    """Hands what comes over the socket to the entrances; Slack signs nothing here.

    What could not be recorded is not acknowledged, so that Slack sends it again.
    """

    app_token: str
    api_url: str
    command: SlackCommand
    interactive: SlackInteractive
    event: SlackEvent

    async def connect(self) -> SocketModeClient:
        """Open the socket; it reconnects by itself until the client is closed."""
        quiet = quiet_logger("slack.socket")
        client = SocketModeClient(
            app_token=self.app_token,
            web_client=WebClient(base_url=self.api_url, retry_handlers=[], logger=quiet),
            logger=quiet,
        )
        client.socket_mode_request_listeners.append(self._take)
        await client.connect()  # type: ignore[no-untyped-call]  # slack-sdk leaves it untyped
        return client

    async def _take(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        try:
            said = await self._accept(request.type, request.payload, request.envelope_id)
        except RejectedRequest as error:
            logger.warning("socket.refused", kind=request.type, reason=error.reason)
            said = None
        except StoreError as error:
            logger.warning("socket.not_recorded", kind=request.type, error=str(error))
            return
        await client.send_socket_mode_response(
            SocketModeResponse(envelope_id=request.envelope_id, payload=said)
        )

    async def _accept(
        self, kind: str, payload: dict[str, Any], envelope: str
    ) -> dict[str, Any] | None:
        match kind:
            case "slash_commands":
                return await self.command.accept(payload, envelope)
            case "interactive":
                await self.interactive.accept(msgspec.json.encode(payload), envelope)
            case "events_api":
                await self.event.accept(msgspec.json.encode(payload))
            case _:
                logger.info("socket.ignored", kind=kind)
        return None
