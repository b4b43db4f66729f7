"""The `chat.*` methods and `reactions.add`.

https://docs.slack.dev/reference/methods/chat.postMessage
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.block_kit.blocks import problems_of_attachments, problems_of_blocks
from sandbox.slack.state import Channel, Json, Message, Workspace
from sandbox.slack.web_api import render
from sandbox.slack.web_api.access import Access
from sandbox.slack.web_api.arguments import Arguments, SlackError, invalid
from sandbox.slack.web_api.limits import Throttled

TS = re.compile(r"^\d{10}\.\d{6}$")
POST_LIMIT = 40_000
UPDATE_LIMIT = 4_000


@dataclass(kw_only=True)
class Chat:
    """Posting, changing and deleting messages.

    With `strict_rate` a channel accepts one message a second; others are answered with 429.
    """

    workspace: Workspace
    access: Access
    strict_rate: bool = False
    _posted: dict[str, float] = field(default_factory=dict)

    def methods(self) -> Mapping[str, Callable[[Arguments], Json]]:
        """The methods by name."""
        return {
            "chat.postMessage": self.post_message,
            "chat.postEphemeral": self.post_ephemeral,
            "chat.update": self.update,
            "chat.delete": self.delete,
            "chat.getPermalink": self.permalink,
            "reactions.add": self.react,
        }

    def post_message(self, arguments: Arguments) -> Json:
        self.access.need("chat:write")
        channel = self._writable(self._place(arguments.need("channel")))
        content = read_content(arguments, POST_LIMIT)
        thread = self._thread(channel, arguments)
        self._throttle(channel)
        message = self.workspace.post(
            Message(
                ts=self.workspace.next_ts(),
                channel=channel.id,
                user=self.workspace.bot.id,
                by_bot=True,
                metadata=read_metadata(arguments),
                thread_ts=thread,
                broadcast=bool(thread) and arguments.flag("reply_broadcast"),
                **content,
            )
        )
        shown = render.message(self.workspace, channel, message, all_metadata=True)
        return {"channel": channel.id, "ts": message.ts, "message": shown}

    def post_ephemeral(self, arguments: Arguments) -> Json:
        self.access.need("chat:write")
        channel = self._channel(arguments.need("channel"))
        user = arguments.need("user")
        if channel.is_archived:
            raise SlackError("is_archived")
        if self.workspace.bot.id not in channel.members:
            raise SlackError("not_in_channel")
        if user not in channel.members:
            raise SlackError("user_not_in_channel")
        message = self.workspace.show(
            Message(
                ts=self.workspace.next_ts(),
                channel=channel.id,
                user=self.workspace.bot.id,
                by_bot=True,
                only_for=user,
                thread_ts=self._thread(channel, arguments),
                **read_content(arguments, POST_LIMIT),
            )
        )
        return {"message_ts": message.ts}

    def update(self, arguments: Arguments) -> Json:
        self.access.need("chat:write")
        channel, message = self._ours(arguments, "cant_update_message")
        self._changeable(channel, message)
        given = read_content(arguments, UPDATE_LIMIT)
        changes = {name: value for name, value in given.items() if arguments.has(name)}
        if arguments.has("metadata"):
            changes["metadata"] = read_metadata(arguments)
        self.workspace.edit(message, **changes)
        shown = render.message(self.workspace, channel, message, all_metadata=True)
        return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": shown}

    def _changeable(self, channel: Channel, message: Message) -> None:
        """https://docs.slack.dev/reference/methods/chat.update#errors."""
        window = self.workspace.edit_window
        if channel.is_archived:
            raise SlackError("is_inactive")
        if message.locked:
            raise SlackError("cant_update_message")
        if window is not None and self.workspace.now() - float(message.ts) > window:
            raise SlackError("edit_window_closed")

    def delete(self, arguments: Arguments) -> Json:
        self.access.need("chat:write")
        channel, message = self._ours(arguments, "cant_delete_message")
        self.workspace.remove(message)
        return {"channel": channel.id, "ts": message.ts}

    def permalink(self, arguments: Arguments) -> Json:
        channel = self._channel(arguments.need("channel"))
        message = channel.find(arguments.need("message_ts"))
        if message is None:
            raise SlackError("message_not_found")
        return {"channel": channel.id, "permalink": render.permalink(self.workspace, message)}

    def react(self, arguments: Arguments) -> Json:
        self.access.need("reactions:write")
        channel = self._channel(arguments.need("channel"))
        message = channel.find(arguments.need("timestamp"))
        if message is None:
            raise SlackError("message_not_found")
        people = message.reactions.setdefault(arguments.need("name"), [])
        if self.workspace.bot.id in people:
            raise SlackError("already_reacted")
        people.append(self.workspace.bot.id)
        self.workspace.tell("slack.update", {"channel": channel.id, "ts": message.ts})
        return {}

    def _channel(self, key: str, *, by_id: bool = False) -> Channel:
        workspace = self.workspace
        found = workspace.channels.get(key) if by_id else workspace.find_channel(key)
        hidden = found is not None and (found.is_private or found.is_im)
        if found is None or (hidden and workspace.bot.id not in found.members):
            raise SlackError("channel_not_found")
        return found

    def _place(self, key: str) -> str:
        """The channel's id; a user's id means the direct messages with that person."""
        if key not in self.workspace.users:
            return key
        if not self.workspace.messages_tab:
            raise SlackError("messages_tab_disabled")
        return self.workspace.direct(key).id

    def _writable(self, key: str) -> Channel:
        channel = self._channel(key)
        if channel.is_archived:
            raise SlackError("is_archived")
        outside = self.workspace.bot.id not in channel.members
        if outside and "chat:write.public" not in self.access.scopes:
            raise SlackError("not_in_channel")
        return channel

    def _thread(self, channel: Channel, arguments: Arguments) -> str | None:
        if not arguments.has("thread_ts"):
            return None
        parent = channel.find(arguments.text("thread_ts"))
        if not TS.match(arguments.text("thread_ts")):
            raise SlackError("invalid_thread_ts")
        if parent is None:
            raise SlackError("thread_not_found")
        return parent.thread_ts or parent.ts

    def _ours(self, arguments: Arguments, otherwise: str) -> tuple[Channel, Message]:
        """One of our own messages and its channel, which must be given by id, not by name."""
        channel = self._channel(arguments.need("channel"), by_id=True)
        message = channel.find(arguments.need("ts"))
        if message is None or message.tombstone:
            raise SlackError("message_not_found")
        if not message.by_bot:
            raise SlackError(otherwise)
        return channel, message

    def _throttle(self, channel: Channel) -> None:
        now = time.monotonic()
        if self.strict_rate and now - self._posted.get(channel.id, float("-inf")) < 1:
            raise Throttled(1)
        self._posted[channel.id] = now


def read_content(arguments: Arguments, limit: int) -> dict[str, Any]:
    """Read and check text, blocks and attachments; raises `SlackError`."""
    text = arguments.text("text")
    blocks = arguments.json("blocks", "invalid_blocks_format")
    attachments = arguments.json("attachments", "invalid_attachments")
    if blocks is not None:
        refuse(problems_of_blocks(blocks), "invalid_blocks")
    if attachments is not None:
        refuse(problems_of_attachments(attachments), "invalid_attachments")
    if not text.strip() and not blocks and not attachments:
        raise SlackError("no_text")
    if len(text) > limit:
        raise SlackError("msg_too_long")
    return {"text": text, "blocks": blocks or [], "attachments": attachments or []}


def refuse(problems: list[str], error: str) -> None:
    """Raise `SlackError` with these problems, if there are any."""
    if problems:
        raise invalid(error, problems)


def read_metadata(arguments: Arguments) -> Json | None:
    """Read and check a message's metadata; raises `SlackError`."""
    metadata = arguments.json("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
        or set(metadata) - {"event_type", "event_payload", "entities"}
    ):
        raise SlackError("invalid_metadata_format")
    return metadata
