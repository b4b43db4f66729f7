"""Two pipelines for one deployment, and a pipeline that nobody lets us read."""

import json

import aiohttp
import pytest
from inline_snapshot import snapshot

from sandbox.circleci.state import Pipeline
from tests.e2e.passing import pass_time
from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, Shop

BRISK = {"LEASE_SECONDS": "4", "WATCH_INTERVAL": "60", "CHECKS_SETTLE": "0.1"}


@pytest.fixture
def environ() -> dict[str, str]:
    """A lease's waits pass on the bot's clock alone."""
    return BRISK


async def doubled(shop: Shop) -> None:
    """The first request lands only after the guard's wait: a second pipeline is started."""
    shop.world.circleci.next_pipeline(lateness=3.0)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: shop.live, what="a message: CircleCI's answer was lost")
    await shop.bot.later(4.5)
    await until(lambda: shop.world.circleci.pipelines, what="the second request's pipeline")
    await shop.quiet()


async def test_a_second_pipeline_that_appears_late(shop: Shop) -> None:
    """The search after the outcome finds it: canceled, and told on the card and in the channel."""
    await doubled(shop)
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the late one", seconds=6)
    await shop.finish(1)
    await pass_time(shop, 30)
    kept, late = shop.world.circleci.pipelines
    assert ("success", "canceled") == (kept.workflows[0].status, late.workflows[0].status)
    [live] = shop.live
    assert "CircleCI started two pipelines for this deployment" in shop.eyes.message(live)
    assert "CircleCI started two pipelines for this deployment" in shop.eyes.thread(live)
    assert "(also sent to the channel)" in shop.eyes.thread(live)
    assert "success" == shop.deployments[0].state


async def test_its_webhook_tells_of_it_first(shop: Shop) -> None:
    """Before the search after the outcome: it carries our deployment's number."""
    circleci = shop.world.circleci
    circleci.faults.add("POST .*/pipeline$", drop="after")
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: circleci.pipelines, what="the pipeline whose answer is lost")
    await shop.quiet()
    late = await posted_again(shop)
    circleci.life.end(late, circleci.start_workflow(late.id, "docs"), "success")
    await until(lambda: not late.open, what="it is canceled")
    await shop.finish(1)
    [live] = shop.live
    assert "success" == shop.deployments[0].state
    assert "CircleCI started two pipelines" in shop.eyes.message(live)


async def posted_again(shop: Shop) -> Pipeline:
    """A second pipeline of the deployment, as when its first request lands twice."""
    circleci = shop.world.circleci
    [asked] = circleci.faults.made("POST .*/pipeline$")
    async with aiohttp.ClientSession(headers={"Circle-Token": circleci.token}) as session:
        await session.post(f"{circleci.url}{asked.path}", json=json.loads(asked.body))
    _, late = circleci.pipelines
    return late


async def test_a_pipeline_that_cannot_be_read(shop: Shop) -> None:
    """It may be the deployment's: it is named and linked, and has the environment until it ends.

    CircleCI's answer was lost, and it does not show what our pipelines were started with.
    """
    circleci = shop.world.circleci
    circleci.faults.add("POST .*/pipeline$", drop="after")
    circleci.faults.add("GET .*/values$", status=404, times=None)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: shop.live and circleci.pipelines, what="a message and a pipeline")
    await pass_time(shop, 30)
    [live] = shop.live
    assert shop.eyes.message(live) == snapshot("""\
“Outcome unknown: main to production, requested by dana.”
*production* · Outcome unknown · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| CircleCI's answer got lost. I can't tell whether pipeline <https://circleci.test/pipelines/gh/acme/shop/1|1> is this deployment, so I didn't start another. Check on CircleCI: if it isn't, press *Retry*. It starts once that pipeline has ended.
| [Retry]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `main` to *production* has an unknown outcome. CircleCI's answer got lost. The message above says what to do. (also sent to the channel)"
    )
    assert shop.states() == snapshot(
        [
            "pending: Waiting for CircleCI to start the pipeline.",
            "error: CircleCI's answer got lost. I can't tell whether pipeline 1 is this deployment, so I didn't start another.",
        ]
    )
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production v1.4.0")
    await pass_time(shop, 300)
    assert 1 == len(circleci.pipelines)
    assert "Queued" in shop.live[1].text
    await shop.finish(1)
    await pass_time(shop, 120)
    assert 2 == len(circleci.pipelines)
    await shop.finish(2)
    assert ["error", "success"] == [one.state for one in shop.deployments]


async def test_our_clock_is_wrong(shop: Shop) -> None:
    """How far back a search reaches is told by CircleCI's clock: what was started is found."""
    shop.bot.clock.seconds += 7200
    await shop.deploy("deploy staging")
    shop.world.circleci.faults.add("POST .*/pipeline$", drop="after")
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: len(shop.live) > 1, what="a message")
    await pass_time(shop, 30)
    assert 2 == len(shop.world.circleci.pipelines)
    await shop.finish(2)
    assert "success" == shop.deployments[1].state
