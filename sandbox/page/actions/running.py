"""Actions on the sandbox itself: the story, trouble at providers, the bot's process."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.page.actions.asked import Action, Impossible, Json, flag, person, text
from sandbox.page.trouble import Trouble
from sandbox.story import Hands, Story


@dataclass(frozen=True, kw_only=True)
class OfTheSandbox:
    """The actions on the sandbox; `order_bot` is called with `kill` or `restart`."""

    story: Story
    hands: Hands
    troubles: dict[str, Trouble]
    order_bot: Callable[[str], None]

    def actions(self) -> dict[str, Action]:
        """The actions by name."""
        return {"story": self.step, "trouble": self.trouble, "bot": self.bot}

    async def step(self, body: Json) -> str:
        """Do a step of the story for a person."""
        user, name = person(body), text(body, "step")
        try:
            await self.story.do(name, user, self.hands)
        except LookupError as error:
            raise Impossible("There is nothing to press yet: do the step before it.") from error
        return ""

    async def trouble(self, body: Json) -> str:
        """Make a provider slow, down or normal; lose its next webhook or answer."""
        trouble = self.troubles.get(text(body, "provider"))
        if trouble is None:
            raise Impossible("There is no such provider.")
        if "mode" in body:
            try:
                trouble.set_mode(text(body, "mode"))
            except ValueError as error:
                raise Impossible(f"{error}.") from error
        if (lost := flag(body, "lose_webhook")) is not None:
            trouble.lose_webhook(on=lost)
        if (lost := flag(body, "lose_answer")) is not None:
            trouble.lose_answer(on=lost)
        return ""

    async def bot(self, body: Json) -> str:
        """Kill the bot, or restart it cleanly."""
        what = text(body, "do")
        if what not in {"kill", "restart"}:
            raise Impossible(f"The bot cannot be told to {what}.")
        self.order_bot(what)
        return "deploybot was killed." if what == "kill" else "deploybot was told to restart."
