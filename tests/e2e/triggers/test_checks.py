"""Events whose commit was red: judged again when its checks change, while it is the head still."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.shop import REPOSITORY, Shop
from tests.e2e.triggers.test_triggers import made, ours, settled

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  staging: {deploy_on: {push: ["release*"]}}
  "pr{number}": {deploy_on: {pull_request: true}, transient: true}
"""
pytestmark = pytest.mark.parametrize("config", [CONFIG])


async def refused(shop: Shop, branch: str = "release/1") -> str:
    """Push a commit whose check is red already; its SHA."""
    github = shop.world.github
    github.deliverer.hold = True
    sha = github.push(REPOSITORY, branch, "Break")
    github.set_check(REPOSITORY, sha, "test", "failure")
    github.deliverer.hold = False
    github.deliverer.release()
    await settled(shop)
    assert made(shop) == []
    return sha


def said(shop: Shop, sha: str) -> list[str]:
    """What our check runs on a commit say, oldest first."""
    return [run.output["title"].replace(sha[:7], "<sha>") for run in ours(shop, sha)]


async def test_a_red_commit_deploys_once_it_is_green(shop: Shop) -> None:
    """Once, however often it is said; the commit says so, and nothing is asked before that."""
    sha = await refused(shop)
    shop.forget_calls()
    shop.world.github.set_check(REPOSITORY, sha, "test", "pending")
    await settled(shop)
    assert shop.calls() == []
    shop.world.github.deliverer.copies = 3
    shop.world.github.set_check(REPOSITORY, sha, "test", "success")
    await settled(shop)
    assert made(shop) == [("staging", "release/1")]
    assert len(shop.world.circleci.pipelines) == 1
    assert said(shop, sha) == snapshot(
        [
            "test failed on <sha>. Rerun it, and this deploys automatically once it passes. To deploy anyway: /cimon deploy staging release/1 --force.",
            "The checks pass now. Deploying to staging.",
        ]
    )


async def test_what_is_red_still_says_so_once(shop: Shop) -> None:
    """Its other checks end meanwhile; what is red is said anew where that has changed."""
    sha = await refused(shop)
    shop.world.github.set_check(REPOSITORY, sha, "lint", "success")
    await settled(shop)
    shop.world.github.set_check(REPOSITORY, sha, "docs", "failure")
    await settled(shop)
    assert made(shop) == []
    assert said(shop, sha) == snapshot(
        [
            "test failed on <sha>. Rerun it, and this deploys automatically once it passes. To deploy anyway: /cimon deploy staging release/1 --force.",
            "docs, test failed on <sha>. Rerun them, and this deploys automatically once they pass.",
        ]
    )


async def test_what_is_green_before_it_is_watched(shop: Shop) -> None:
    """Its event found nobody who waits; the commit is looked at once more by itself."""
    github = shop.world.github
    github.deliverer.hold = True
    sha = github.push(REPOSITORY, "release/1", "Break")
    github.set_check(REPOSITORY, sha, "test", "failure")
    github.deliverer.hold = False
    github.deliverer.release()
    await shop.quiet()
    assert (made(shop), len(ours(shop, sha))) == ([], 1)
    github.webhook_url, url = None, github.webhook_url
    github.set_check(REPOSITORY, sha, "test", "success")
    github.webhook_url = url
    await shop.later(3)
    assert made(shop) == [("staging", "release/1")]


async def test_what_turned_red_while_it_waited(shop: Shop) -> None:
    """Its deployment has ended; there is another one when the checks pass."""
    github = shop.world.github
    github.deliverer.hold = True
    sha = github.push(REPOSITORY, "release/1", "Break")
    github.set_check(REPOSITORY, sha, "test", "pending")
    github.deliverer.hold = False
    github.deliverer.release()
    await settled(shop)
    github.set_check(REPOSITORY, sha, "test", "failure")
    await settled(shop)
    assert [one.state for one in shop.deployments] == ["error"]
    github.set_check(REPOSITORY, sha, "test", "success")
    await settled(shop)
    assert [one.state for one in shop.deployments] == ["error", "in_progress"]


async def test_a_newer_push_leaves_it_behind(shop: Shop) -> None:
    """It is green by then, and not the head any more."""
    sha = await refused(shop)
    await refused(shop)
    shop.world.github.set_check(REPOSITORY, sha, "test", "success")
    await settled(shop)
    assert made(shop) == []


async def test_a_closed_pull_request_is_left_alone(shop: Shop) -> None:
    """Its commit is green by then."""
    github = shop.world.github
    github.deliverer.hold = True
    pull = github.open_pull_request(REPOSITORY, "hats")
    github.set_check(REPOSITORY, pull.head_sha, "test", "failure")
    github.deliverer.hold = False
    github.deliverer.release()
    await settled(shop)
    github.close_pull_request(REPOSITORY, pull.number)
    github.set_check(REPOSITORY, pull.head_sha, "test", "success")
    await settled(shop)
    assert made(shop) == []


async def test_it_is_watched_for_a_day(shop: Shop) -> None:
    """As long as any check is waited for."""
    sha = await refused(shop)
    await shop.later(86500)
    shop.world.github.set_check(REPOSITORY, sha, "test", "success")
    await settled(shop)
    assert made(shop) == []


async def test_what_cannot_stand_on_the_commit_is_said_in_the_channel(shop: Shop) -> None:
    """Once, though it is looked at again: somebody has to give the App that permission."""
    shop.world.github.faults.add(
        "POST /repos/acme/shop/check-runs$",
        status=403,
        times=None,
        body='{"message": "Resource not accessible by integration"}',
        headers={"Content-Type": "application/json"},
    )
    sha = await refused(shop)
    shop.world.github.set_check(REPOSITORY, sha, "lint", "failure")
    await settled(shop)
    assert said(shop, sha) == []
    told = [shop.eyes.message(one) for one in shop.world.slack.messages("shop")]
    assert [one for one in told if "won't let me" in one] == snapshot(
        [
            "GitHub won't let me put a check on `<https://github.test/acme/shop/commit/c005…|c005>`, so I'll say it here: `test` failed on `c005`. Rerun it, and this deploys automatically once it passes. To deploy anyway: `/cimon deploy staging release/1 --force`. Nothing was deployed."
        ]
    )
