"""What a storm consists of: a run would go well, too, if one kind of weather were gone."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from tests.chaos.plan import read_plan
from tests.chaos.replicas import Replica, Replicas
from tests.chaos.run import Scene, stage, storm
from tests.chaos.stores import store_place
from tests.chaos.town import until
from tests.chaos.weather import OUTAGES, Outage

PIPELINE = "/api/v2/pipeline/5034460f-c7c4-4c43-9457-de07e2029e7b"


class Hasty(random.Random):
    """Draws spans that are a thousandth of what was asked for."""

    def uniform(self, a: float, b: float) -> float:
        """So many seconds, of which a thousandth."""
        return super().uniform(a, b) / 1000


@dataclass(kw_only=True)
class Idle(Replica):
    """A replica without a process: it counts how often one was started."""

    starts: int = 0

    def start(self) -> None:
        """One more."""
        self.starts += 1

    async def stop(self, *, at_once: bool) -> None:
        """There is nothing to end."""


@pytest_asyncio.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """An ordinary run before anything of the service was started; pauses take no time."""
    plan = read_plan({"N": "40", "SEED": "7"})
    with store_place(plan.store, tmp_path) as place:
        async with stage(plan, place, tmp_path, lambda _: None) as scene:
            scene.weather.raging = True
            scene.weather.rng = scene.nights.rng = Hasty(7)
            yield scene


async def rage(scene: Scene, part: str, done: Callable[[], bool]) -> None:
    """Let one part of the run's storm go on until that is so."""
    tasks = {}
    for act in storm(scene):
        if act.__qualname__ == part:
            tasks[part] = asyncio.create_task(act)
        else:
            act.close()
    task = tasks[part]
    await until(done, seconds=60, what=part)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_every_provider_has_a_clock_of_its_own(scene: Scene) -> None:
    """GitHub's and CircleCI's are wrong by up to two hours, Slack's by up to two minutes."""
    world = scene.town.world
    ahead = [one.clock.ahead for one in (world.github, world.circleci, world.slack)]
    assert [
        0 < abs(seconds) <= most for seconds, most in zip(ahead, (7200, 7200, 120), strict=True)
    ] == [True] * 3
    assert len(set(ahead)) == 3
    assert max(map(abs, ahead)) > 60


async def test_a_status_names_another_environment(scene: Scene) -> None:
    """Of deployments that have begun, by somebody else."""
    github, repository = scene.town.world.github, scene.town.shops[0].repository
    made = github.person_deploys(repository, "production", "main")
    github.post_status_as(made, "pending", "octocat")
    await rage(scene, "Weather.renaming", lambda: made.statuses[-1].environment == "elsewhere")
    assert scene.weather.done["status names another environment"] > 0


def test_what_is_hidden_and_refused_for_a_while() -> None:
    """CircleCI hides pipelines (404) and refuses the token (401), and so does GitHub."""
    statuses = {(one.provider, one.fate["status"]) for one in OUTAGES}
    assert {("circleci", 404), ("circleci", 401), ("github", 401)} <= statuses


async def test_every_outage_comes(scene: Scene) -> None:
    """Each of them, sooner or later."""
    names = {one.name for one in OUTAGES}
    await rage(scene, "Weather.outages", lambda: names <= scene.weather.done.keys())


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda one: one.name)
async def test_an_outage_lasts(scene: Scene, outage: Outage) -> None:
    """Calls of that kind are answered so until it is over."""
    scene.weather.bad = 0.0
    provider = getattr(scene.town.world, outage.provider)
    scene.weather._down[outage.provider] = time.monotonic() + 60, outage
    async with aiohttp.ClientSession() as session:
        for _ in range(2):
            async with session.get(provider.url + PIPELINE) as answer:
                assert answer.status == outage.fate["status"]
        scene.weather._down.clear()
        async with session.get(provider.url + PIPELINE) as answer:
            assert await answer.text() != outage.fate["body"]


async def test_a_night(scene: Scene, tmp_path: Path) -> None:
    """Hours pass for the providers and the replicas alike, which are started again."""
    idle = Idle(number=0, port=1, folder=tmp_path, now=scene.town.now, environ={})
    scene.nights.replicas = Replicas(all=[idle], rng=Hasty(7), lease=2.0, kill_every=1.0)
    world, before = scene.town.world, scene.town.world.github.clock.ahead
    await rage(scene, "Nights.work", lambda: idle.boots > 0 and idle.starts > 2)
    assert scene.nights.count == len(scene.town.nights) >= 3
    assert idle.ahead == scene.town.passed > 3 * 2 * 3.6
    assert world.github.clock.ahead == pytest.approx(before + scene.town.passed)


def test_a_run_without_nights() -> None:
    """A short run has none, an ordinary one has."""
    assert read_plan({}).nights
    assert not read_plan({"NIGHTS": "0"}).nights
