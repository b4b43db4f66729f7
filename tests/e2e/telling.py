"""A day, told as the channel saw it: what happens, and what the channel shows of it each time."""

import re
from dataclasses import dataclass, field

from sandbox.slack.state import Message
from tests.e2e.seen import Eyes
from tests.e2e.shop import CHANNEL, Shop

NINE = 9 * 60
"""When the day begins, in minutes."""

STEP = 10
"""Minutes from one thing that happens to the next."""

_DATE = re.compile(r"<!date\^(\d+)\^[^|>]*\|[^>]*>")


@dataclass
class Hours:
    """The day's clock: what happens between two moments has the time of the first."""

    shop: Shop
    begun: list[float] = field(default_factory=list)
    known: dict[int, str] = field(default_factory=dict)

    async def pass_on(self) -> None:
        """Let some minutes go by, for everybody; another thing can happen now."""
        if self.begun:
            await self.wait(STEP * 60)
        self.begun.append(self.shop.bot.clock.wall() - 2)

    async def wait(self, seconds: float) -> None:
        """Let so much time go by, for everybody."""
        self.shop.world.circleci.clock.ahead += seconds
        await self.shop.later(seconds)

    def read(self, text: str) -> str:
        """Text with the day's times in place of the providers' tokens."""
        return _DATE.sub(lambda found: self._said(int(found[1])), text)

    def _said(self, epoch: int) -> str:
        """As it was read first: what is yet to come is counted from then."""
        return self.known.setdefault(epoch, self._told(epoch))

    def _told(self, epoch: int) -> str:
        number = max((n for n, at in enumerate(self.begun) if at <= epoch), default=0)
        ahead = 300 * round((epoch - self.begun[number]) / 300)
        minutes = NINE + STEP * number + ahead // 60
        half = "AM" if minutes < 12 * 60 else "PM"
        return f"{(minutes // 60 - 1) % 12 + 1}:{minutes % 60:02} {half}"


@dataclass(frozen=True)
class TellingTime(Eyes):
    """Eyes that tell one time from another."""

    hours: Hours

    def plain(self, text: str) -> str:
        """Text with the day's times."""
        return super().plain(self.hours.read(text))


@dataclass
class Day:
    """Writes down what happens, and what the channel shows of it each time."""

    shop: Shop
    hours: Hours
    lines: list[str] = field(default_factory=list)
    _known: dict[str, str] = field(default_factory=dict)

    def heading(self, text: str) -> None:
        """A new part of the day."""
        self.lines += [f"## {text}", ""]

    async def happens(self, text: str) -> None:
        """Write down what somebody did outside the channel, and what came of it."""
        await self.shop.quiet()
        self.lines += [text, ""]
        self._look()
        await self.hours.pass_on()

    async def types(self, user: str, command: str) -> None:
        """Type a command."""
        await self.shop.type(command, user)
        await self.happens(f"{user.title()} types `/cimon {command}`.")

    async def presses(self, user: str, message: Message, label: str) -> None:
        """Press a button."""
        await self.shop.press(message, label, user)
        await self.happens(f"{user.title()} presses [{label}].")

    async def done(self, number: int) -> None:
        """End a pipeline well."""
        await self.shop.finish(number)
        await self.happens("CircleCI is done.")

    def begin(self) -> None:
        """What is there already is no news."""
        self._look()
        self.lines.clear()

    def newest_question(self, user: str) -> Message:
        """What somebody alone was asked last."""
        return self.shop.world.slack.ephemerals(user)[-1]

    def _look(self) -> None:
        """Quote each message that is new or says something else now."""
        slack = self.shop.world.slack
        for message in slack.messages(CHANNEL):
            reply = message.thread_ts not in {None, message.ts}
            self._quote(message, "↳ " if reply else "")
        for user in ("dana", "sam"):
            for message in slack.ephemerals(user):
                self._quote(message, f"(only {user.title()}) ")

    def _quote(self, message: Message, mark: str) -> None:
        eyes = TellingTime(self.shop.world, self.hours)
        said = _readable(eyes.message(message))
        if message.by_bot and self._known.get(message.ts) != said:
            self._known[message.ts] = said
            also = " (also sent to the channel)" if message.broadcast else ""
            self.lines += [*(f"> {line}  " for line in f"{mark}{said}{also}".split("\n")), ""]


def _readable(said: str) -> str:
    """Without the sentence of the notification, which the card repeats; links as Markdown.

    Durations differ from run to run: all are the same here.
    """
    lines = said.split("\n")
    if len(lines) > 1 and lines[0].startswith("“"):
        lines = lines[1:]
    text = "\n".join(line.removeprefix("| ") for line in lines)
    text = re.sub(r"<n s>|\b1[0-9] m\b", "10 m", text)
    text = re.sub(r"<d(\d+)>", r"81\1", text)
    text = re.sub(r"`<(https?://[^|>]+)\|([^>]*)>`", r"[`\2`](\1)", text)
    text = re.sub(r"<(https?://[^|>]+)\|([^>]*)>", r"[\2](\1)", text)
    text = re.sub(r"<@(\w+)>", r"@\1", text)
    return re.sub(r"(?<!\w)\*([^*\n]+)\*(?!\w)", r"**\1**", text)
