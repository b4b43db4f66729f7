"""Newest wins: what waits never goes over what was deployed later and is live."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

CHECKED = """\
version: 1
circleci: {workflow: deploy}
environments: {production: {checks: [ci/test]}}
"""
CANCEL = "version: 1\ncircleci: {workflow: deploy}\ndefaults: {concurrency: cancel}\n"


def check(shop: Shop, sha: str, state: str) -> None:
    """Report the one check that counts."""
    shop.world.github.set_check(REPOSITORY, sha, "ci/test", state)


async def waiting(shop: Shop, ref: str) -> None:
    """Deploy what has to wait."""
    live = len(shop.live)
    await shop.world.slack.type_command("shop", "dana", f"deploy production {ref}")
    await until(lambda: len(shop.live) > live, what="a card")
    await shop.quiet()


@pytest.mark.parametrize("config", [CHECKED])
async def test_an_older_one_whose_check_turns_green_late_is_superseded(shop: Shop) -> None:
    """B was deployed later and has succeeded; A ends at once, and may be deployed all the same."""
    old = shop.world.github.push(REPOSITORY, "old", "Old hats")
    new = shop.world.github.push(REPOSITORY, "new", "New hats")
    await waiting(shop, "old")
    check(shop, new, "success")
    await shop.deploy("deploy production new")
    await shop.finish(1)
    assert ["inactive", "success"] == [one.state for one in shop.deployments]
    assert shop.eyes.message(shop.live[0]) == snapshot("""\
“Superseded: old to production, requested by dana.”
*production* · Superseded · requested by dana
| `<https://github.test/acme/shop/tree/old|old>` · `<https://github.test/acme/shop/commit/c005…|c005>` Old hats — by dana
| Superseded by dana's `<https://github.test/acme/shop/deployments/production|new>` (`c006`). This one was never started.
| [Deploy anyway]  [Details]\
""")
    check(shop, old, "success")
    await shop.later(700)
    assert 1 == len(shop.world.circleci.pipelines)
    await shop.press(shop.live[0], "Deploy anyway")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the older one's pipeline")
    assert old == shop.world.circleci.pipeline(2).parameters["sha"]


@pytest.mark.parametrize("config", [CHECKED])
async def test_a_foreign_success_counts_too(shop: Shop) -> None:
    """GitHub Actions deployed later, and is done."""
    github = shop.world.github
    old = github.push(REPOSITORY, "old", "Old hats")
    await waiting(shop, "old")
    theirs = github.actions_deploys(REPOSITORY, "production", "main")
    await shop.quiet()
    github.post_status_as(theirs, "success", "hubot")
    await until(lambda: shop.deployments[0].state == "inactive", what="its end")
    check(shop, old, "success")
    await shop.quiet()
    assert not shop.world.circleci.pipelines


@pytest.mark.parametrize("config", [CHECKED])
async def test_while_a_newer_one_runs_an_older_waits(shop: Shop) -> None:
    """It starts if the newer one fails."""
    old = shop.world.github.push(REPOSITORY, "old", "Old hats")
    new = shop.world.github.push(REPOSITORY, "new", "New hats")
    await waiting(shop, "old")
    check(shop, new, "success")
    await shop.deploy("deploy production new")
    check(shop, old, "success")
    await shop.quiet()
    assert "Queued" in shop.live[0].text
    await shop.finish(1, "failed")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the older one's pipeline")
    assert old == shop.world.circleci.pipeline(2).parameters["sha"]


@pytest.mark.parametrize("config", [CANCEL])
async def test_of_those_that_wait_only_the_newest_gets_a_pipeline(shop: Shop) -> None:
    """Under `cancel` an older one is superseded where it waits."""
    for branch in ("one", "two", "three"):
        shop.world.github.push(REPOSITORY, branch, f"Make {branch}")
    await shop.deploy("deploy production one")
    refuses = shop.world.circleci.faults.add("POST .*/cancel$", status=503, times=None)
    for branch in ("two", "three"):
        await waiting(shop, branch)
    refuses.times = 0
    for _ in range(3):
        await shop.later(61)
    ran = [pipeline.branch for pipeline in shop.world.circleci.pipelines]
    assert ["one", "three"] == ran
    states = [one.state for one in shop.deployments]
    assert ["error", "inactive", "in_progress"] == states
