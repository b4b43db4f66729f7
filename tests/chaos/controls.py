"""What people and events do beside deploying: push, lock and unlock, roll back and resume."""

import asyncio
import random
import time
from contextlib import suppress
from dataclasses import dataclass, field

from sandbox.slack.state import Message
from tests.chaos.ledger import FINAL, Ledger, Wish, state_of
from tests.chaos.people import USERS, People, button_of
from tests.chaos.town import ENVIRONMENTS, PUSHED, PUSHED_TO, Shop, Town

EVERY = 1.5
"""Seconds between two of them, on average."""

CHECK = "deploybot"
"""The check run that says why a commit is not deployed."""

LONG = 3600.0
"""Seconds of nights after which something may have been given up."""

DONE = ("unlocked", "isn't locked", "resumed", "aren't on hold")
"""What the bot says of an `unlock` or a `resume` that leaves nothing to do."""

ROLL_BACK = "oll back"
"""What stands on the button that agrees to a rollback, in each of its wordings."""


@dataclass(kw_only=True)
class Controls:
    """Does one after the other until `over` is set, each to its end: nothing stays locked or held.

    `heads` has the newest commit that was pushed to each shop's branch that deploys by itself,
    and when (by GitHub's clock). `locked` has each place that was ever locked, by names.
    """

    town: Town
    ledger: Ledger
    people: People
    rng: random.Random
    heads: dict[str, tuple[str, float]] = field(default_factory=dict)
    locked: dict[tuple[str, str], Shop] = field(default_factory=dict)
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
            and not self._given_up(name, sha, at)
        ]

    def _given_up(self, name: str, sha: str, at: float) -> bool:
        """Whether nights made a push wait for too long, and its commit says so."""
        github = self.town.world.github
        slept = self.town.slept(self.town.by_ours(at, github.clock), self.town.now())
        suites = github.hub.state.repository(name).suites.get(sha, ())
        told = any(run.name == CHECK for suite in suites for run in suite.runs)
        return told and slept >= LONG

    async def _push(self, shop: Shop, _environment: str) -> None:
        github = self.town.world.github
        sha = github.push(shop.repository, PUSHED, f"Push at {time.monotonic()}")
        self.heads[shop.repository] = sha, github.clock()

    async def _lock(self, shop: Shop, environment: str) -> None:
        await self._carried_out(shop, environment, f"lock {environment} we test")
        self.locked[shop.name, environment] = shop
        await asyncio.sleep(self.rng.uniform(0.5, 4.0))
        await self._insisted(shop, environment, f"unlock {environment}")

    async def unlock_again(self) -> None:
        """Unlock whatever was locked, as people do who see that something waits for a lock.

        A lock that was typed twice, since its acknowledgement was lost, may be carried out last.
        """
        for (_, environment), shop in self.locked.items():
            await self._insisted(shop, environment, f"unlock {environment}")

    async def _roll_back(self, shop: Shop, environment: str) -> None:
        shown = len(self.town.world.slack.workspace.ephemerals)
        wish = await self._carried_out(shop, environment, f"rollback {environment}")
        question = self._question(shop, wish, shown)
        if question is None:
            return
        before = len(self.ledger.rollbacks[shop.repository, environment])
        await self.people.press(wish, question, button_of(question, ROLL_BACK))
        while not self._rolled_back(shop, environment, before) and not self.ledger.used(wish.way):
            await asyncio.sleep(0.2)
        if environment == PUSHED_TO:
            await self._insisted(shop, environment, f"resume {environment}")

    def _question(self, shop: Shop, wish: Wish, shown: int) -> Message | None:
        slack = self.town.world.slack
        for message in slack.workspace.ephemerals[shown:]:
            mine = message.only_for == slack.workspace.user(wish.user).id
            here = message.channel == slack.workspace.channel(shop.name).id
            with suppress(LookupError):
                if mine and here and button_of(message, ROLL_BACK):
                    return message
        return None

    def _rolled_back(self, shop: Shop, environment: str, before: int) -> bool:
        """Whether a rollback was made since, and has ended."""
        made = self.ledger.rollbacks[shop.repository, environment][before:]
        return bool(made) and all(
            state_of(self.ledger.deployments[number]) in FINAL for number in made
        )

    async def _insisted(self, shop: Shop, environment: str, text: str) -> None:
        """Type it, and again until it was done or there is nothing to do."""
        done = False
        while not done:
            wish = await self._carried_out(shop, environment, text)
            done = any(word in said for said in self.ledger.heard(wish) for word in DONE)

    async def _carried_out(self, shop: Shop, environment: str, text: str) -> Wish:
        """Type it until it is acknowledged, and wait for the answer."""
        wish = Wish(
            number=self.rng.randrange(100),
            user=self.rng.choice(USERS),
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
