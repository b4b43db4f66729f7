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
from sandbox.github.records import Deployment
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

PIPELINES = re.compile("/(pipeline|workflow)/[0-9a-f-]{36}")

JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Outage:
    """What one provider does for some seconds to all calls, or to those that match."""

    name: str
    provider: str
    fate: dict[str, Any]
    match: re.Pattern[str] = field(default_factory=lambda: re.compile(""))


OUTAGES = (
    *(
        Outage(name=f"{one} down", provider=one, fate={"status": 503, "body": "down"})
        for one in ("github", "circleci", "slack")
    ),
    Outage(
        name="circleci shows no pipeline",
        provider="circleci",
        match=PIPELINES,
        fate={"status": 404, "body": '{"message":"Pipeline not found"}', "headers": JSON},
    ),
    Outage(
        name="circleci refuses the token",
        provider="circleci",
        fate={"status": 401, "body": '{"message":"Invalid token provided."}', "headers": JSON},
    ),
    Outage(
        name="github refuses the token",
        provider="github",
        fate={"status": 401, "body": '{"message":"Bad credentials"}', "headers": JSON},
    ),
)

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
    _down: dict[str, tuple[float, Outage]] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def over(self, world: World) -> None:
        """Be over a world's providers, calm until `raging` is set."""
        for provider in (world.github, world.circleci, world.slack):
            provider.faults.listeners.append(self._strike(provider.faults))
            self._scatter(provider.deliverer)

    async def outages(self) -> None:
        """Now and then a provider is down for some seconds, or refuses or hides what it has."""
        while True:
            await asyncio.sleep(self.rng.uniform(4, 10))
            if self.raging:
                outage = self.rng.choice(OUTAGES)
                ends = time.monotonic() + self.rng.uniform(0.5, 2.5)
                self._down[outage.provider] = ends, outage
                self._count(outage.name)

    def wrong_clocks(self, world: World) -> None:
        """Each provider has its own idea of what time it is.

        Slack's stays within the five minutes beyond which its own signatures are refused.
        """
        for provider, most in ((world.github, 7200), (world.circleci, 7200), (world.slack, 120)):
            provider.clock.ahead = self.rng.uniform(-most, most)

    async def renaming(self, deployments: Callable[[], list[Deployment]], world: World) -> None:
        """Now and then somebody's status says that a deployment is one of another environment."""
        while True:
            await asyncio.sleep(self.rng.uniform(2, 6))
            open_ones = deployments()
            if self.raging and open_ones:
                named = self.rng.choice(open_ones)
                world.github.post_status_as(named, "queued", "hubot", environment="elsewhere")
                self._count("status names another environment")

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
        ends, outage = self._down.get(provider, (0.0, OUTAGES[0]))
        if ends > time.monotonic() and outage.match.search(line):
            return outage.fate
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
        """What cannot be repeated is hit hardest: three of ten attempts."""
        rng = self.rng
        fates: list[tuple[float, str, dict[str, Any]]] = [
            (0.04, "trigger cut before", {"drop": "before"}),
            (0.05, "trigger cut after", {"drop": "after"}),
            (0.03, "trigger 500 after", {"status_after": 500}),
            (0.02, "trigger rate limit", LIMITED["circleci"]),
            (0.03, "trigger answer late", {"hold": rng.uniform(0.8, 1.6) * self.timeout}),
            (0.12, "trigger lands late", {"delay": rng.uniform(0.85, 0.97) * self.lease}),
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
