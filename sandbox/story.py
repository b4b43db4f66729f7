"""The story the page opens on: five steps, ticked off by what really happened."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.state import Message
from sandbox.slack.typed import controls
from sandbox.world import PEOPLE, World

TAG = "v1.4.0"
"""The tag that the shop begins with."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step: what to do, and (`does`) what the button that does it says."""

    name: str
    title: str
    text: str
    command: str = ""
    does: str = ""


STEPS = (
    Step(
        name="bind",
        title="Bind the channel",
        text="Tell deploybot which repository #shop deploys.",
        command="setup acme/shop",
        does="Type it for me",
    ),
    Step(
        name="claim",
        title="Say who you are",
        text="Press your GitHub login in deploybot's answer, so that it can mention you.",
        does="Press mine",
    ),
    Step(
        name="deploy",
        title="Deploy to production",
        text="One line in the channel starts a deployment on GitHub.",
        command=f"deploy production {TAG}",
        does="Type it for me",
    ),
    Step(
        name="watch",
        title="Watch it go live",
        text="CircleCI builds it and reports back. One message follows all of it and turns green.",
    ),
    Step(
        name="break",
        title="Break something",
        text="Let the next build fail, deploy to staging, and read what deploybot says.",
        command="deploy staging",
        does="Break it for me",
    ),
)

Type = Callable[[str, str], Awaitable[object]]
"""Types a command (without its slash) as a person."""


@dataclass(kw_only=True)
class Story:
    """Knows which steps are done; a done step stays done."""

    world: World
    _done: set[str] = field(default_factory=set)

    def shown(self) -> list[dict[str, Any]]:
        """The steps, for the page."""
        happened = {
            "bind": self._bound,
            "claim": self._claimed,
            "deploy": self._deployed,
            "watch": self._live,
            "break": self._broken,
        }
        self._done |= {step.name for step in STEPS if happened[step.name]()}
        slash = self.world.slack.command
        return [
            {
                "name": step.name,
                "title": step.title,
                "text": step.text,
                "command": f"{slash} {step.command}" if step.command else "",
                "does": step.does,
                "done": step.name in self._done,
            }
            for step in STEPS
        ]

    async def do(self, name: str, user: str, typing: Type, break_next: Callable[[], None]) -> None:
        """Do a step for a person. Raises LookupError where there is nothing to do (yet)."""
        step = {step.name: step for step in STEPS}[name]
        if name == "break":
            break_next()
        if step.command:
            await typing(user, step.command)
        elif name == "claim":
            await self._claim(user)

    async def _claim(self, user: str) -> None:
        login = PEOPLE[user]
        for message in reversed(self._seen_by(user)):
            for _, element, _ in controls(message):
                choice = _offers(element, login)
                if choice is not None:
                    action = element["action_id"]
                    channel = self.world.channel.id
                    await self.world.slack.choose(channel, user, message, action, choice)
                    return
        raise LookupError(f"no message offers {login}")

    def _seen_by(self, user: str) -> list[Message]:
        secret = self.world.slack.ephemerals(user)
        return sorted([*self.world.channel.messages, *secret], key=lambda one: float(one.ts))

    def _bound(self) -> bool:
        """Setting up ends with a message that names the repository."""
        name = f"`{self.world.repository}`"
        return any(one.by_bot and name in one.text for one in self.world.channel.messages)

    def _claimed(self) -> bool:
        """Only who claimed a login is told that it is theirs."""
        workspace = self.world.slack.workspace
        return any(
            f"`{PEOPLE[workspace.users[one.only_for].name]}`" in one.text
            for one in workspace.ephemerals
            if one.only_for in workspace.users and one.by_bot
        )

    def _deployed(self) -> bool:
        return any(one.environment == "production" for one in self._deployments())

    def _live(self) -> bool:
        live = {
            one.id
            for one in self._deployments()
            if one.environment == "production" and one.state == "success"
        }
        return bool(live & self._told("success"))

    def _broken(self) -> bool:
        return bool(self._told("failure"))

    def _deployments(self) -> list[Any]:
        return self.world.github.deployments(self.world.repository)

    def _told(self, state: str) -> set[int]:
        """The deployments whose live message says that state."""
        payloads = [
            (one.metadata or {}).get("event_payload") for one in self.world.channel.messages
        ]
        return {
            payload["deployment_id"]
            for payload in payloads
            if payload and payload.get("state") == state
        }


def _offers(element: dict[str, Any], login: str) -> str | None:
    """The value by which a button or select stands for a login."""
    groups = element.get("option_groups", [{"options": element.get("options", [])}])
    for choice in [element, *(option for group in groups for option in group["options"])]:
        value = str(choice.get("value", ""))
        if login in value.split():
            return value
        if login in value.replace("%20", " ").split():
            return value
    return None
