"""A command typed again while the first has not come through: one deployment, both answered."""

import asyncio
from functools import partial

import pytest

from tests.e2e.running import until
from tests.e2e.shop import Shop

CREATION = r"POST /repos/acme/shop/deployments$"


@pytest.fixture
def environ() -> dict[str, str]:
    """A short lease: what is ambiguous is waited out."""
    return {"LEASE_SECONDS": "2", "WATCH_INTERVAL": "1", "CHECKS_SETTLE": "0.2"}


@pytest.mark.parametrize("fault", [{"status": 503}, {"drop": "before"}], ids=["refused", "cut"])
async def test_the_first_gives_way(shop: Shop, fault: dict[str, object]) -> None:
    """GitHub fails the first one's creation; by the time it is tried again, the second's is there."""
    shop.world.github.faults.add(CREATION, **fault)
    told = len(shop.world.slack.ephemerals("dana"))
    made = shop.world.github.faults.made
    for _ in range(2):
        answered = await shop.world.slack.type_command("shop", "dana", "deploy production v1.4.0")
        assert 200 == answered.status
        await until(partial(made, CREATION), what="the first creation")
        await asyncio.sleep(0.1)
    await until(
        lambda: len(shop.world.slack.ephemerals("dana")) > told, seconds=20, what="the answer"
    )
    await shop.quiet()
    assert 1 == len(shop.deployments) == len(shop.world.circleci.pipelines)
    assert "of the same commit" in shop.eyes.whispers("dana")[-1]
