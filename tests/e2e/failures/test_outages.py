"""Providers and the disk fail for long: nothing is lost, nothing is acknowledged in vain."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from inline_snapshot import snapshot

from tests.e2e.passing import pass_time
from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

CALM = {
    "LEASE_SECONDS": "4",
    "WATCH_INTERVAL": "60",
    "CHECKS_SETTLE": "0.1",
    "GIVE_UP_AFTER": "2400",
}


@pytest.fixture
def environ() -> dict[str, str]:
    """Hours pass on the bot's clock alone; it gives up after 40 minutes."""
    return CALM


async def test_github_is_down_for_half_an_hour(shop: Shop) -> None:
    """The outcome waits for it, Slack does not."""
    live = await shop.deploy()
    outage = shop.world.github.faults.add("/", status=503, times=None)
    await shop.finish()
    await pass_time(shop, 1800)
    assert "Deployed" in live.text
    assert "in_progress" == shop.deployments[0].state
    shop.world.github.faults.rules.remove(outage)
    await pass_time(shop, 300)
    assert "success" == shop.deployments[0].state
    assert 1 == len(shop.world.slack.replies(CHANNEL, live.ts))


async def test_slack_is_down(shop: Shop) -> None:
    """The deployment is not affected; its message is posted late, in its final state only."""
    shop.world.slack.faults.add("/api/", status=503, times=None)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    await shop.finish()
    assert "success" == shop.deployments[0].state
    await pass_time(shop, 1800)
    assert not shop.live
    shop.world.slack.faults.clear()
    await pass_time(shop, 600)
    [live] = shop.live
    assert "Deployed" in live.text
    assert not live.edits
    assert 1 == len(shop.world.slack.replies(CHANNEL, live.ts))


@pytest.mark.by_setup
async def test_circleci_is_down_until_it_is_given_up(shop: Shop) -> None:
    """After GIVE_UP_AFTER, and not before, the deployment ends."""
    shop.world.circleci.faults.add("/", status=503, times=None)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: shop.live, what="a message")
    await pass_time(shop, 1800)
    assert "pending" == shop.deployments[0].state
    await pass_time(shop, 1200)
    assert "error" == shop.deployments[0].state
    assert "I don't know whether the pipeline started" in shop.eyes.message(shop.live[0])
    assert not shop.world.circleci.pipelines


async def test_github_is_down_until_a_waiting_one_is_given_up(shop: Shop) -> None:
    """It ends in Slack, and on GitHub once that is back."""
    sha = shop.world.github.head(REPOSITORY, "main")
    assert sha is not None
    shop.world.github.set_check(REPOSITORY, sha, "test", "pending")
    assert "Waiting for checks" in await shop.type("deploy production")
    shop.world.github.faults.add("/", status=503, times=None)
    await pass_time(shop, 3600)
    assert "Not started" in shop.eyes.message(shop.live[0])
    shop.world.github.faults.clear()
    await pass_time(shop, 600)
    assert "error" == shop.deployments[0].state


async def test_a_command_that_github_kept_waiting_for_too_long(shop: Shop) -> None:
    """Its person is told that it waits, and at last that it was given up: nothing is deployed."""
    outage = shop.world.github.faults.add("/", status=503, times=None)
    told = len(shop.eyes.whispers("dana"))
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await pass_time(shop, 2400)
    assert shop.eyes.whispers("dana")[told:] == snapshot(
        [
            "GitHub isn't answering (`503 Service Unavailable`). I'll keep trying `/cimon deploy production` until <time>. `/cimon cancel` drops it.",
            "GitHub has been down since <time> (`503 Service Unavailable`). I gave up; type it again when GitHub is back.",
        ]
    )
    shop.world.github.faults.rules.remove(outage)
    await pass_time(shop, 600)
    assert not shop.deployments


@pytest.mark.parametrize(("minutes", "said"), [(20, "I'll keep trying"), (40, "I gave up")])
async def test_a_rate_limit_that_lasts(shop: Shop, minutes: int, said: str) -> None:
    """Its person is told at once: that it is kept, or that it ends after the command would."""
    begun = len(shop.eyes.whispers("dana"))
    shop.world.github.faults.add(
        "/graphql",
        status=403,
        times=None,
        body='{"message": "API rate limit exceeded"}',
        headers={
            "x-ratelimit-remaining": "0",
            "x-ratelimit-reset": str(int(shop.bot.clock.wall()) + 60 * minutes),
        },
    )
    told = await shop.type("deploy production")
    assert "rate limit" in told
    assert said in told
    await pass_time(shop, 600)
    assert 1 == len(shop.eyes.whispers("dana")[begun:])


@contextmanager
def full_disk(database: Path) -> Iterator[None]:
    """No file of this process can grow any more."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    files = database.parent.glob(f"{database.name}*")
    most = max(file.stat().st_size for file in files)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_the_disk_is_full(shop: Shop) -> None:
    """5xx to the providers, a sentence to the person; when there is room again, all is well."""
    database = Path(shop.bot.store_url.removeprefix("sqlite:///"))
    with full_disk(database):
        answered = await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
        assert answered.shown is not None
        said = shop.eyes.message(answered.shown)
        assert "nothing was done" in said or "not sure I saved" in said
        shop.world.github.person_deploys(REPOSITORY, "staging")
        await shop.world.github.deliverer.settle()
        last = shop.world.github.hub.webhooks.log[-1]
        assert ("deployment", 503) == (last.sent.event, last.sent.status)
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{shop.bot.url}/readyz") as answer,
        ):
            assert 503 == answer.status
    assert 1 == len(shop.deployments)
    assert shop.bot.service is not None
    await shop.bot.service.sweep.begin()
    await until(lambda: shop.world.circleci.pipelines, what="the deployment that was refused")
    await shop.quiet()
    await shop.deploy("deploy production v1.4.0")
