"""GitHub's clock and ours differ by hours: what was begun is found again, and nothing is too old."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.world import World
from tests.e2e.conftest import CONFIG
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop


@pytest_asyncio.fixture
async def world(ahead: float) -> AsyncIterator[World]:
    """The providers; GitHub's clock is wrong from the beginning."""
    world = World(config=CONFIG)
    world.github.clock.ahead = ahead
    await world.start()
    yield world
    await world.stop()


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


async def test_a_creation_whose_answer_was_lost(shop: Shop) -> None:
    """It is found on GitHub, not made again."""
    shop.world.github.faults.add("POST /repos/acme/shop/deployments$", drop="after")
    shop.world.github.deliverer.lose = 3
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    for _ in range(3):
        await shop.later(4.5)
    await until(lambda: shop.world.circleci.pipelines, what="its pipeline")
    assert 1 == len(shop.deployments)


async def test_a_message_whose_answer_was_lost(shop: Shop) -> None:
    """It is found in the channel, not posted again."""
    shop.world.slack.faults.add("chat.postMessage$", drop="after")
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.world.circleci.pipelines, what="its pipeline")
    for _ in range(3):
        await shop.later(4.5)
    assert 1 == len(shop.live)
