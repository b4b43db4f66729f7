"""The `conversations.*` methods."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sandbox.slack.state import Channel, Json, Message, Workspace
from sandbox.slack.web_api import render
from sandbox.slack.web_api.access import Access
from sandbox.slack.web_api.arguments import Arguments, SlackError


def paged(
    items: Sequence[object], arguments: Arguments, *, default: int = 100
) -> tuple[list[object], str]:
    """One page of a list and the cursor of the next page (empty at the end)."""
    limit = arguments.number("limit", default)
    if not 1 <= limit <= 1000:
        raise SlackError("invalid_limit")
    cursor = arguments.text("cursor")
    try:
        start = int(base64.b64decode(cursor, validate=True)) if cursor else 0
    except (ValueError, binascii.Error):
        raise SlackError("invalid_cursor") from None
    end = start + limit
    more = base64.b64encode(str(end).encode()).decode() if end < len(items) else ""
    return list(items[start:end]), more


@dataclass(kw_only=True)
class Conversations:
    """Reading and joining channels; `joined` is called when the bot joins one."""

    workspace: Workspace
    access: Access
    joined: Callable[[Channel, str], None]

    def methods(self) -> Mapping[str, Callable[[Arguments], Json]]:
        """The methods by name."""
        return {
            "conversations.info": self.info,
            "conversations.join": self.join,
            "conversations.history": self.history,
            "conversations.replies": self.replies,
            "conversations.members": self.members,
            "conversations.open": self.open,
            "conversations.list": self.list,
        }

    def _channel(self, arguments: Arguments) -> Channel:
        found = self.workspace.channels.get(arguments.need("channel"))
        hidden = found is not None and (found.is_private or found.is_im)
        if found is None or (hidden and self.workspace.bot.id not in found.members):
            raise SlackError("channel_not_found")
        return found

    def info(self, arguments: Arguments) -> Json:
        channel = self._channel(arguments)
        self.access.need_for(channel, "read")
        body = render.channel_body(self.workspace, channel)
        if arguments.flag("include_num_members"):
            body["num_members"] = len(channel.members)
        return {"channel": body}

    def list(self, arguments: Arguments) -> Json:
        self.access.need("channels:read")
        bot = self.workspace.bot.id
        items = [
            render.channel_body(self.workspace, one)
            for one in self.workspace.channels.values()
            if not one.is_im and (not one.is_private or bot in one.members)
        ]
        some, cursor = paged(items, arguments)
        return {"channels": some, "response_metadata": {"next_cursor": cursor}}

    def join(self, arguments: Arguments) -> Json:
        self.access.need("channels:join")
        channel = self._channel(arguments)
        if channel.is_private or channel.is_im:
            raise SlackError("method_not_supported_for_channel_type")
        if channel.is_archived:
            raise SlackError("is_archived")
        body = {"channel": render.channel_body(self.workspace, channel)}
        if self.workspace.bot.id in channel.members:
            return body | {
                "warning": "already_in_channel",
                "response_metadata": {"warnings": ["already_in_channel"]},
            }
        self.joined(channel, self.workspace.bot.id)
        return {"channel": render.channel_body(self.workspace, channel)}

    def members(self, arguments: Arguments) -> Json:
        channel = self._channel(arguments)
        self.access.need_for(channel, "read")
        some, cursor = paged(channel.members, arguments)
        return {"members": some, "response_metadata": {"next_cursor": cursor}}

    def history(self, arguments: Arguments) -> Json:
        channel = self._readable(arguments)
        top = [one for one in channel.messages if not one.thread_ts or one.broadcast]
        newest_first = _between(list(reversed(top)), arguments)
        return self._messages(channel, newest_first, arguments)

    def replies(self, arguments: Arguments) -> Json:
        channel = self._readable(arguments)
        parent = channel.find(arguments.need("ts"))
        if parent is None:
            raise SlackError("thread_not_found")
        thread = _between(channel.replies(parent.ts), arguments)
        return self._messages(channel, [parent, *thread], arguments)

    def _readable(self, arguments: Arguments) -> Channel:
        channel = self._channel(arguments)
        self.access.need_for(channel, "history")
        if self.workspace.bot.id not in channel.members:
            raise SlackError("not_in_channel")
        return channel

    def _messages(self, channel: Channel, found: Sequence[Message], arguments: Arguments) -> Json:
        everything = arguments.flag("include_all_metadata")
        items = [
            render.message(self.workspace, channel, one, all_metadata=everything) for one in found
        ]
        some, cursor = paged(items, arguments)
        body: Json = {"messages": some, "has_more": bool(cursor), "pin_count": 0}
        if cursor:
            body["response_metadata"] = {"next_cursor": cursor}
        return body

    def open(self, arguments: Arguments) -> Json:
        self.access.need("im:write")
        user = arguments.need("users")
        if user not in self.workspace.users:
            raise SlackError("user_not_found")
        return {"channel": {"id": self.workspace.direct(user).id}}


def _between(messages: Sequence[Message], arguments: Arguments) -> Sequence[Message]:
    """The messages between `oldest` and `latest`; those two only with `inclusive`."""
    oldest, latest = arguments.text("oldest", "0"), arguments.text("latest")
    inclusive = arguments.flag("inclusive")
    try:
        low, high = float(oldest or 0), float(latest) if latest else float("inf")
    except ValueError:
        raise SlackError("invalid_ts_oldest") from None
    return [
        one
        for one in messages
        if low < float(one.ts) < high or (inclusive and float(one.ts) in {low, high})
    ]
