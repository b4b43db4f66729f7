"""People at work: they type commands, call GitHub's API, retry and cancel, all at once."""

import asyncio
import random
import time
from collections.abc import Awaitable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from sandbox.slack.requests.interactions import Answered
from sandbox.slack.requests.typed import controls
from sandbox.slack.state import Message
from tests.chaos.ledger import FINAL, Ledger, Wish, state_of
from tests.chaos.town import ENVIRONMENTS, Shop, Town, until

WAYS: ContextVar[list[str]] = ContextVar("WAYS")
"""The `response_url`s given out to the task at hand, as paths."""

PATIENCE = 45.0
"""Seconds after which a person turns to something else; the ledger does not forget."""

USERS = ("dana", "sam")
"""Who asks for deployments."""

LOGINS = {"dana": "octocat", "sam": "hubot", "kim": "monalisa"}
"""Everybody in the channels, and who they are on GitHub."""


@dataclass(kw_only=True)
class People:
    """Makes wishes, `at_once` of them in the air."""

    town: Town
    ledger: Ledger
    rng: random.Random
    at_once: int
    place: int = 0
    beside: list[Wish] = field(default_factory=list)

    def watch_ways(self) -> None:
        """Learn of each `response_url` as it is given out."""
        urls = self.town.world.slack.response_urls
        give_out = urls.new

        def new(*args: object, **kwargs: object) -> str:
            url = give_out(*args, **kwargs)  # type: ignore[arg-type] # passed through
            WAYS.get([]).append(urlsplit(url).path)
            return url

        urls.new = new  # type: ignore[method-assign] # listens in

    async def bind(self, shop: Shop) -> None:
        """`setup` in the shop's channel, until it is answered."""
        way = await self._acknowledged(shop, "dana", f"setup {shop.repository}")
        ends = time.monotonic() + 90
        slack = self.town.world.slack
        while not self.ledger.used(way) and not slack.messages(shop.name):
            if time.monotonic() > ends:
                raise TimeoutError(f"setup of {shop.repository} was never answered")
            await asyncio.sleep(0.05)

    async def introduce(self) -> None:
        """Everybody claims their login, by what the first channel's `setup` shows."""
        shop = self.town.shops[0]
        slack = self.town.world.slack
        await until(lambda: slack.messages(shop.name), seconds=90, what="what setup shows")
        shown = slack.messages(shop.name)[0]
        for user, login in LOGINS.items():
            wish = Wish(
                number=0,
                kind="claim",
                user=user,
                shop=shop,
                environment="",
                ref="",
                at=slack.workspace.now(),
            )
            self.beside.append(wish)
            await self.press(wish, shown, button_of(shown, login))
            while not self.ledger.answered(wish):
                await asyncio.sleep(0.05)

    async def work(self, wishes: int) -> None:
        """Make that many wishes, and see each through."""
        gate = asyncio.Semaphore(self.at_once)

        async def one(number: int) -> None:
            async with gate:
                await self._see_through(number)

        await asyncio.gather(*(one(number) for number in range(wishes)))

    async def _see_through(self, number: int) -> None:
        WAYS.set([])
        rng = random.Random(f"{self.rng.getrandbits(32)}/{number}")
        wish = self._wish(number, rng)
        self.ledger.wishes.append(wish)
        if wish.kind == "api":
            self._by_api(wish)
        else:
            await self.insist(wish, wish.text)
        if rng.random() < 0.1:
            await self._cancel(wish, rng)
        await self._until_settled(wish)

    def _wish(self, number: int, rng: random.Random) -> Wish:
        together = random.Random(f"{self.place}/{number // 3}")  # three at a time want one slot
        shop, environment = together.choice(self.town.shops), together.choice(ENVIRONMENTS)
        ref, user = f"c{number}", USERS[number % 2]
        kind = rng.choices(("command", "api", "retry"), (60, 25, 15))[0]
        ended = self._to_retry(rng) if kind == "retry" else None
        now = self.town.world.slack.workspace.now()
        if ended is not None:
            deployment = self.ledger.deployments[ended]
            shop = self.town.shop_of(deployment.repository.full_name)
            return Wish(
                number=number,
                kind="retry",
                user=user,
                shop=shop,
                environment=deployment.environment,
                ref=deployment.ref,
                at=now,
                retry_of=ended,
                text=f"retry {ended}",
            )
        kind = "command" if kind == "retry" else kind
        self.town.world.github.push(shop.repository, ref, f"Change {number}")
        text = f"deploy {environment} {ref}"
        return Wish(
            number=number,
            kind=kind,
            user=user,
            shop=shop,
            environment=environment,
            ref=ref,
            at=now,
            text=text,
        )

    def _to_retry(self, rng: random.Random) -> int | None:
        """A deployment that ended and that nobody retried yet."""
        ended = [
            number
            for number in list(self.ledger.deployments)[-300:]
            if state_of(self.ledger.deployments[number]) in FINAL
            and number not in self.ledger.retries
            and all(wish.retry_of != number for wish in self.ledger.wishes[-400:])
        ]
        return rng.choice(ended) if ended else None

    def _by_api(self, wish: Wish) -> None:
        made = self.town.world.github.person_deploys(
            wish.shop.repository, wish.environment, wish.ref
        )
        wish.deployment, wish.acknowledged = made.id, True

    async def insist(self, wish: Wish, text: str) -> None:
        """Type it until it is acknowledged."""
        wish.way = await self._acknowledged(wish.shop, wish.user, text)
        wish.acknowledged = True

    async def press(self, wish: Wish, message: Message, element: dict[str, Any]) -> bool:
        """Press a button until that is acknowledged, or the message no longer has it."""
        slack = self.town.world.slack
        while True:
            try:
                answered, wish.way = await self.listening(
                    slack.press(
                        wish.shop.name,
                        wish.user,
                        message,
                        element["action_id"],
                        value=element.get("value"),
                    )
                )
            except LookupError:
                return False
            if answered.status == 200:
                wish.acknowledged = True
                return True
            await asyncio.sleep(0.5)

    async def _acknowledged(self, shop: Shop, user: str, text: str) -> str:
        """Type again what failed or was not recorded, as people do; its `response_url`'s path."""
        while True:
            answered, way = await self._type(shop, user, text)
            if answered.status == 200 and not answered.body:
                return way
            await asyncio.sleep(0.5)

    async def _cancel(self, wish: Wish, rng: random.Random) -> None:
        ends = time.monotonic() + PATIENCE / 2
        while not self.ledger.made_for(wish) and time.monotonic() < ends:
            await asyncio.sleep(0.1)
        await asyncio.sleep(rng.uniform(0.0, 2.5))
        made = self.ledger.made_for(wish)
        if not made or state_of(self.ledger.deployments[made[-1]]) in FINAL:
            return
        cancel = Wish(
            number=wish.number,
            kind="cancel",
            user=wish.user,
            shop=wish.shop,
            environment=wish.environment,
            ref=wish.ref,
            at=self.town.world.slack.workspace.now(),
            deployment=made[-1],
        )
        self.beside.append(cancel)
        await self.insist(cancel, f"cancel {made[-1]}")

    async def _until_settled(self, wish: Wish) -> None:
        ends = time.monotonic() + PATIENCE
        while time.monotonic() < ends:
            made = self.ledger.made_for(wish)
            if made and all(self.ledger.settled(number) for number in made):
                return
            answered = self.ledger.used(wish.way) or self.ledger.whispered(wish)
            if not made and answered and self._slept_since(wish):
                wish.at = self.town.world.slack.workspace.now()
                await self.insist(wish, wish.text)
                ends = time.monotonic() + PATIENCE
            elif not made and answered:
                return
            await asyncio.sleep(0.2)

    def _slept_since(self, wish: Wish) -> bool:
        """Whether a night has passed: what got too old for that is typed again."""
        asked = self.town.by_ours(wish.at, self.town.world.slack.clock)
        return self.town.slept(asked, self.town.now()) > 0

    async def _type(self, shop: Shop, user: str, text: str) -> tuple[Answered, str]:
        return await self.listening(self.town.world.slack.type_command(shop.name, user, text))

    async def listening(self, act: Awaitable[Answered]) -> tuple[Answered, str]:
        """What a command or button got at once, and the `response_url` that was given out for it."""
        ways: list[str] = []
        WAYS.set(ways)
        return await act, ways[-1]


def button_of(message: Message, label: str) -> dict[str, Any]:
    """The message's button with that label; raises `LookupError` where there is none."""
    for _, element, _ in controls(message):
        if label in str(element.get("text", {}).get("text", "")):
            return element
    raise LookupError(label)
