"""Sends commands and interactions to the bot; the person waits for at most three seconds.

https://docs.slack.dev/interactivity/implementing-slash-commands
"""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp

from sandbox.core.delivery import Deliverer, Sent
from sandbox.slack.requests.response_urls import ResponseUrls, Way
from sandbox.slack.requests.sockets import Sockets
from sandbox.slack.state import Channel, Json, Message, User, Workspace
from sandbox.slack.web_api.arguments import SlackError
from sandbox.slack.web_api.directory import Directory

FORM = "application/x-www-form-urlencoded"


@dataclass
class Answered:
    """What the bot answered (`status` is None if not in time) and what the person saw of it."""

    status: int | None
    body: str
    shown: Message | None = None
    error: str = ""


@dataclass(kw_only=True)
class Interactions:
    """Sends commands, presses and submissions, and shows what comes back.

    In an Enterprise Grid, presses and submissions have the organization instead of the team.
    """

    workspace: Workspace
    directory: Directory
    response_urls: ResponseUrls
    sockets: Sockets
    deliverer: Deliverer
    headers: Callable[[bytes, str], dict[str, str]]
    bot_url: Callable[[], str]
    verification: str
    patience: float = 3.0
    sent: list[Answered] = field(default_factory=list)
    _session: aiohttp.ClientSession | None = None

    async def command(
        self, channel: Channel, user: User, command: str, text: str, *, team_id: str
    ) -> Answered:
        """Send a slash command."""
        fields = {
            "token": self.verification,
            "team_id": team_id,
            "team_domain": self.workspace.domain,
            "channel_id": channel.id,
            "channel_name": shown_name(channel),
            "user_id": user.id,
            "user_name": user.name,
            "command": command,
            "text": text,
            "api_app_id": self.workspace.app_id,
            "is_enterprise_install": str(bool(self.workspace.enterprise)).lower(),
            "response_url": self.response_urls.new(channel.id, user.id),
            "trigger_id": self.directory.new_trigger(user.id),
        }
        if self.workspace.enterprise is not None:
            fields["enterprise_id"] = self.workspace.enterprise["id"]
            fields["enterprise_name"] = self.workspace.enterprise["name"]
        answered = await self._say("slash_commands", f"{command} {text}".strip(), fields)
        way = Way(channel.id, user.id, self.workspace.now())
        try:
            if answered.body and not answered.error:
                answered.shown = self.response_urls.answer(way, _content(answered.body))
        except SlackError as error:
            answered.error = error.error
        if answered.error:
            answered.shown = self._complain(way, command, answered.error)
        return answered

    async def act(
        self,
        channel: Channel,
        user: User,
        message: Message,
        action: Json,
        *,
        attachment: int | None = None,
        team_id: str | None = None,
    ) -> Answered:
        """Send a `block_actions` payload."""
        payload = self._person(user, team_id) | {
            "type": "block_actions",
            "container": _container(message, attachment),
            "trigger_id": self.directory.new_trigger(user.id),
            "channel": {"id": channel.id, "name": shown_name(channel)},
            "state": {"values": {}},
            "response_url": self.response_urls.new(channel.id, user.id, message),
            "actions": [action | {"action_ts": self.workspace.next_ts()}],
        }
        if message.only_for is None:
            payload["message"] = _message(self.workspace, message)
        return await self._say("interactive", f"press {action['action_id']}", payload)

    async def submit(self, user: User, view: Json, values: Json) -> Answered:
        """Send a form; an empty answer closes it."""
        sent = {name: value for name, value in view.items() if name != "user"}
        payload = self._person(user, None) | {
            "type": "view_submission",
            "trigger_id": self.directory.new_trigger(user.id),
            "view": sent | {"state": {"values": values}},
            "response_urls": [],
        }
        answered = await self._say("interactive", "submit a form", payload)
        if answered.status == 200 and not answered.body:
            self.workspace.views.pop(view["id"], None)
            self.workspace.tell("slack.view_closed", {"user": user.id, "view": view["id"]})
        return answered

    async def close(self) -> None:
        """Close connections."""
        if self._session is not None:
            await self._session.close()

    def _person(self, user: User, team_id: str | None) -> Json:
        team, enterprise = team_id or self.workspace.team_id, self.workspace.enterprise
        return {
            "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": team},
            "team": None if enterprise else {"id": team, "domain": self.workspace.domain},
            "enterprise": enterprise,
            "is_enterprise_install": bool(enterprise),
            "api_app_id": self.workspace.app_id,
            "token": self.verification,
        }

    async def _say(self, kind: str, event: str, payload: Json) -> Answered:
        """Send what a person does, over the socket if one is open, and record it."""
        path = "/slack/command" if kind == "slash_commands" else "/slack/interactive"
        fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        body = urlencode(fields).encode()
        sent = Sent(
            event=event,
            guid=payload["trigger_id"],
            url=f"{self.bot_url()}{path}",
            headers=self.headers(body, FORM),
            body=body,
            at=time.time(),
        )
        if self.deliverer.record(sent):
            await asyncio.sleep(self.patience)
            answered = Answered(None, "", error="operation_timeout")
        elif self.sockets.connected:
            answered = await self._over_socket(kind, payload)
        else:
            answered = await self._send(sent)
        sent.status, sent.failure, sent.done = answered.status, answered.error, True
        self.sent.append(answered)
        return answered

    async def _over_socket(self, kind: str, payload: Json) -> Answered:
        try:
            content = await self.sockets.send(kind, payload, self.patience)
            return Answered(200, json.dumps(content) if content else "")
        except (TimeoutError, ConnectionError):
            return Answered(None, "", error="operation_timeout")

    async def _send(self, sent: Sent) -> Answered:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        try:
            async with self._session.post(
                sent.url,
                data=sent.body,
                headers=sent.headers,
                timeout=aiohttp.ClientTimeout(total=self.patience),
            ) as response:
                answered = Answered(response.status, await response.text())
        except TimeoutError:
            answered = Answered(None, "", error="operation_timeout")
        except (aiohttp.ClientError, OSError):
            answered = Answered(None, "", error="dispatch_failed")
        if answered.status is not None and answered.status != 200:
            answered.error = "dispatch_failed"
        return answered

    def _complain(self, way: Way, command: str, error: str) -> Message:
        return self.workspace.show(
            Message(
                ts=self.workspace.next_ts(),
                channel=way.channel,
                user="USLACKBOT",
                text=f'{command} failed with the error "{error}"',
                only_for=way.user,
            )
        )


def shown_name(channel: Channel) -> str:
    """A channel's name as it stands in commands and interactions."""
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name


def _content(body: str) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        return {"text": body}
    return content if isinstance(content, dict) else {"text": body}


def _container(message: Message, attachment: int | None) -> Json:
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    if attachment is not None:
        container |= {"type": "message_attachment", "attachment_id": attachment}
        container["is_app_unfurl"] = False
    return container


def _message(workspace: Workspace, message: Message) -> Json:
    from_us = {"bot_id": workspace.bot_id, "app_id": workspace.app_id}
    body: Json = {
        "type": "message",
        "user": message.user,
        "team": workspace.team_id,
        "ts": message.ts,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
    } | (from_us if message.by_bot else {})
    if message.thread_ts:
        body["thread_ts"] = message.thread_ts
    if message.metadata is not None:
        body["metadata"] = message.metadata
    return body
