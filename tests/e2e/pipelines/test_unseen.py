"""CircleCI does not show a pipeline, or shows another workflow: nobody takes it for ended."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.passing import pass_time
from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, Shop

CALM = {
    "LEASE_SECONDS": "4",
    "WATCH_INTERVAL": "60",
    "CHECKS_SETTLE": "0.1",
    "GIVE_UP_AFTER": "1200",
}
LONG = 3600.0
MISSPELLED = "version: 1\ncircleci: {workflow: deploi}\n"


@pytest.fixture
def environ() -> dict[str, str]:
    """Hours pass on the bot's clock alone; it gives up after 20 minutes."""
    return CALM


async def test_it_is_kept_and_said(shop: Shop) -> None:
    """The next one waits; once CircleCI shows it again, all goes on within a watch interval."""
    live = await shop.deploy()
    shop.world.circleci.lose_pipelines(LONG)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production v1.4.0")
    await pass_time(shop, 300)
    said = shop.eyes.message(live)
    assert "CircleCI has been answering 404 since" in said
    assert "may be running" in said
    assert "Deploying" in said
    assert "in_progress" == shop.deployments[0].state
    assert 1 == len(shop.world.circleci.pipelines)
    shop.world.circleci.faults.clear()
    await pass_time(shop, 65)
    assert "answering" not in shop.eyes.message(live)
    await shop.finish()
    assert "success" == shop.deployments[0].state
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the next one")


async def test_its_outcome_is_unknown_at_last(shop: Shop) -> None:
    """After GIVE_UP_AFTER it is an error, and the environment is free; it may have deployed."""
    live = await shop.deploy()
    shop.world.circleci.lose_pipelines(LONG)
    await pass_time(shop, 600)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production v1.4.0")
    await pass_time(shop, 480)
    assert "in_progress" == shop.deployments[0].state
    await pass_time(shop, 240)
    assert shop.eyes.message(live) == snapshot("""\
“Outcome unknown: main to production, requested by dana.”
*production* · Outcome unknown · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| CircleCI answered 404 since <time>: `Pipeline not found`. I don't know how <https://circleci.test/pipelines/gh/acme/shop/1|the pipeline> ended. Check on CircleCI before you retry.
| [Retry]\
""")
    assert shop.states(0)[-1].startswith("error: CircleCI answered 404 since")
    assert "I don't know how the pipeline ended" in shop.states(0)[-1]
    assert "Nothing was deployed" not in shop.eyes.thread(live)
    assert 2 == len(shop.world.circleci.pipelines)


async def test_a_cancel_that_is_refused(shop: Shop) -> None:
    """It goes on running, and is said to; what it comes to is told."""
    live = await shop.deploy()
    shop.world.circleci.faults.add("POST .*/cancel", status=403, times=None)
    await shop.press(live, "Cancel")
    await pass_time(shop, 700)
    said = shop.eyes.message(live)
    assert "I can't cancel <https://circleci.test/pipelines/gh/acme/shop/1|the pipeline>" in said
    assert "in_progress" == shop.deployments[0].state
    await shop.finish()
    assert "success" == shop.deployments[0].state


@pytest.mark.parametrize("config", [MISSPELLED])
async def test_a_workflow_that_is_misspelled(shop: Shop) -> None:
    """Its pipeline runs: the names are told at once, and the environment is kept until it ended."""
    live = await shop.deploy()
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production v1.4.0")
    await pass_time(shop, 65)
    assert shop.eyes.message(live) == snapshot("""\
“Deploying: main to production, requested by dana.”
*production* · Deploying · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| Running since <time>
| <https://circleci.test/pipelines/gh/acme/shop/1|The pipeline> has no workflow `deploi`; its only workflow is `deploy`. Check on CircleCI how it's going, and fix `circleci.workflow` in `.github/deploybot.yml`.
| [Cancel]\
""")
    assert 1 == len(shop.world.circleci.pipelines)
    await shop.finish()
    assert "error" == shop.deployments[0].state
    assert shop.eyes.message(live) == snapshot("""\
“Outcome unknown: main to production, requested by dana.”
*production* · Outcome unknown · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| <https://circleci.test/pipelines/gh/acme/shop/1|The pipeline> has no workflow `deploi`; its only workflow is `deploy`. Check on CircleCI how it ended, and fix `circleci.workflow` in `.github/deploybot.yml`.
| [Retry]\
""")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the next one")
