"""What waits ends within a bounded time, told by no wall clock and across restarts."""

import re

import pytest
from inline_snapshot import snapshot

from tests.e2e.passing import pass_time
from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

BOUNDS = {
    "LEASE_SECONDS": "4",
    "WATCH_INTERVAL": "60",
    "CHECKS_SETTLE": "0.1",
    "GIVE_UP_AFTER": "600",
    "PEOPLE_AFTER": "1200",
}


@pytest.fixture
def environ() -> dict[str, str]:
    """Hours pass on the bot's clock alone; it gives up after ten minutes, on people after twenty."""
    return BOUNDS


async def test_nobody_approves(shop: Shop) -> None:
    """What CircleCI holds is canceled, so that no approval runs old code some day."""
    live = await shop.deploy()
    shop.world.circleci.hold(1)
    await pass_time(shop, 1000)
    assert "on_hold" == shop.world.circleci.pipelines[0].workflows[0].status
    assert "in_progress" == shop.deployments[0].state
    await pass_time(shop, 260)
    assert "canceled" == shop.world.circleci.pipelines[0].workflows[0].status
    assert shop.eyes.message(live) == snapshot("""\
“Never approved: main to production, requested by dana.”
*production* · Never approved · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Nobody approved `hold` on CircleCI for 20 m, so I canceled <https://circleci.test/pipelines/gh/acme/shop/1|the pipeline>. Press *Retry* to start over.
| [Retry]\
""")
    assert shop.eyes.thread(live) == snapshot(
        """\
  ↳ <@dana> `hold` needs approval to deploy `main` to *production*. Press *Approve* above, or <https://circleci.test/pipelines/gh/acme/shop/1|approve it on CircleCI>. (also sent to the channel)
  ↳ <@dana> `main` to *production* ended with an error. Nobody approved `hold` on CircleCI for 20 m, so I canceled the pipeline. The message above says what to do. (also sent to the channel)\
"""
    )
    assert shop.states()[-1] == snapshot(
        "error: Nobody approved hold on CircleCI for 20 m, so I canceled the pipeline."
    )
    await shop.deploy("deploy production v1.4.0")


async def test_a_line_behind_one_that_is_held(shop: Shop) -> None:
    """It does not wait for as long as people may; nor does it start beside what is held."""
    await shop.deploy()
    shop.world.circleci.hold(1)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production v1.4.0")
    await pass_time(shop, 550)
    assert "pending" == shop.deployments[1].state
    await pass_time(shop, 120)
    assert "error" == shop.deployments[1].state
    assert "so I dropped it" in shop.eyes.message(shop.live[1])
    assert 1 == len(shop.world.circleci.pipelines)


async def test_a_check_that_never_reports(shop: Shop) -> None:
    """However often the process is restarted, and whatever its wall clock shows."""
    sha = shop.world.github.head(REPOSITORY, "main")
    assert sha is not None
    shop.world.github.set_check(REPOSITORY, sha, "ci/circleci: hold", "pending")
    assert "Waiting for checks" in await shop.type("deploy production")
    for wrong in (7200.0, 7200.0, 9000.0):
        await pass_time(shop, 170)
        assert "pending" == shop.deployments[0].state
        await shop.bot.stop()
        shop.bot.clock.wrong = wrong
        await shop.bot.start()
    await pass_time(shop, 240)
    assert "error" == shop.deployments[0].state
    said = re.sub(r"waited \d+ m for", "waited <n s> for", shop.eyes.message(shop.live[0]))
    assert said == snapshot("""\
“Not started: main to production, requested by dana.”
*production* · Not started · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| I waited <n s> for `ci/circleci: hold`, then gave up. Press *Retry* once it passes. Nothing was deployed.
| [Retry]\
""")
    assert not shop.world.circleci.pipelines


@pytest.mark.parametrize("wrong", [7200.0, -7200.0])
async def test_a_wall_clock_jumps(shop: Shop, wrong: float) -> None:
    """What runs is not timed out, nor is it found to have no workflow."""
    shop.world.circleci.clock.ahead = -wrong
    live = await shop.deploy()
    shop.bot.clock.wrong = wrong
    await pass_time(shop, 120)
    assert "Deploying" in shop.eyes.message(live)
    await shop.finish()
    assert "success" == shop.deployments[0].state


async def test_a_wall_clock_that_is_set_back_delays_no_timer(shop: Shop) -> None:
    """The watch finds the outcome that no webhook told of, and no two hours later."""
    await shop.deploy()
    await shop.quiet()
    shop.world.circleci.deliverer.lose = 10_000
    shop.bot.clock.wrong = -7200.0
    shop.world.circleci.finish(1, "success")
    await shop.later(61)
    assert "success" == shop.deployments[0].state


@pytest.mark.parametrize("ahead", [420.0, -420.0, 7200.0, -7200.0])
async def test_circlecis_clock_is_another(shop: Shop, ahead: float) -> None:
    """A pipeline whose trigger had no answer is found, also by a process that has just begun."""
    await shop.bot.stop()
    shop.world.circleci.clock.ahead = ahead
    await shop.bot.start()
    shop.world.circleci.faults.add("POST .*/pipeline$", drop="after")
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: shop.live, what="a message")
    await pass_time(shop, 30)
    assert 1 == len(shop.world.circleci.pipelines)
    await shop.finish()
    assert "success" == shop.deployments[0].state
