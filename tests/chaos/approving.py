"""People who agree to what waits for them, or reject it; sometimes several at once."""

import asyncio
import math
import random
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field

from sandbox.github.records import Deployment
from sandbox.slack.state import Message
from tests.chaos.ledger import Ledger, Wish
from tests.chaos.people import LOGINS, People, button_of
from tests.chaos.town import Town

EVERY = 0.5
"""Seconds between two looks at what waits."""

PAUSE = 3.0
"""Seconds before people come back to what waits on."""

HELD = 4.0
"""Seconds between two pipelines in which CircleCI holds a job, on average."""

APPROVE, REJECT = "approve", "reject"
REJECTED = "You rejected"
"""How the answer to who rejects something begins."""


@dataclass(kw_only=True)
class Agreement:
    """What people said about one deployment, in epoch seconds.

    `approved` is when each first asked to approve it; `rejected_at` when somebody had been told that
    it is rejected.
    """

    approved: dict[str, float] = field(default_factory=dict)
    rejected_at: float = math.inf

    def given(self, at: float) -> set[str]:
        """Who had agreed by then."""
        return {user for user, agreed_at in self.approved.items() if agreed_at <= at}


@dataclass(kw_only=True)
class Approvers:
    """Decide on everything whose message asks for it."""

    town: Town
    ledger: Ledger
    people: People
    rng: random.Random
    agreements: dict[int, Agreement] = field(default_factory=lambda: defaultdict(Agreement))
    _deciding: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    async def work(self) -> None:
        """Until canceled: look at what waits, and decide on each beside the others."""
        try:
            while True:
                await asyncio.sleep(EVERY)
                for number in self.ledger.unsettled():
                    self._consider(number)
        finally:
            for task in self._deciding.values():
                task.cancel()
            await asyncio.gather(*self._deciding.values(), return_exceptions=True)

    async def hold_jobs(self) -> None:
        """Until canceled: now and then a pipeline to come has a job that CircleCI holds."""
        while True:
            await asyncio.sleep(self.rng.expovariate(1 / HELD))
            self.town.world.circleci.next_pipeline(hold=True)

    def _consider(self, number: int) -> None:
        busy = self._deciding.get(number)
        if busy is not None and not busy.done():
            return
        if busy is not None:
            busy.result()
        message = self._asks(number)
        if message is not None:
            self._deciding[number] = asyncio.create_task(self._decide(number, message))

    def _asks(self, number: int) -> Message | None:
        """The live message, where it asks for approval."""
        shop = self.town.shop_of(self.ledger.deployments[number].repository.full_name)
        slack = self.town.world.slack
        for ts in self.ledger.live[number]:
            message = slack.find_message(slack.workspace.channel(shop.name), ts)
            with suppress(LookupError):
                if button_of(message, "Approve"):
                    return message
        return None

    async def _decide(self, number: int, message: Message) -> None:
        """Several agree, one rejects, or both at the same moment; then see what comes of it."""
        rng = random.Random(f"{number}/{self.rng.getrandbits(32)}")
        users = rng.sample(tuple(LOGINS), len(LOGINS))
        fate = rng.choices(("agreed", "rejected", "both"), (75, 10, 15))[0]
        several = rng.choices((1, 2, 3), (15, 25, 60))[0]
        acts = [(user, APPROVE) for user in users[:several]]
        if fate != "agreed":
            acts = [(users[-1], REJECT), *(acts[:2] if fate == "both" else ())]
        await asyncio.gather(*(self._act(number, message, *act, rng=rng) for act in acts))
        await asyncio.sleep(PAUSE)

    async def _act(
        self, number: int, message: Message, user: str, what: str, *, rng: random.Random
    ) -> None:
        deployment, agreement = self.ledger.deployments[number], self.agreements[number]
        wish = self._wish(deployment, user, what)
        self.people.beside.append(wish)
        if what == APPROVE:
            agreement.approved.setdefault(user, self.town.now())
        if rng.random() < 0.5:
            await self.people.insist(wish, f"{what} {number}")
        elif not await self._press(wish, message):
            return
        while not self.ledger.answered(wish):
            await asyncio.sleep(0.2)
        way = self.town.world.slack.response_urls.ways[wish.way]
        if any(REJECTED in text for text in way.said):
            agreement.rejected_at = min(agreement.rejected_at, self.town.now())

    async def _press(self, wish: Wish, message: Message) -> bool:
        try:
            button = button_of(message, wish.kind.capitalize())
        except LookupError:
            return False
        return await self.people.press(wish, message, button)

    def _wish(self, deployment: Deployment, user: str, what: str) -> Wish:
        return Wish(
            number=deployment.id,
            kind=what,
            user=user,
            shop=self.town.shop_of(deployment.repository.full_name),
            environment=deployment.environment,
            ref="",
            at=self.town.world.slack.workspace.now(),
        )


def asker_of(deployment: Deployment) -> str:
    """The Slack id of who asked for it; empty: who made it on GitHub."""
    return str(ours_of(deployment).get("user") or "")


def trigger_of(deployment: Deployment) -> str:
    """What made it, as deploybot wrote on it: `command`, `push`, `rollback`, ...; else nothing."""
    return str(ours_of(deployment).get("trigger", ""))


def ours_of(deployment: Deployment) -> dict[str, object]:
    """What deploybot wrote on a deployment that it made; else nothing."""
    payload = deployment.payload if isinstance(deployment.payload, dict) else {}
    ours = payload.get("deploybot")
    return ours if isinstance(ours, dict) else {}
