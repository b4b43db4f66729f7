"""What a deployment costs in provider calls, counted."""

import time

import pytest
from inline_snapshot import snapshot

from tests.e2e.passing import pass_time
from tests.e2e.running import Bot
from tests.e2e.shop import Shop

EVERY_WORKFLOW = "version: 1\n"


async def costs(shop: Shop, typed: str) -> dict[str, int]:
    """The calls of one deployment that succeeds, once identity and token are known."""
    await shop.deploy("deploy staging")
    await shop.finish(1)
    shop.forget_calls()
    await shop.deploy(typed)
    await shop.finish(2)
    counted = shop.counted()
    print("\n" + "\n".join(f"{times} × {call}" for call, times in counted.items()))
    return counted


async def test_a_plain_deployment(shop: Shop) -> None:
    """4 to GitHub, 1 to CircleCI as the workflow is named, at most 4 to Slack; no polling."""
    assert await costs(shop, "deploy production") == snapshot(
        {
            "circleci: POST /api/v2/project/gh/acme/shop/pipeline": 1,
            "github: POST /graphql": 1,
            "github: POST /repos/acme/shop/deployments": 1,
            "github: POST /repos/acme/shop/deployments/<d2>/statuses": 2,
            "slack: POST /api/chat.postMessage": 2,
            "slack: POST /api/chat.update": 1,
        }
    )
    assert {"github": 4, "circleci": 1, "slack": 3} == shop.by_provider()
    # One call more where something is live, for how the commit stands to that.
    shop.forget_calls()
    await shop.deploy("deploy staging v1.4.0")
    await shop.finish(3)
    compared = shop.eyes.plain(
        f"/repos/acme/shop/compare/{shop.deployments[0].sha}...{shop.deployments[2].sha}"
    )
    assert 1 == shop.counted()[f"github: GET {compared}"]
    assert {"github": 5, "circleci": 1, "slack": 3} == shop.by_provider()
    # Naming the job that failed costs reads of CircleCI; the rest is as for a success.
    shop.forget_calls()
    await shop.deploy("deploy test --new")
    shop.world.circleci.fail(4, "migrate")
    await shop.quiet()
    assert shop.counted() == snapshot(
        {
            "github: POST /graphql": 1,
            "github: POST /repos/acme/shop/deployments": 1,
            "github: POST /repos/acme/shop/deployments/<d4>/statuses": 2,
            "circleci: POST /api/v2/project/gh/acme/shop/pipeline": 1,
            "circleci: GET /api/v2/pipeline/<uuid>/workflow": 1,
            "circleci: GET /api/v2/workflow/<uuid>/job": 1,
            "slack: POST /api/chat.postMessage": 2,
            "slack: POST /api/chat.update": 1,
        }
    )


@pytest.mark.parametrize("config", [EVERY_WORKFLOW])
async def test_where_every_workflow_counts(shop: Shop) -> None:
    """CircleCI is asked once what the pipeline has come to."""
    await costs(shop, "deploy production")
    assert {"github": 4, "circleci": 2, "slack": 3} == shop.by_provider()
    assert shop.counted() == snapshot(
        {
            "github: POST /graphql": 1,
            "github: POST /repos/acme/shop/deployments": 1,
            "github: POST /repos/acme/shop/deployments/<d2>/statuses": 2,
            "circleci: POST /api/v2/project/gh/acme/shop/pipeline": 1,
            "circleci: GET /api/v2/pipeline/<uuid>/workflow": 1,
            "slack: POST /api/chat.postMessage": 2,
            "slack: POST /api/chat.update": 1,
        }
    )


async def test_no_polling_while_it_runs(shop: Shop, bot: Bot) -> None:
    """At most one CircleCI call a watch interval for what runs, none when nothing does."""
    await shop.deploy("deploy production")
    shop.forget_calls()
    await bot.later(1)
    await shop.quiet()
    assert not shop.counted()
    await bot.later(2)
    await shop.quiet()
    assert shop.counted() == snapshot({"circleci: GET /api/v2/pipeline/<uuid>/workflow": 1})
    await shop.finish()
    shop.forget_calls()
    await bot.later(600)
    await shop.quiet()
    assert not shop.counted()


async def test_an_ordinary_pipeline_of_the_project(shop: Shop) -> None:
    """CircleCI tells of each workflow of the project: what no API call started costs nothing."""
    shop.forget_calls()
    shop.world.circleci.push("gh/acme/shop", "main")
    [pipeline] = shop.world.circleci.pipelines
    shop.world.circleci.finish(pipeline.number)
    await pass_time(shop, 60)
    assert shop.counted() == {}


async def test_a_command_behind_a_storm_of_ordinary_pipelines(shop: Shop) -> None:
    """CircleCI takes its time, and 60 reports of pushes come first, more than places for work: `list` waits for neither."""
    shop.world.circleci.faults.add("^", delay=30.0, times=None)
    shop.world.circleci.project("gh/acme/shop").checks = False  # CircleCI's own reports are meant
    shop.forget_calls()
    for _ in range(60):
        shop.world.circleci.push("gh/acme/shop", "main")
        shop.world.circleci.finish(shop.world.circleci.pipelines[-1].number)
    await shop.world.circleci.settle()  # all reports are there: a busy machine takes a while
    began = time.monotonic()
    assert "Nothing has been deployed" in await shop.type("list")
    assert time.monotonic() - began < 15  # none of CircleCI's delays
    assert "circleci" not in shop.by_provider()
