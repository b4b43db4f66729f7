"""The calls of a start with an empty store: many repositories, a few of which are sick.

`python -m tests.bench.fresh_start`: 300 repositories of one installation, each with a deployment
of ours in a channel of its own; GitHub answers no query that names one of three of them. What is
counted are the bot's calls within an hour on its own clock.
"""

import argparse
import asyncio
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sandbox.github.changes.deploying import NewDeployment, create_deployment
from sandbox.slack.state import Channel
from sandbox.world import World
from tests.e2e.running import Bot

HOUR = 3600
STEP = 30
"""Seconds that the bot's clock is put forward at a time."""
ENVIRON = {"LEASE_SECONDS": "20", "WATCH_INTERVAL": "60", "SWEEP_INTERVAL": "300"}


@dataclass(frozen=True)
class Plan:
    """So many repositories, so many of them sick."""

    repositories: int = 300
    sick: int = 3


@dataclass(frozen=True)
class Found:
    """How many repositories were bound again, and the calls: at the start, and in the hour."""

    bound: int
    start: Counter[str]
    hour: Counter[str]


async def measure(plan: Plan, folder: Path) -> Found:
    """Start with an empty store, and let an hour pass."""
    world = World()
    await world.start()
    bot = Bot(world, f"sqlite:///{folder / 'deploybot.db'}")
    bot.environ = ENVIRON
    try:
        names = [_furnish(world, number) for number in range(plan.repositories)]
        step = max(1, plan.repositories // max(1, plan.sick))
        world.github.queries.sick |= set(names[1::step][: plan.sick])
        await bot.start()
        assert bot.service is not None
        await bot.service.sweep.begin()
        await _quiet(bot)
        start = _counted(world)
        for _ in range(HOUR // STEP):
            await bot.later(STEP)
            await _quiet(bot)
        projects = await bot.service.sweep.store.projects()
        return Found(bound=len(projects), start=start, hour=_counted(world))
    finally:
        await bot.stop()
        await world.stop()


def _furnish(world: World, number: int) -> str:
    """A repository that was deployed once from its channel; nothing tells of it."""
    github, workspace = world.github, world.slack.workspace
    name = f"acme/service-{number}"
    channel = Channel(id=f"C{number:09}", name=f"service-{number}", members=[workspace.bot.id])
    workspace.channels[channel.id] = channel
    repository = github.add_repository(name)
    sha = github.head(name, "main")
    assert sha is not None
    request = {"version": 1, "request": f"r-{number}", "trigger": "command", "channel": channel.id}
    app = github.app_record
    new = NewDeployment(
        repository=repository,
        sha=sha,
        ref="main",
        creator=app.bot,
        app=app,
        payload={"deploybot": request},
    )
    github.post_status_as(create_deployment(github.hub, new), "success", app.bot.login)
    return name


def _counted(world: World) -> Counter[str]:
    """GitHub's calls: with the installation's token, and of the App itself."""
    calls = world.github.faults.calls
    return Counter("app" if call.path.startswith("/app") else "installation" for call in calls)


async def _quiet(bot: Bot) -> None:
    """Until nothing is due now."""
    calm = 0
    while calm < 3:
        calm = calm + 1 if bot.worker.idle else 0
        await asyncio.sleep(0.005)


def table(plan: Plan, found: Found) -> str:
    """One line each."""
    lines = [f"{plan.repositories} repositories, {plan.sick} of them sick: {found.bound} bound"]
    for name, calls in (("the start", found.start), ("an hour with it", found.hour)):
        lines.append(
            f"{name}: {calls['installation']} calls of the installation, {calls['app']} of the App"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repositories", type=int, default=Plan.repositories)
    parser.add_argument("--sick", type=int, default=Plan.sick)
    plan = Plan(**vars(parser.parse_args()))
    with tempfile.TemporaryDirectory() as folder:
        print(table(plan, asyncio.run(measure(plan, Path(folder)))))


if __name__ == "__main__":
    main()
