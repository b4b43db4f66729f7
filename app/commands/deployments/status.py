"""`status`: shows how far one deployment has got, step by step."""

from dataclasses import dataclass
from typing import ClassVar

from app.commands.command import Addresses, project_here
from app.commands.deployments.find import Finder
from app.commands.parsing.grammar import Typed, Usage
from app.lifecycle.requests.decision import Decision, Reply
from app.lifecycle.timeline.chain import chain_of
from app.model.ask import Ask
from app.model.build import Build
from app.model.chat.card import Answer
from app.ports import Bindings, Clock
from app.texts.cards.card import buttons_of
from app.texts.replies.deployments.status import chain_answer


@dataclass(frozen=True, kw_only=True)
class Status:
    """Shows each step from the command to the result, and what is being done if one is stuck."""

    name: ClassVar[str] = "status"
    usage: ClassVar[Usage] = Usage(
        "status [environment or id]", "shows how far a deployment got, step by step"
    )

    bindings: Bindings
    finder: Finder
    clock: Clock
    links: Addresses

    async def run(self, ask: Ask, typed: Typed) -> Decision:
        """Answer about the deployment that was named, or else the latest."""
        project = await project_here(self.bindings, ask)
        meant = await self.finder.meant(project, typed.args[0] if typed.args else "")
        return Reply(answer=self._answer(meant.builds[0]))

    def _answer(self, build: Build) -> Answer:
        now = self.clock.wall()
        buttons = tuple(button for button in buttons_of(build) if button.action != self.name)
        return chain_answer(
            build, chain_of(build, now), now=now, buttons=buttons, html=self.links.html
        )
