"""Finds out which steps of the story have happened, by looking only at the providers."""

from dataclasses import dataclass
from typing import Any

from sandbox.github.records import Deployment
from sandbox.slack.requests.typed import controls
from sandbox.slack.state import Message
from sandbox.world import PEOPLE, World

OVER = {"success", "failure", "error", "inactive"}


@dataclass(frozen=True, kw_only=True)
class Happened:
    """What has happened in a world so far."""

    world: World

    def steps(self) -> set[str]:
        """The names of the steps that are done."""
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
        """The names of the steps that have begun and will end without anybody's help."""
        begun = {"promote": self._promoted(), "back": self._back()}
        return {
            name
            for name, deployments in begun.items()
            if any(one.state not in OVER for one in deployments)
        }

    def _bound(self) -> bool:
        """Whether the channel is bound: that ends with a message that names the repository."""
        name = f"`{self.world.repository}`"
        return any(one.by_bot and name in one.text for one in self.world.channel.messages)

    def _claimed(self) -> bool:
        """Whether somebody claimed a login: only they are told that it is theirs."""
        users = self.world.slack.workspace.users
        return any(f"`{PEOPLE[users[one.only_for].name]}`" in one.text for one in self._secrets())

    def _offered(self) -> bool:
        """Whether the bot has answered somebody's `rollback` with a button."""
        return any(
            "Roll back to" in one.text and any(True for _ in controls(one))
            for one in self._secrets()
        )

    def _secrets(self) -> list[Message]:
        """The ephemeral messages, which only one person sees."""
        workspace = self.world.slack.workspace
        return [
            one for one in workspace.ephemerals if one.only_for in workspace.users and one.by_bot
        ]

    def _promoted(self) -> list[Deployment]:
        """The deployments to production that promoted what was in preview."""
        there = {one.sha for one in self._in("preview")}
        return [one for one in self._in("production") if one.sha in there]

    def _back(self) -> list[Deployment]:
        """The deployments that rolled production back."""
        return [one for one in self._in("production") if _payload(one).get("rollback_of")]

    def _in(self, environment: str) -> list[Deployment]:
        every = self.world.github.deployments(self.world.repository)
        return [one for one in every if one.environment == environment]

    def _told(self, state: str) -> set[int]:
        """The ids of the deployments whose message in the channel shows that state."""
        payloads = [
            (one.metadata or {}).get("event_payload") for one in self.world.channel.messages
        ]
        return {
            payload["deployment_id"]
            for payload in payloads
            if payload and payload.get("state") == state
        }


def _payload(deployment: Deployment) -> dict[str, Any]:
    """What the bot wrote into the payload of its deployment."""
    payload = deployment.payload
    ours = payload.get("deploybot") if isinstance(payload, dict) else None
    return ours if isinstance(ours, dict) else {}
