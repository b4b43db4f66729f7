"""What people and events do beside deploying: push, lock and unlock, roll back and resume."""

import asyncio
import random
import time
from dataclasses import dataclass, field
from typing import Any

from sandbox.slack.state import Message
from sandbox.slack.typed import controls
from tests.chaos.ledger import FINAL, Ledger, Wish, state_of
from tests.chaos.people import USERS, People
from tests.chaos.town import ENVIRONMENTS, PUSHED, PUSHED_TO, Shop, Town

EVERY = 1.5
"""Seconds between two of them, on average."""


@dataclass(kw_only=True)
class Controls:
    """Does one after the other until `over` is set, each to its end: nothing stays locked or held.

    `heads` has the newest commit that was pushed to each shop's branch that deploys by itself,
    and when (by GitHub's clock).
    """

    town: Town
    ledger: Ledger
    people: People
    rng: random.Random
    heads: dict[str, tuple[str, float]] = field(default_factory=dict)
    over: bool = False

    async def work(self) -> None:
        """Push, lock and roll back in turn, at random moments."""
        while not self.over:
            await asyncio.sleep(self.rng.expovariate(1 / EVERY))
            shop = self.rng.choice(self.town.shops)
            environment = self.rng.choice(ENVIRONMENTS)
            act = self.rng.choices((self._push, self._lock, self._roll_back), (5, 2, 3))[0]
            await act(shop, environment)

    def undeployed(self) -> list[str]:
        """The newest pushes that nothing came of, and that nobody's later deployment outdated."""
        return [
            f"{name} {sha[:7]}"
            for name, (sha, at) in self.heads.items()
            if not any(
                one.repository.full_name == name
                and (one.sha == sha or (one.environment == PUSHED_TO and one.created_at >= at))
                for one in self.ledger.deployments.values()
            )
        ]

    async def _push(self, shop: Shop, _environment: str) -> None:
        github = self.town.world.github
        sha = github.push(shop.repository, PUSHED, f"Push at {time.monotonic()}")
        self.heads[shop.repository] = sha, github.clock()

    async def _lock(self, shop: Shop, environment: str) -> None:
        await self._carried_out(shop, environment, f"lock {environment} we test")
        await asyncio.sleep(self.rng.uniform(0.5, 4.0))
        await self._carried_out(shop, environment, f"unlock {environment}")

    async def _roll_back(self, shop: Shop, environment: str) -> None:
        shown = len(self.town.world.slack.workspace.ephemerals)
        wish = await self._carried_out(shop, environment, f"rollback {environment}")
        question = self._question(shop, wish, shown)
        if question is None:
            return
        before = len(self.ledger.rollbacks[shop.repository, environment])
        await self._press(shop, wish, question)
        while not self._rolled_back(shop, environment, before) and not self.ledger.used(wish.way):
            await asyncio.sleep(0.2)
        if environment == PUSHED_TO:
            await self._carried_out(shop, environment, f"resume {environment}")

    def _question(self, shop: Shop, wish: Wish, shown: int) -> Message | None:
        slack = self.town.world.slack
        for message in slack.workspace.ephemerals[shown:]:
            mine = message.only_for == slack.workspace.user(self._user(wish)).id
            here = message.channel == slack.workspace.channel(shop.name).id
            labels = [label_of(element) for _, element, _ in controls(message)]
            if mine and here and any("oll back" in label for label in labels):
                return message
        return None

    async def _press(self, shop: Shop, wish: Wish, question: Message) -> None:
        """Press its first button until that is acknowledged."""
        element = next(element for _, element, _ in controls(question))
        slack = self.town.world.slack
        while True:
            answered, wish.way = await self.people.listening(
                slack.press(
                    shop.name,
                    self._user(wish),
                    question,
                    element["action_id"],
                    value=element.get("value"),
                )
            )
            if answered.status == 200:
                return
            await asyncio.sleep(0.5)

    def _rolled_back(self, shop: Shop, environment: str, before: int) -> bool:
        """Whether a rollback was made since, and has ended."""
        made = self.ledger.rollbacks[shop.repository, environment][before:]
        return bool(made) and all(
            state_of(self.ledger.deployments[number]) in FINAL for number in made
        )

    async def _carried_out(self, shop: Shop, environment: str, text: str) -> Wish:
        """Type it until it is acknowledged, and wait for the answer."""
        wish = Wish(
            number=self.rng.randrange(100),
            kind=text.split(maxsplit=1)[0],
            shop=shop,
            environment=environment,
            ref="",
            at=self.town.world.slack.workspace.now(),
        )
        self.people.beside.append(wish)
        await self.people.insist(wish, text)
        while not self.ledger.answered(wish):
            await asyncio.sleep(0.2)
        return wish

    def _user(self, wish: Wish) -> str:
        return USERS[wish.number % 2]


def label_of(element: dict[str, Any]) -> str:
    """What stands on a button."""
    return str(element.get("text", {}).get("text", ""))
