"""Socket Mode: commands, interactions and events over a websocket that the bot opens.

https://docs.slack.dev/apis/events-api/using-socket-mode
"""

import asyncio
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.slack.state import Json, new_slack_id


@dataclass(kw_only=True)
class Sockets:
    """The open connections; while there is one, requests go over it instead of HTTP."""

    app_id: str = field(default_factory=lambda: new_slack_id("A"))
    tickets: set[str] = field(default_factory=set)
    _open: list[web.WebSocketResponse] = field(default_factory=list)
    _waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)

    @property
    def connected(self) -> bool:
        """Whether the bot is connected."""
        return bool(self._open)

    def ticket(self) -> str:
        """Make an address that is good for one connection; returns its path."""
        ticket = secrets.token_hex(12)
        self.tickets.add(ticket)
        return f"/link/?ticket={ticket}&app_id={self.app_id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until it closes."""
        ticket = request.query.get("ticket", "")
        if ticket not in self.tickets:
            return web.Response(status=403)
        self.tickets.discard(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        hello = {"type": "hello", "connection_info": {"app_id": self.app_id}}
        await socket.send_json(hello | {"num_connections": len(self._open) + 1})
        self._open.append(socket)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(message.data)
        finally:
            self._open.remove(socket)
        return socket

    async def send(self, kind: str, payload: Json, patience: float) -> Json:
        """Send an envelope and return the payload of its acknowledgement; raises `TimeoutError`."""
        envelope = secrets.token_hex(16)
        body = {
            "envelope_id": envelope,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        self._waiting[envelope] = answer
        try:
            await self._open[-1].send_json(body)
            return await asyncio.wait_for(answer, patience)
        finally:
            del self._waiting[envelope]

    async def close(self) -> None:
        """Ask the bot to disconnect, and close the connections."""
        for socket in list(self._open):
            await socket.close()

    def _acknowledged(self, raw: str) -> None:
        try:
            body: Any = json.loads(raw)
        except ValueError:
            return
        waiting = self._waiting.get(str(body.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(body.get("payload") or {})
