"""What runs is what was judged: what is told later of a deployment, or turns out later, counts."""

import pytest

from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

CHECKED = """\
version: 1
circleci: {workflow: deploy}
environments: {staging: {checks: [ci/test]}}
"""


@pytest.mark.parametrize("config", [CHECKED])
async def test_a_status_that_names_another_environment_changes_nothing(shop: Shop) -> None:
    """Of a deployment that waits, that runs, and by whatever deploybot reads of it afterwards."""
    github, circleci = shop.world.github, shop.world.circleci
    staging = github.person_deploys(REPOSITORY, "staging", "main")
    await until(lambda: shop.live, what="its card")
    await shop.quiet()
    github.post_status_as(staging, "pending", "hubot", environment="production")
    await shop.quiet()
    github.set_check(REPOSITORY, github.head(REPOSITORY, "main"), "ci/test", "success")
    await until(lambda: circleci.pipelines, what="its pipeline")
    assert "staging" == circleci.pipeline(1).parameters["environment"]
    await shop.deploy("deploy production v1.4.0")
    github.post_status_as(staging, "in_progress", "hubot", environment="production")
    await shop.quiet()
    await shop.finish(1)
    assert "Queued" in await shop.type("deploy production main")
    assert 2 == len(circleci.pipelines)
    listed = await shop.type("list")
    assert "main" in next(line for line in listed.splitlines() if "*staging*" in line)
    sha = github.push(REPOSITORY, message="More hats")
    github.set_check(REPOSITORY, sha, "ci/test", "success")
    await shop.deploy("deploy staging main")
    assert ["staging", "production", "production", "staging"] == [
        one.original_environment for one in shop.deployments
    ]


IN_LINE = CHECKED.replace("staging", "production")


async def in_line(shop: Shop) -> str:
    """A deployment waits in line behind another, its check green; its commit."""
    github = shop.world.github
    for branch in ("first", "second"):
        sha = github.push(REPOSITORY, branch, f"Make the {branch}")
        github.set_check(REPOSITORY, sha, "ci/test", "success")
    await shop.deploy("deploy production first")
    assert "Queued" in await shop.type("deploy production second")
    return sha


@pytest.mark.parametrize("config", [IN_LINE])
async def test_what_was_judged_runs_where_it_can_be_built(shop: Shop) -> None:
    """Its branch moved while it waited: the commit stays, on the default branch's pipeline."""
    sha = await in_line(shop)
    shop.world.github.push(REPOSITORY, "second", "Break it")
    await shop.finish(1)
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="its pipeline")
    pipeline = shop.world.circleci.pipeline(2)
    assert (sha, "main") == (pipeline.parameters["sha"], pipeline.branch)


@pytest.mark.parametrize("config", [IN_LINE])
async def test_nothing_starts_once_the_app_is_uninstalled(shop: Shop) -> None:
    """It waited in line meanwhile."""
    await in_line(shop)
    shop.world.github.uninstall(REPOSITORY)
    await shop.finish(1)
    await shop.later(61)
    assert 1 == len(shop.world.circleci.pipelines)
