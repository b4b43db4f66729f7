"""GitHub fails: a command is kept and goes on by itself, and a refusal says what is missing."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.running import Bot, until
from tests.e2e.shop import REPOSITORY, Shop


@pytest.mark.by_setup
async def test_a_5xx_and_then_an_answer(shop: Shop, bot: Bot) -> None:
    """Nobody notices but who waits some seconds longer."""
    shop.world.github.unavailable(match="POST /graphql")
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await shop.quiet()
    await bot.later(3)
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    await shop.quiet()
    assert 1 == len(shop.deployments)
    assert 1 == len(shop.world.slack.ephemerals("dana"))  # the answer to her claim


@pytest.mark.by_setup
async def test_down_for_a_while(shop: Shop, bot: Bot) -> None:
    """The person is told once that it is kept; it goes on by itself."""
    shop.world.github.unavailable(times=None)
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    for _ in range(4):
        await shop.quiet()
        await bot.later(20)
    await shop.quiet()
    assert shop.eyes.whispers("dana")[1:] == snapshot(
        [
            "GitHub isn't answering (`502 Bad Gateway`). I'll keep trying `/cimon deploy production` until <time>. `/cimon cancel` drops it."
        ]
    )
    shop.world.github.faults.clear()
    await bot.later(300)
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    assert 1 == len(shop.deployments)


@pytest.mark.by_setup
async def test_rate_limited(shop: Shop, bot: Bot) -> None:
    """No call is made before the limit is over, and the person is told until when."""
    shop.world.github.faults.add(
        "/graphql$",
        times=2,
        status=403,
        body='{"message": "You have exceeded a secondary rate limit."}',
        headers={"Content-Type": "application/json", "Retry-After": "60"},
    )
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await shop.quiet()
    await bot.later(50)
    await shop.quiet()
    assert 1 == len(
        [one for one in shop.world.github.faults.made("/graphql$") if one.status == 403]
    )
    await bot.later(15)
    await shop.quiet()
    assert shop.eyes.whispers("dana")[1:] == snapshot(
        [
            "GitHub's rate limit is used up until <time>. I'll keep trying `/cimon deploy production` until <time>. `/cimon cancel` drops it."
        ]
    )
    await bot.later(65)
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")


async def test_a_permission_is_missing(shop: Shop) -> None:
    """GitHub's words, quoted, and which permission it is."""
    shop.world.github.faults.add(
        "POST /repos/acme/shop/deployments$",
        status=403,
        body='{"message": "Resource not accessible by integration"}',
        headers={
            "Content-Type": "application/json",
            "X-Accepted-GitHub-Permissions": "deployments=write",
        },
    )
    assert await shop.type("deploy production") == snapshot(
        "GitHub refused this: `Resource not accessible by integration`. The App is missing the permission `deployments=write`; an owner of the organization can grant it. Nothing was deployed."
    )
    assert not shop.deployments


async def test_tokens_that_have_expired(shop: Shop) -> None:
    """A 401 gets a new token, once, and nobody notices."""
    shop.world.github.expire_tokens()
    await shop.deploy("deploy production")
    await shop.finish()
    assert "success" == shop.deployments[0].state


async def test_down_when_a_person_deploys_elsewhere(shop: Shop) -> None:
    """Its webhook was accepted: more than an hour later it is run all the same."""
    down = shop.world.github.faults.add("/statuses$", status=503, times=None)
    shop.world.github.person_deploys(REPOSITORY, "production", "v1.4.0")
    await shop.quiet()
    await shop.later(65 * 60)
    shop.world.github.faults.rules.remove(down)
    await shop.later(301)
    await until(lambda: shop.live and shop.world.circleci.pipelines, what="it runs")
    await shop.finish()
    assert "success" == shop.deployments[0].state
