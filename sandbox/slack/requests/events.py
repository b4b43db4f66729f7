"""Sends events to the bot about what happens in the workspace, with three retries.

https://docs.slack.dev/apis/events-api#retries
"""

import asyncio
import contextlib
import json
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from sandbox.core.delivery import Deliverer, Sent
from sandbox.slack.requests.sockets import Sockets
from sandbox.slack.state import Channel, Json, Workspace


@dataclass(kw_only=True)
class Events:
    """Sends `event_callback`s; a failed one is retried after each of `retry_delays` (seconds)."""

    workspace: Workspace
    deliverer: Deliverer
    sockets: Sockets
    headers: Callable[[bytes, str], dict[str, str]]
    address: Callable[[], str]
    spawn: Callable[[Coroutine[Any, Any, None]], object]
    retry_delays: tuple[float, ...] = (0.0, 60.0, 300.0)
    verification: str = field(default_factory=lambda: secrets.token_hex(12))
    _tries: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.deliverer.listeners.append(self._delivered)

    def send(self, event: Json, *, team_id: str | None = None) -> None:
        """Send the bot an event: over its socket, if it has one open (without retries), or HTTP."""
        workspace = self.workspace
        now, team = workspace.clock(), team_id or workspace.team_id
        event_id = f"Ev{secrets.token_hex(5).upper()}"
        body = {
            "token": self.verification,
            "team_id": team,
            "context_team_id": team,
            **({"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {}),
            "api_app_id": workspace.app_id,
            "event": {"event_ts": f"{now:.6f}", **event},
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(now),
            "authorizations": [
                {
                    "enterprise_id": workspace.enterprise_id or None,
                    "team_id": None if workspace.enterprise_id else team,
                    "user_id": workspace.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": bool(workspace.enterprise_id),
                }
            ],
            "is_ext_shared_channel": False,
        }
        if self.sockets.connected:
            self.spawn(self._over_socket(body))
        else:
            self._post(event["type"], event_id, json.dumps(body).encode())

    async def _over_socket(self, body: Json) -> None:
        with contextlib.suppress(TimeoutError, ConnectionError):
            await self.sockets.send("events_api", body, self.deliverer.timeout)

    def verify_url(self) -> Sent:
        """Ask the bot to echo a challenge, as Slack does when an app's address is entered."""
        body = {"token": self.verification, "challenge": secrets.token_hex(20)}
        raw = json.dumps(body | {"type": "url_verification"}).encode()
        return self._post("url_verification", secrets.token_hex(5), raw)

    def _post(self, event: str, guid: str, body: bytes, more: dict[str, str] | None = None) -> Sent:
        headers = self.headers(body, "application/json") | (more or {})
        return self.deliverer.send(
            event=event,
            guid=guid,
            url=self.address(),
            headers=headers,
            body=body,
            redelivery=bool(more),
        )

    def _delivered(self, sent: Sent) -> None:
        if sent.lost or sent.event == "url_verification":
            return
        if sent.status is not None and 200 <= sent.status < 300:
            return
        tries = self._tries.get(sent.guid, 0)
        if tries < len(self.retry_delays):
            self._tries[sent.guid] = tries + 1
            self.spawn(self._again(sent, tries))

    async def _again(self, sent: Sent, tries: int) -> None:
        await asyncio.sleep(self.retry_delays[tries])
        reason = "http_timeout" if sent.status is None else "http_error"
        more = {"X-Slack-Retry-Num": str(tries + 1), "X-Slack-Retry-Reason": reason}
        self._post(sent.event, sent.guid, sent.body, more)

    def joined(self, channel: Channel, user: str, inviter: str | None = None) -> None:
        """Send the event that somebody joined a channel."""
        event = {
            "type": "member_joined_channel",
            "user": user,
            "channel": channel.id,
            "channel_type": "G" if channel.is_private else "C",
            "team": self.workspace.team_id,
        }
        self.send(event | ({"inviter": inviter} if inviter else {}))

    def renamed(self, channel: Channel) -> None:
        """Send the event that a channel has a new name."""
        kind = "group_rename" if channel.is_private else "channel_rename"
        named = {"id": channel.id, "name": channel.name, "created": channel.created}
        self.send({"type": kind, "channel": named})

    def archived(self, channel: Channel, by: str) -> None:
        """Send the event that a channel was archived."""
        kind = "group_archive" if channel.is_private else "channel_archive"
        self.send({"type": kind, "channel": channel.id, "user": by})

    def moved(self, old: str, new: str) -> None:
        """Send the event that a channel has a new id."""
        kind = "channel_id_changed"
        self.send({"type": kind, "old_channel_id": old, "new_channel_id": new})
