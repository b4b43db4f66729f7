"""What people see in the channel, as text for snapshots; what differs from run to run is named."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.slack.state import Message
from sandbox.world import World

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DATE = re.compile(r"<!date\^(\d+)\^[^|>]*\|[^>]*>")
_LASTED = re.compile(r"\b(?:\d+ m )?\d+ s\b")
_TRIES = re.compile(r"\b\d+ tries\b")


@dataclass(frozen=True)
class Eyes:
    """Reads a world's channels.

    Addresses lose their ports, people and channels get their names, the n-th deployment of a
    repository is `<d n>`, its n-th commit `c000n`, times are `<time>` and durations `<n s>`.
    """

    world: World

    def message(self, message: Message) -> str:
        """One message: its sentence, its blocks, its buttons."""
        lines = [self.plain(message.text)] if message.text else []
        shown = list(_lines(message.blocks))
        for attachment in message.attachments:
            shown += [f"| {line}" for line in _lines(attachment.get("blocks", []))]
        seen = [self.plain(line) for line in shown]
        if "\n".join(seen).startswith(self.plain(message.text)) and not message.attachments:
            lines = []  # the sentence repeats what the blocks say
        return "\n".join([*(f"“{line}”" for line in lines), *seen]) if seen else "\n".join(lines)

    def channel(self, name: str = "shop") -> str:
        """All of a channel, each thread below its message."""
        told: list[str] = []
        messages = self.world.slack.messages(name)
        for message in messages:
            if message.thread_ts and message.thread_ts != message.ts:
                continue
            told.append(self.message(message))
            told += [self._reply(reply) for reply in self.world.slack.replies(name, message.ts)]
        return "\n".join(told)

    def thread(self, message: Message) -> str:
        """The replies below a message."""
        found = self.world.slack.replies(message.channel, message.ts)
        return "\n".join(self._reply(reply) for reply in found)

    def whispers(self, user: str) -> list[str]:
        """What one person alone sees, oldest first."""
        return [self.message(message) for message in self.world.slack.ephemerals(user)]

    def plain(self, text: str) -> str:
        """Text without what differs from run to run."""
        world = self.world
        for url, name in (
            (world.github.url, "https://github.test"),
            (world.circleci.url, "https://circleci.test"),
            (world.slack.url, "https://slack.test"),
            (world.public_url, "https://bot.test"),
        ):
            text = text.replace(url, name)
        for user in world.slack.workspace.users.values():
            text = text.replace(f"<@{user.id}>", f"<@{user.name}>").replace(
                user.id, f"U-{user.name}"
            )
        for channel in world.slack.workspace.channels.values():
            text = text.replace(f"<#{channel.id}>", f"<#{channel.name}>")
        text = _TRIES.sub("<n> tries", text)
        text = _LASTED.sub("<n s>", _DATE.sub("<time>", _UUID.sub("<uuid>", text)))
        for number in world.github.state.installations:
            text = text.replace(str(number), "<installation>")
        for repository in world.github.state.repositories.values():
            for number, sha in enumerate(repository.commits, 1):
                text = text.replace(sha, f"c{number:03}…").replace(sha[:7], f"c{number:03}")
            for number, deployment in enumerate(repository.deployments, 1):
                text = re.sub(rf"\b{deployment}\b", f"<d{number}>", text)
        return text

    def _reply(self, message: Message) -> str:
        also = " (also sent to the channel)" if message.broadcast else ""
        return f"  ↳ {self.message(message)}{also}"


def _lines(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """What blocks show, a line each; buttons and selects in brackets."""
    for block in blocks:
        if block["type"] == "section":
            yield from block["text"]["text"].split("\n")
        elif block["type"] == "actions":
            yield "  ".join(_control(element) for element in block["elements"])
        else:
            yield f"({block['type']})"


def _control(element: dict[str, Any]) -> str:
    if element["type"] == "button":
        return f"[{element['text']['text']}]"
    return f"[{element['placeholder']['text']}: {len(element['options'])} options]"
