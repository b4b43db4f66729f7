"""The weather at the providers: calls that fail before or after, late, slow; webhooks astray."""

import asyncio
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.core.delivery import Deliverer, Sent
from sandbox.core.faults import Call, Faults
from sandbox.world import World

LIMITED: dict[str, dict[str, Any]] = {
    "github": {
        "status": 403,
        "body": '{"message":"You have exceeded a secondary rate limit."}',
        "headers": {"retry-after": "1", "Content-Type": "application/json"},
    },
    "circleci": {
        "status": 429,
        "body": '{"message":"Rate limit exceeded"}',
        "headers": {"Retry-After": "1", "Content-Type": "application/json"},
    },
    "slack": {
        "status": 429,
        "body": '{"ok":false,"error":"ratelimited"}',
        "headers": {"Retry-After": "1", "Content-Type": "application/json"},
    },
}
"""How each provider says that it was asked too often."""

KEPT = 2000
"""Calls that a stand-in's log keeps; a long run would drown in them."""


@dataclass(kw_only=True)
class Weather:
    """Lets `bad` of all calls go wrong; `lease` and `timeout` are the service's, in seconds."""

    rng: random.Random
    lease: float
    timeout: float
    any_url: Callable[[], str]
    bad: float = 0.14
    raging: bool = False
    done: dict[str, int] = field(default_factory=dict)
    _down: dict[str, float] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def over(self, world: World) -> None:
        """Be over a world's providers, calm until `raging` is set."""
        for provider in (world.github, world.circleci, world.slack):
            provider.faults.listeners.append(self._strike(provider.faults))
            self._scatter(provider.deliverer)

    async def outages(self) -> None:
        """Now and then a provider is down for some seconds."""
        while True:
            await asyncio.sleep(self.rng.uniform(6, 14))
            if self.raging:
                provider = self.rng.choice(("github", "circleci", "slack"))
                self._down[provider] = time.monotonic() + self.rng.uniform(0.5, 2.5)
                self._count(f"{provider} down")

    async def close(self) -> None:
        """Drop deliveries that have not left."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _count(self, what: str) -> None:
        self.done[what] = self.done.get(what, 0) + 1

    def _strike(self, faults: Faults) -> Callable[[Call], None]:
        """A listener that decides the fate of each call as it arrives."""

        def decide(call: Call) -> None:
            del faults.calls[:-KEPT]
            faults.rules.clear()
            if not self.raging:
                return
            line = f"{call.method} {call.path}"
            fate = self._fate(faults.provider, line)
            if fate:
                faults.add(f"^{re.escape(line)}$", **fate)

        return decide

    def _fate(self, provider: str, line: str) -> dict[str, Any]:
        rng = self.rng
        if self._down.get(provider, 0.0) > time.monotonic():
            return {"status": 503, "body": "down"}
        if re.search(r"POST .*/project/.*pipeline", line):
            return self._fate_of_trigger()
        if rng.random() >= self.bad:
            return {}
        fates: list[tuple[str, dict[str, Any]]] = [
            ("cut before", {"drop": "before"}),
            ("cut after", {"drop": "after"}),
            ("500 after", {"status_after": 500}),
            ("502", {"status": 502}),
            ("rate limit", LIMITED[provider]),
            ("slow", {"delay": rng.uniform(0.05, 0.8) * self.timeout}),
            ("late answer", {"hold": rng.uniform(0.5, 1.5) * self.timeout}),
            ("late landing", {"delay": rng.uniform(0.9, 1.9) * self.timeout}),
        ]
        name, fate = rng.choice(fates)
        self._count(name)
        return fate

    def _fate_of_trigger(self) -> dict[str, Any]:
        """What cannot be repeated is hit hardest: a quarter of all attempts."""
        rng = self.rng
        fates: list[tuple[float, str, dict[str, Any]]] = [
            (0.04, "trigger cut before", {"drop": "before"}),
            (0.05, "trigger cut after", {"drop": "after"}),
            (0.03, "trigger 500 after", {"status_after": 500}),
            (0.02, "trigger rate limit", LIMITED["circleci"]),
            (0.03, "trigger answer late", {"hold": rng.uniform(0.8, 1.6) * self.timeout}),
            (0.06, "trigger lands late", {"delay": rng.uniform(0.75, 0.97) * self.lease}),
            (0.01, "trigger lands too late", {"delay": rng.uniform(1.6, 3.0) * self.lease}),
        ]
        dice = rng.random()
        for share, name, fate in fates:
            if dice < share:
                self._count(name)
                return fate
            dice -= share
        return {}

    def _scatter(self, deliverer: Deliverer) -> None:
        """Webhooks get lost, arrive twice, late, and out of order; at any replica."""
        post = deliverer._post

        async def later(sent: Sent, seconds: float) -> None:
            await asyncio.sleep(seconds)
            sent.url = f"{self.any_url()}{sent.url[sent.url.index('/', 8) :]}"
            await post(sent)

        def launch(sent: Sent) -> None:
            del deliverer.log[:-KEPT]
            rng, copies = self.rng, 1
            if self.raging and rng.random() < 0.06:
                self._count("webhook lost")
                sent.lost = sent.done = True
                return
            if self.raging and rng.random() < 0.1:
                self._count("webhook doubled")
                copies = 2
            for _ in range(copies):
                late = self.raging and rng.random() < 0.25
                delay = rng.uniform(0.1, 2.5) if late else 0.0
                task = asyncio.get_running_loop().create_task(later(sent, delay))
                for tasks in (self._tasks, deliverer._tasks):
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)

        deliverer._launch = launch  # type: ignore[method-assign] # chaos in its stead
