"""GitHub's clock and ours differ by hours: what was begun is found again, and nothing is too old."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.world import World
from tests.e2e.conftest import CONFIG
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop


@pytest_asyncio.fixture
async def world(config: str, ahead: float) -> AsyncIterator[World]:
    """The providers; GitHub's clock is wrong from the beginning."""
    world = World(config=config)
    world.github.clock.ahead = ahead
    await world.start()
    yield world
    await world.stop()


REQUIRING = """\
environments:
  demo: {requires: [staging]}
  production: {requires: [staging: 1h]}
"""
pytestmark = pytest.mark.parametrize("ahead", [7200.0, -7200.0])


async def test_a_person_deploys_on_github_after_setup(shop: Shop) -> None:
    """It is the channel's, however old it looks."""
    shop.world.github.person_deploys(REPOSITORY, "staging")
    await until(lambda: shop.world.circleci.pipelines, what="its pipeline")


async def test_what_was_before_setup_is_left_alone(world: World, shop: Shop) -> None:
    """However young it looks."""
    world.github.add_repository("acme/store", {}, {"octocat": "admin"})
    world.slack.add_channel("store")
    with world.github.unsubscribed():
        before = world.github.person_deploys("acme/store", "staging")
    world.github.clock.ahead += 60
    shop.bot.clock.seconds += 60
    await shop.type("setup acme/store", channel="store")
    world.github.post_status_as(before, "in_progress", description="By hand")
    await shop.quiet()
    assert not shop.world.circleci.pipelines


@pytest.mark.parametrize("config", [CONFIG + REQUIRING])
async def test_what_has_to_run_elsewhere_first(shop: Shop) -> None:
    """It goes on at once, or after so long as was asked for, whatever GitHub's clock says."""
    await shop.deploy("deploy staging")
    await shop.finish(1)
    await shop.deploy("deploy demo")
    await shop.finish(2)
    assert "has to run in *staging* for 1 h" in await shop.type("deploy production")
    await shop.later(3500)
    assert "has to run in *staging* for 1 h" in await shop.type("deploy production")
    await shop.later(200)
    await shop.deploy("deploy production")


@pytest.mark.parametrize(
    "config", [CONFIG + "environments: {preview: {deploy_on: {push: [main]}}}\n"]
)
async def test_a_push_deploys(shop: Shop) -> None:
    """Once its first check might have appeared; and the next push, after somebody's deployment."""
    for number in (1, 2):
        sha = shop.world.github.push(REPOSITORY, message="Sell more hats")
        await shop.quiet()
        await shop.later(1)
        await until(lambda: len(shop.world.circleci.pipelines) == number, what="its pipeline")  # noqa: B023 - at once
        assert sha == shop.deployments[-1].sha
        await shop.finish(number)


async def test_what_was_made_and_its_answer_lost(shop: Shop) -> None:
    """The deployment is found on GitHub and its message in the channel: neither is made again."""
    shop.world.github.faults.add("POST /repos/acme/shop/deployments$", drop="after")
    shop.world.github.deliverer.lose = 3
    posting = shop.world.slack.faults.add("chat.postMessage$", drop="after")
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    for _ in range(3):
        await shop.later(4.5)
    await until(lambda: shop.world.circleci.pipelines, what="its pipeline")
    for _ in range(3):
        await shop.later(4.5)
    assert 1 == len(shop.deployments) == len(shop.live)
    assert 0 == posting.times
