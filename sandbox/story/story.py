"""The story in one world: which steps are done, and how the page does a step for a person."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.requests.typed import controls
from sandbox.slack.state import Message
from sandbox.story.happened import Happened
from sandbox.story.steps import A_RELEASE, PARTS, Part, Step
from sandbox.world import PEOPLE, World

BACK = ("Roll back", "Cancel it and roll back")
"""The labels of the button that agrees to a rollback."""


@dataclass(frozen=True, kw_only=True)
class Hands:
    """How steps are done.

    `type` sends a command (without its slash) as a user, `push` pushes a commit as a user, and
    `break_next` lets the next build fail.
    """

    type: Callable[[str, str], Awaitable[object]]
    push: Callable[[str], Awaitable[object]]
    break_next: Callable[[], None]


@dataclass(kw_only=True)
class Story:
    """Knows which steps are done; a done step stays done."""

    world: World
    _done: set[str] = field(default_factory=set)

    def shown(self) -> list[dict[str, Any]]:
        """The parts with their steps, for the page; the second opens once something is live."""
        happened = Happened(world=self.world)
        self._done |= happened.steps()
        busy = happened.under_way()
        return [
            {
                "name": part.name,
                "title": part.title,
                "end": part.end,
                "open": part is not A_RELEASE or "watch" in self._done,
                "steps": [self._step(step, busy=step.name in busy) for step in part.steps],
            }
            for part in PARTS
        ]

    async def do(self, name: str, user: str, hands: Hands) -> None:
        """Do a step for a person; raises `LookupError` if that is not possible yet."""
        step = _step_named(PARTS, name)
        if name == "break":
            hands.break_next()
        if step.command:
            await hands.type(user, step.command)
        elif name == "push":
            await hands.push(user)
        elif name == "claim":
            await self._press(user, lambda element: _stands_for(element, PEOPLE[user]))
        elif name == "back":
            await self._press(user, _goes_back, secret=True)

    def _step(self, step: Step, *, busy: bool) -> dict[str, Any]:
        slash = self.world.slack.command
        return {
            "name": step.name,
            "title": step.title,
            "text": step.text,
            "command": f"{slash} {step.command}" if step.command else "",
            "does": "" if busy else step.does,
            "done": step.name in self._done,
        }

    async def _press(
        self,
        user: str,
        offers: Callable[[dict[str, Any]], str | None],
        *,
        secret: bool = False,
    ) -> None:
        """Press the newest button or option for which `offers` returns a value.

        With `secret` it must be in a message that only this person sees. Raises `LookupError`.
        """
        channel = self.world.channel.id
        for message in reversed(self._seen_by(user)):
            if secret and not message.only_for:
                continue
            for _, element, _ in controls(message):
                choice = offers(element)
                if choice is not None:
                    action = element["action_id"]
                    await self.world.slack.choose(channel, user, message, action, choice)
                    return
        raise LookupError("no message offers it")

    def _seen_by(self, user: str) -> list[Message]:
        secret = self.world.slack.ephemerals(user)
        return sorted([*self.world.channel.messages, *secret], key=lambda one: float(one.ts))


def _step_named(parts: tuple[Part, ...], name: str) -> Step:
    return {step.name: step for part in parts for step in part.steps}[name]


def _goes_back(element: dict[str, Any]) -> str | None:
    """The value of the button that agrees to a rollback."""
    says = element.get("text", {}).get("text")
    return str(element.get("value", "")) if says in BACK else None


def _stands_for(element: dict[str, Any], login: str) -> str | None:
    """The value of a button, or of a select's option, that means this login."""
    groups = element.get("option_groups", [{"options": element.get("options", [])}])
    for choice in [element, *(option for group in groups for option in group["options"])]:
        value = str(choice.get("value", ""))
        if login in value.split():
            return value
        if login in value.replace("%20", " ").split():
            return value
    return None
