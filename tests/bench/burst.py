"""`python -m tests.bench.burst`: a deployment typed alone, and many typed at once.

How long it takes from the command (`POST /slack/command`, signed) until CircleCI is asked to start
the pipeline, and how many calls each deployment costs until its outcome is told. The service is a
process of its own with its store on disk, the providers are the sandbox's, which answer at once.
"""

import argparse
import asyncio
import json
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.core.faults import Call
from sandbox.world import World
from tests.e2e.process import Process

ENVIRONMENTS = ("qa", "staging", "test")
"""Each repository deploys to so many at once: one at a time for each is the rule.

None is a production environment: there, what was live before costs another call to end.
"""

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments: {qa: {checks: []}, staging: {checks: []}, test: {checks: []}}
"""
"""No checks: else what a deployment costs depends on what its neighbours post on their commit."""

PATIENCE = 120.0
"""Seconds after which a deployment that has not come to its end never will."""

QUIET = 0.5
"""Seconds without any call after which everything is told."""

NO_QUOTA = 10**9
"""GitHub's calls an hour: it is not its limits that are measured."""

_TRIGGER = re.compile(r"/project/(gh/[^/]+/[^/]+)/pipeline$")
_NAMES = (
    (re.compile(r"/acme/shop\d+"), "/<repository>"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}"), "<id>"),
    (re.compile(r"/\d+(?=/|$)"), "/<id>"),
    (re.compile(r"^/(commands|actions)/.*"), r"/\1/<id>"),
)

Wanted = tuple[str, str]
"""A repository's name and an environment."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """So many deployments: seconds from the command to CircleCI's request, and all their calls."""

    delays: list[float]
    calls: Counter[str] = field(default_factory=Counter)

    def percentile(self, share: float) -> float:
        """The seconds that this share of the deployments took at most."""
        ordered = sorted(self.delays)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    def each(self) -> dict[str, float]:
        """Calls for each deployment: of each provider, then by kind."""
        total = Counter(self.calls)
        for call, times in self.calls.items():
            total[call.partition(":")[0]] += times
        return {name: total[name] / len(self.delays) for name in sorted(total)}


@dataclass(frozen=True)
class Street:
    """Shops in a row, each a repository with a channel bound to it, and their people."""

    world: World
    shops: tuple[str, ...]

    async def open(self) -> None:
        """Bind each channel."""
        for shop in self.shops:
            await self._type(shop, f"setup acme/{shop}")
        await _until(lambda: all(self.world.slack.messages(shop) for shop in self.shops))
        await self._quiet()

    async def deploy(self, wanted: Sequence[Wanted]) -> Measured:
        """Type all of them at once; when each has started, all pipelines succeed."""
        self._forget_calls()
        typed_at: dict[Wanted, float] = {}

        async def one(shop: str, environment: str) -> None:
            typed_at[shop, environment] = time.time()
            await self._type(shop, f"deploy {environment}")

        told = self._told()
        await asyncio.gather(*(one(*each) for each in wanted))
        await _until(lambda: len(self._started()) >= len(wanted))
        started = self._started()
        await self._quiet()
        for project in self.world.circleci.state.projects.values():
            for pipeline in project.pipelines:
                if pipeline.open:
                    self.world.circleci.finish(pipeline.id)
        await _until(lambda: self._told() >= told + len(wanted))
        await self._quiet()
        return Measured(
            delays=[started[each] - typed_at[each] for each in wanted],
            calls=Counter(_kind(call) for call in self._calls()),
        )

    async def _type(self, shop: str, text: str) -> None:
        answered = await self.world.slack.type_command(shop, "dana", text)
        if answered.status != 200:
            raise RuntimeError(f"{text} in {shop}: {answered}")

    def _started(self) -> dict[Wanted, float]:
        """When CircleCI was first asked for each deployment's pipeline."""
        started: dict[Wanted, float] = {}
        for call in self.world.circleci.faults.calls:
            asked = _TRIGGER.search(call.path) if call.method == "POST" else None
            if asked:
                environment = json.loads(call.body)["parameters"]["environment"]
                started.setdefault((asked[1].rpartition("/")[2], environment), call.at)
        return started

    def _told(self) -> int:
        """How many outcomes were told in the channels' threads."""
        messages = (self.world.slack.messages(shop) for shop in self.shops)
        return sum(
            bool(one.thread_ts) and one.thread_ts != one.ts for said in messages for one in said
        )

    async def _quiet(self) -> None:
        """Wait until every call was answered, and nobody has made another for a while."""
        made, since = -1, time.monotonic()
        ends = since + PATIENCE
        while time.monotonic() - since < QUIET:
            await self.world.settle()
            calls = self._calls()
            if len(calls) != made or any(call.status is None for call in calls):
                made, since = len(calls), time.monotonic()
            if since > ends:
                raise TimeoutError("the service never comes to rest")
            await asyncio.sleep(0.05)

    def _calls(self) -> list[Call]:
        world = self.world
        every = (world.github, world.circleci, world.slack)
        return [call for provider in every for call in provider.faults.calls]

    def _forget_calls(self) -> None:
        for provider in (self.world.github, self.world.circleci, self.world.slack):
            provider.faults.calls.clear()


async def _until(condition: Callable[[], bool]) -> None:
    """Wait without keeping the providers from answering."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.1)


def _kind(call: Call) -> str:
    path = call.path
    for pattern, name in _NAMES:
        path = pattern.sub(name, path)
    return f"{call.provider}: {call.method} {path}"


def street(repositories: int) -> Street:
    """The shops, not open yet."""
    shops = tuple(f"shop{number}" for number in range(repositories))
    world = World(repository=f"acme/{shops[0]}", config=CONFIG)
    world.github.hub.state.hourly = NO_QUOTA
    for shop in shops:
        world.slack.add_channel(shop)
    for shop in shops[1:]:
        files: dict[str, str | None] = {".github/deploybot.yml": CONFIG}
        world.github.add_repository(f"acme/{shop}", files, {"octocat": "admin"})
        world.circleci.add_project(f"gh/acme/{shop}")
        world.circleci.add_webhook(f"gh/acme/{shop}")
    return Street(world, shops)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many are typed: one after the other, and at once in how many repositories.

    `hold`: seconds after which GitHub answers each of the many that it has created a deployment;
    its webhooks do not wait for that.
    """

    alone: int = 20
    repositories: int = 100
    hold: float = 0.0

    @property
    def at_once(self) -> list[Wanted]:
        """One for each environment of each repository."""
        shops = (f"shop{number}" for number in range(self.repositories))
        return [(shop, environment) for shop in shops for environment in ENVIRONMENTS]


async def measure(plan: Plan, folder: Path) -> tuple[Measured, Measured]:
    """Deployments alone, then many at once, by a service with the settings it has by default."""
    row = street(plan.repositories)
    await row.world.start()
    service = Process(row.world, f"sqlite:///{folder / 'burst.db'}", {"LOG_LEVEL": "error"})
    try:
        await service.start()
        await row.open()
        await row.deploy([(row.shops[0], ENVIRONMENTS[0])])  # what is cached after it is no cost
        alone = Measured(delays=[])
        for number in range(plan.alone):
            shop = row.shops[number % len(row.shops)]
            one = await row.deploy([(shop, ENVIRONMENTS[number % len(ENVIRONMENTS)])])
            alone.delays.extend(one.delays)
            alone.calls.update(one.calls)
        row.world.github.faults.add("POST .*/deployments$", hold=plan.hold, times=None)
        return alone, await row.deploy(plan.at_once)
    finally:
        await service.stop()
        await row.world.stop()


def table(alone: Measured, at_once: Measured, plan: Plan) -> str:
    """Times, then calls for each deployment."""
    rows = {"alone": alone, f"{len(at_once.delays)} in {plan.repositories}": at_once}
    lines = [f"{'command to CircleCI':<22} {'p50 ms':>8} {'p99 ms':>8} {'last ms':>8}"]
    for name, found in rows.items():
        times = (found.percentile(0.5), found.percentile(0.99), max(found.delays))
        lines.append(f"{name:<22} " + " ".join(f"{1000 * one:>8,.0f}" for one in times))
    lines += ["", f"{'calls for each':<62} " + " ".join(f"{name:>10}" for name in rows)]
    costs = [found.each() for found in rows.values()]
    for kind in sorted({kind for each in costs for kind in each}):
        lines.append(f"{kind:<62} " + " ".join(f"{each.get(kind, 0.0):>10.2f}" for each in costs))
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--alone", type=int, default=Plan.alone)
    parser.add_argument("--repositories", type=int, default=Plan.repositories)
    given = parser.parse_args()
    plan = Plan(alone=given.alone, repositories=given.repositories)
    with tempfile.TemporaryDirectory(prefix="deploybot-bench-") as folder:
        print(table(*asyncio.run(measure(plan, Path(folder))), plan))


if __name__ == "__main__":
    main()
