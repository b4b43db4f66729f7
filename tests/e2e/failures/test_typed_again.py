"""A command typed again while the first has not come through: one deployment, both answered."""

import asyncio
from functools import partial

import pytest

from tests.e2e.passing import pass_time
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
    assert "already on its way" in shop.eyes.whispers("dana")[-1]


async def test_typed_twice_at_the_same_moment(shop: Shop) -> None:
    """Both are looked at at once; one says first that it creates, the other waits to see what."""
    shop.world.github.faults.add(r"POST /graphql$", delay=0.4, times=2)
    told = len(shop.world.slack.ephemerals("sam")) + len(shop.world.slack.ephemerals("dana"))
    typed = [
        shop.world.slack.type_command("shop", user, "deploy production v1.4.0")
        for user in ("dana", "sam")
    ]
    assert [200, 200] == [answered.status for answered in await asyncio.gather(*typed)]
    await until(
        lambda: len([*shop.eyes.whispers("dana"), *shop.eyes.whispers("sam")]) > told,
        seconds=20,
        what="the answer to the second",
    )
    await shop.quiet()
    assert 1 == len(shop.deployments) == len(shop.world.circleci.pipelines)
    said = [*shop.eyes.whispers("dana"), *shop.eyes.whispers("sam")]
    assert 1 == len([text for text in said if "already on its way" in text])


async def test_the_first_is_kept_waiting_by_github(shop: Shop) -> None:
    """The second asks GitHub seldom whether it may go on, and does once the first is through."""
    github = shop.world.github
    limit = github.faults.add(
        CREATION,
        status=403,
        times=None,
        body='{"message": "You have exceeded a secondary rate limit"}',
        headers={"retry-after": "60"},
    )
    await shop.world.slack.type_command("shop", "dana", "deploy production v1.4.0")
    await shop.quiet()
    shop.forget_calls()
    await shop.world.slack.type_command("shop", "sam", "deploy production v1.4.0")
    await pass_time(shop, 50)
    assert len(github.faults.calls) < 20
    github.faults.rules.remove(limit)
    await pass_time(shop, 60)  # if the second looks first, it looks again after 15 s
    assert 1 == len(shop.deployments) == len(shop.world.circleci.pipelines)
    assert "already on its way" in shop.eyes.whispers("sam")[-1]
