"""What has happened in a world, as far as the story's steps go: read from the providers alone."""

from dataclasses import dataclass
from typing import Any

from sandbox.github.records import Deployment
from sandbox.slack.state import Message
from sandbox.slack.typed import controls
from sandbox.world import PEOPLE, World

OVER = {"success", "failure", "error", "inactive"}


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One look at a world."""

    world: World

    def steps(self) -> set[str]:
        """The steps that are done, by their names."""
        told = self._told("success")
        production, preview = self._in("production"), self._in("preview")
        done = {
            "bind": self._bound(),
            "claim": self._claimed(),
            "deploy": bool(production),
            "watch": any(one.id in told for one in production),
            "break": bool(self._told("failure")),
            "push": bool(preview),
            "preview": any(one.id in told for one in preview),
            "promote": any(one.id in told for one in self._promoted()),
            "rollback": bool(self._back()) or self._offered(),
            "back": any(one.id in told for one in self._back()),
        }
        return {name for name, is_done in done.items() if is_done}

    def under_way(self) -> set[str]:
        """The steps that were begun and need nobody's help to end."""
        begun = {"promote": self._promoted(), "back": self._back()}
        return {
            name
            for name, deployments in begun.items()
            if any(one.state not in OVER for one in deployments)
        }

    def _bound(self) -> bool:
        """Setting up ends with a message that names the repository."""
        name = f"`{self.world.repository}`"
        return any(one.by_bot and name in one.text for one in self.world.channel.messages)

    def _claimed(self) -> bool:
        """Only who claimed a login is told that it is theirs."""
        users = self.world.slack.workspace.users
        return any(f"`{PEOPLE[users[one.only_for].name]}`" in one.text for one in self._secrets())

    def _offered(self) -> bool:
        """Asked for a rollback, the bot answers that person with a button."""
        return any(
            "Roll back to" in one.text and any(True for _ in controls(one))
            for one in self._secrets()
        )

    def _secrets(self) -> list[Message]:
        """What the bot has told one person alone."""
        workspace = self.world.slack.workspace
        return [
            one for one in workspace.ephemerals if one.only_for in workspace.users and one.by_bot
        ]

    def _promoted(self) -> list[Deployment]:
        """Deployments to production of what had reached preview."""
        there = {one.sha for one in self._in("preview")}
        return [one for one in self._in("production") if one.sha in there]

    def _back(self) -> list[Deployment]:
        """Rollbacks of production."""
        return [one for one in self._in("production") if _payload(one).get("rollback_of")]

    def _in(self, environment: str) -> list[Deployment]:
        every = self.world.github.deployments(self.world.repository)
        return [one for one in every if one.environment == environment]

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


def _payload(deployment: Deployment) -> dict[str, Any]:
    """What the bot wrote into a deployment of its own."""
    payload = deployment.payload
    ours = payload.get("deploybot") if isinstance(payload, dict) else None
    return ours if isinstance(ours, dict) else {}
