"""Slack's records: people, channels, messages, notifications."""

import re
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.core.clock import Clock

Json = dict[str, Any]

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")
_BROADCAST = re.compile(r"<!(?:channel|here|everyone)(?:\|[^>]*)?>")


def new_slack_id(kind: str) -> str:
    """An id in Slack's form: a letter for the kind, then capital letters and digits."""
    letters = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
    return kind + "0" + "".join(secrets.choice(letters) for _ in range(9))


@dataclass(kw_only=True)
class User:
    """A person; a guest is restricted, and a person from another workspace is a stranger."""

    name: str
    real_name: str
    id: str = field(default_factory=lambda: new_slack_id("U"))
    is_bot: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_stranger: bool = False


@dataclass(kw_only=True)
class Message:
    """A message; with `only_for` it is ephemeral. `edits` has its earlier versions.

    `locked`: nobody can change it any more.
    """

    ts: str
    channel: str
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    broadcast: bool = False
    by_bot: bool = False
    only_for: str | None = None
    edited_ts: str | None = None
    edits: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    tombstone: bool = False
    locked: bool = False


@dataclass(kw_only=True)
class Channel:
    """A conversation: public or private channel, or a direct message."""

    name: str
    id: str = field(default_factory=lambda: new_slack_id("C"))
    is_private: bool = False
    is_im: bool = False
    is_archived: bool = False
    members: list[str] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    created: int = field(default_factory=lambda: int(time.time()))

    def find(self, ts: str) -> Message | None:
        """The message with this ts."""
        return next((one for one in self.messages if one.ts == ts), None)

    def replies(self, ts: str) -> list[Message]:
        """The replies in the thread of the message `ts`, oldest first."""
        return [one for one in self.messages if one.thread_ts == ts and one.ts != ts]


@dataclass(frozen=True, kw_only=True)
class Notification:
    """Somebody was notified of a new message."""

    user: str
    channel: str
    ts: str


@dataclass(kw_only=True)
class Workspace:
    """One workspace. Every change is told to `listeners`, with its kind and data for the page.

    With `enterprise_id` it belongs to an Enterprise Grid organization, in which the app is
    installed for all workspaces. Messages can be edited for `edit_window` seconds (None: always).
    `messages_tab`: the app may send people direct messages.
    """

    team_id: str = field(default_factory=lambda: new_slack_id("T"))
    domain: str = "acme"
    app_id: str = field(default_factory=lambda: new_slack_id("A"))
    bot_id: str = field(default_factory=lambda: new_slack_id("B"))
    bot: User = field(
        default_factory=lambda: User(name="deploybot", real_name="deploybot", is_bot=True)
    )
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    homes: dict[str, Json] = field(default_factory=dict)
    views: dict[str, Json] = field(default_factory=dict)
    listeners: list[Callable[[str, Json], None]] = field(default_factory=list)
    clock: Clock = field(default_factory=Clock)
    offset: float = 0.0
    enterprise_id: str = ""
    edit_window: float | None = None
    messages_tab: bool = True
    _last: int = 0

    def __post_init__(self) -> None:
        self.users[self.bot.id] = self.bot
        slackbot = User(name="slackbot", real_name="Slackbot", id="USLACKBOT")
        self.users[slackbot.id] = slackbot

    def now(self) -> float:
        """Slack's time; `offset` (seconds) applies to what expires, but not to signatures."""
        return self.clock() + self.offset

    def next_ts(self) -> str:
        """A new ts, which no message has yet."""
        self._last = max(self._last + 1, int(self.now() * 1e6))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    @property
    def enterprise(self) -> Json | None:
        """The Grid organization as it stands in payloads; None without one."""
        return {"id": self.enterprise_id, "name": "Acme"} if self.enterprise_id else None

    def tell(self, kind: str, data: Json) -> None:
        """Tell the listeners of a change."""
        for listener in list(self.listeners):
            listener(kind, data)

    def user(self, key: str) -> User:
        """A person by id or name, who must exist."""
        return next(one for one in self.users.values() if key in {one.id, one.name})

    def find_channel(self, key: str) -> Channel | None:
        """A conversation by id or name (with or without `#`)."""
        if key in self.channels:
            return self.channels[key]
        named = key.removeprefix("#")
        return next((one for one in self.channels.values() if one.name == named), None)

    def direct(self, user: str) -> Channel:
        """The bot's direct messages with a person, who is given by id."""
        found = (one for one in self.channels.values() if one.is_im and user in one.members)
        known = next(found, None)
        if known is None:
            members = [self.bot.id, user]
            known = Channel(name=user, id=new_slack_id("D"), is_im=True, members=members)
            self.channels[known.id] = known
        return known

    def channel(self, key: str) -> Channel:
        """A conversation by id or name; raises `LookupError` if there is none."""
        found = self.find_channel(key)
        if found is None:
            raise LookupError(key)
        return found

    def post(self, message: Message) -> Message:
        """Add a new message; people mentioned in it are notified."""
        channel = self.channels[message.channel]
        name_blocks(message)
        channel.messages.append(message)
        for user in self._mentioned(channel, message):
            self.notifications.append(Notification(user=user, channel=channel.id, ts=message.ts))
        self.tell("slack.message", page_message(message))
        return message

    def show(self, message: Message) -> Message:
        """Show an ephemeral message to `message.only_for`."""
        name_blocks(message)
        self.ephemerals.append(message)
        self.tell("slack.ephemeral", page_message(message))
        return message

    def edit(self, message: Message, **changes: Any) -> None:
        """Change a message in place; nobody is notified."""
        message.edits.append(
            {
                "text": message.text,
                "blocks": message.blocks,
                "attachments": message.attachments,
                "metadata": message.metadata,
            }
        )
        for name, value in changes.items():
            setattr(message, name, value)
        message.edited_ts = self.next_ts()
        name_blocks(message)
        self.tell("slack.update", page_message(message))

    def remove(self, message: Message) -> None:
        """Delete a message; if it has replies, a tombstone stays."""
        if message.only_for is not None:
            if message in self.ephemerals:
                self.ephemerals.remove(message)
        elif self.channels[message.channel].replies(message.ts):
            message.tombstone, message.text = True, "This message was deleted."
            message.blocks, message.attachments, message.metadata = [], [], None
        else:
            self.channels[message.channel].messages.remove(message)
        self.tell("slack.delete", page_message(message))

    def _mentioned(self, channel: Channel, message: Message) -> list[str]:
        texts = list(block_texts(message.blocks)) or [message.text]
        found = [user for text in texts for user in _MENTION.findall(text)]
        if any(_BROADCAST.search(text) for text in texts):
            found += channel.members
        if channel.is_im:
            found += channel.members
        known = [user for user in dict.fromkeys(found) if user in self.users]
        return [user for user in known if user not in {message.user, self.bot.id}]


def block_texts(value: object) -> Iterator[str]:
    """Every mrkdwn text in blocks; plain text is left out, because it mentions nobody."""
    if isinstance(value, list):
        for one in value:
            yield from block_texts(one)
    elif isinstance(value, dict):
        if value.get("type") == "mrkdwn" and isinstance(value.get("text"), str):
            yield value["text"]
        for one in value.values():
            if isinstance(one, (dict, list)):
                yield from block_texts(one)


def name_blocks(message: Message) -> None:
    """Give ids to blocks and attachments without one, as Slack does."""
    attached = [block for one in message.attachments for block in one.get("blocks", [])]
    for block in [*message.blocks, *attached]:
        block.setdefault("block_id", secrets.token_hex(3))
    for number, attachment in enumerate(message.attachments, 1):
        attachment.setdefault("id", number)


def page_message(message: Message) -> Json:
    """A message with all that the page shows."""
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "attachments": message.attachments,
        "metadata": message.metadata,
        "thread_ts": message.thread_ts,
        "broadcast": message.broadcast,
        "by_bot": message.by_bot,
        "only_for": message.only_for,
        "edited": message.edited_ts is not None,
        "reactions": message.reactions,
        "tombstone": message.tombstone,
    }
