"""Actions in the Slack channel: type, press, choose."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.page.actions.asked import Action, Impossible, Json, flag, person, text
from sandbox.page.snapshot import Snapshot, Typing
from sandbox.slack.requests.interactions import Answered
from sandbox.slack.requests.typed import escaped
from sandbox.world import World

LOCKED = "production"
"""The environment that the page's buttons lock and unlock."""


@dataclass(frozen=True, kw_only=True)
class InSlack:
    """The actions in the channel; `changed` is called when the page should be refreshed."""

    world: World
    snapshot: Snapshot
    changed: Callable[[], None]

    def actions(self) -> dict[str, Action]:
        """The actions by name."""
        return {"type": self.type, "press": self.press, "lock": self.lock}

    async def type(self, body: Json) -> str:
        """Send what a person typed: a command to the bot, anything else to the channel."""
        user, typed = person(body), text(body, "text").strip()
        slash = self.world.slack.command
        if not typed:
            raise Impossible("There is nothing to send.")
        if typed == slash or typed.startswith(f"{slash} "):
            await self.command(user, typed)
        elif typed.startswith("/"):
            raise Impossible(f"{typed.split()[0]} is not a command here. Try {slash} help.")
        else:
            self.world.slack.say(self.world.channel.id, user, escaped(typed))
        return ""

    async def lock(self, body: Json) -> str:
        """Type the command that locks production, or the one that releases it."""
        verb = "unlock" if flag(body, "release") else "lock"
        await self.short_command(person(body), f"{verb} {LOCKED}")
        return ""

    async def press(self, body: Json) -> str:
        """Press a button, or choose an option of a select."""
        user, ts, action_id = person(body), text(body, "ts"), text(body, "action_id")
        value = body.get("value")
        slack, channel = self.world.slack, self.world.channel
        try:
            message = slack.find_message(channel, ts)
            answered = await slack.press(channel.id, user, message, action_id, value=value)
        except (LookupError, StopIteration) as error:
            raise Impossible("That button is not there any more.") from error
        return _complaint(answered)

    async def short_command(self, user: str, typed: str) -> None:
        """Send a command as a person; `typed` is without the slash command itself."""
        await self.command(user, f"{self.world.slack.command} {typed}")

    async def command(self, user: str, typed: str) -> None:
        """Send a whole command as a person, and show it to them on the page."""
        slack = self.world.slack
        line = Typing(ts=slack.workspace.next_ts(), user=slack.workspace.user(user).id, text=typed)
        self.snapshot.typed.append(line)
        self.changed()
        answered = await slack.type_command(self.world.channel.id, user, typed)
        line.state = "failed" if answered.error else "sent"
        self.changed()


def _complaint(answered: Answered) -> str:
    if answered.error:
        raise Impossible("deploybot did not answer in time, so nothing came of it.")
    return ""
