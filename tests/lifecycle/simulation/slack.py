"""Slack in memory: cards with their metadata, replies with theirs, and what people were answered."""

from collections.abc import Callable
from dataclasses import dataclass, field

from app.errors import Refused
from app.model.chat.card import Answer, Card, CardSearch
from app.model.chat.reply import SlackAddress
from app.model.reasons.ours import SlackMessageGone
from app.ports import Key
from tests.lifecycle.simulation.faults import Faults
from tests.lifecycle.simulation.runs import REPOSITORY


@dataclass
class SimSlack:
    """Every process talks to this one."""

    cards: dict[str, Card] = field(default_factory=dict)
    replies: list[tuple[int, str]] = field(default_factory=list)
    answers: list[tuple[str, Answer]] = field(default_factory=list)
    posted: int = 0

    def of(self, deployment_id: int) -> list[str]:
        """The messages of a deployment, oldest first."""
        return [ts for ts, card in self.cards.items() if card.deployment_id == deployment_id]

    def outcomes(self, deployment_id: int) -> list[str]:
        """What was told of a deployment in its thread."""
        return [outcome for number, outcome in self.replies if number == deployment_id]


@dataclass
class SlackClient:
    """One process's client; `app.ports.Chat`, as far as looks use it."""

    slack: SimSlack
    faults: Faults
    may: Callable[[Key], bool]

    async def post_card(self, channel: str, card: Card) -> str:
        """A new message."""

        def act() -> str:
            self.slack.posted += 1
            ts = f"{self.slack.posted:04d}"
            self.slack.cards[ts] = card
            return ts

        key = (REPOSITORY.id, card.deployment_id)
        return await self.faults.write("slack", "post_card", act, may=lambda: self.may(key))

    async def update_card(self, channel: str, ts: str, card: Card) -> None:
        """The same message, changed."""

        def act() -> None:
            self._there(ts, "message_not_found")
            self.slack.cards[ts] = card

        key = (REPOSITORY.id, card.deployment_id)
        await self.faults.write("slack", "update_card", act, may=lambda: self.may(key))

    async def find_card(
        self,
        channel: str,
        repository: str,
        deployment_id: int,
        search: CardSearch,
        *,
        since: float,
    ) -> CardSearch:
        """By metadata; newest first, one a page."""

        def act() -> CardSearch:
            there = [ts for ts in self.slack.of(deployment_id) if ts < (search.older or "~")]
            return CardSearch(
                found=(*there[-1:], *search.found),
                older=there[-1] if len(there) > 1 else None,
                pages=search.pages + 1,
            )

        return await self.faults.read("slack", "find_card", act)

    async def delete(self, channel: str, ts: str) -> None:
        """A message goes away."""
        await self.faults.write("slack", "delete", lambda: self.slack.cards.pop(ts, None))

    async def reply(
        self, channel: str, ts: str, text: str, *, outcome: str, broadcast: bool
    ) -> str:
        """A reply with the outcome in its metadata."""
        number = int(outcome.partition(":")[0])

        def act() -> str:
            self._there(ts, "thread_not_found")
            self.slack.replies.append((number, outcome))
            return "reply"

        key = (REPOSITORY.id, number)
        return await self.faults.write("slack", "reply", act, may=lambda: self.may(key))

    async def replied(self, channel: str, ts: str, *, outcome: str) -> bool:
        """Whether that outcome was told."""

        def act() -> bool:
            self._there(ts, "thread_not_found")
            return any(outcome == told for _, told in self.slack.replies)

        return await self.faults.read("slack", "replied", act)

    def _there(self, ts: str, otherwise: str) -> None:
        """Nothing is done to a message that was deleted."""
        if ts not in self.slack.cards:
            raise Refused("slack", SlackMessageGone(), otherwise)

    async def answer(self, request: SlackAddress, answer: Answer) -> None:
        """To the person who asked."""
        told = (request.user_id, answer)
        await self.faults.write("slack", "answer", lambda: self.slack.answers.append(told))

    async def whisper(self, channel: str, user: str, answer: Answer) -> None:
        """To one person."""
        told = (user, answer)
        await self.faults.write("slack", "whisper", lambda: self.slack.answers.append(told))
