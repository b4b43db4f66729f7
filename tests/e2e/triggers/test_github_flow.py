"""The preset `github-flow`: where each event goes, and the link on a pull request."""

import pytest
from inline_snapshot import snapshot

from sandbox.github.records import PullRequest
from tests.e2e.recovery.test_resync_lost import lose_the_store
from tests.e2e.shop import REPOSITORY, Shop
from tests.e2e.triggers.test_comments import ours, said
from tests.e2e.triggers.test_triggers import made, settled

FLOW = """\
version: 1
workflow: github-flow
circleci: {workflow: deploy}
environments:
  "pr{number}": {url: "https://pr{number}.shop.example.com"}
"""
BY_HAND = """\
version: 1
circleci: {workflow: deploy}
environments:
  "pr{number}": {deploy_on: {pull_request: true}, url: "https://pr{number}.shop.example.com"}
"""
flow = pytest.mark.parametrize("config", [FLOW])


async def opened(shop: Shop) -> PullRequest:
    """A pull request whose deployment runs."""
    pull = shop.world.github.open_pull_request(REPOSITORY, "hats", "Sell more hats")
    await settled(shop)
    assert [one.state for one in shop.deployments] == ["in_progress"]
    return pull


@flow
async def test_each_event_has_its_environment(shop: Shop) -> None:
    """`staging` is nobody's: it takes what succeeded in `test`, by hand."""
    github = shop.world.github
    pull = github.open_pull_request(REPOSITORY, "hats", "Sell more hats")
    await settled(shop)
    github.push(REPOSITORY, message="Sell caps")
    await settled(shop)
    github.push(REPOSITORY, "release/1", "Release")
    await settled(shop)
    github.tag(REPOSITORY, "v2.0.0")
    await settled(shop)
    github.tag(REPOSITORY, "2026.11", "release/1")
    await settled(shop)
    github.tag(REPOSITORY, "nightly")
    github.push(REPOSITORY, "idea")
    await settled(shop)
    assert sorted(made(shop)) == [
        (f"pr{pull.number}", "hats"),
        ("preview", "main"),
        ("production", "2026.11"),
        ("production", "v2.0.0"),
        ("test", "release/1"),
    ]
    assert {one.environment for one in shop.deployments if one.transient} == {f"pr{pull.number}"}


@flow
async def test_a_pull_request_has_one_comment_with_its_link(shop: Shop) -> None:
    """Kept up to date in place through pushes and the end, however often events come.

    The newest deployment speaks; that it was closed is said by whatever is live.
    """
    shop.world.github.deliverer.copies = 3
    pull = await opened(shop)
    assert said(shop, pull) == snapshot(
        [
            """\
**pr1** · Deploying · for #1 by dana

[`hats`](https://github.test/acme/shop/pull/1) · [`c005`](https://github.test/acme/shop/commit/c005…) Sell more hats — by dana

Running since <time>\
"""
        ]
    )
    await shop.finish(1)
    assert said(shop, pull) == snapshot(
        [
            """\
**pr1** · Deployed in <n s> · for #1 by dana

[`hats`](https://github.test/acme/shop/pull/1) · [`c005`](https://github.test/acme/shop/commit/c005…) Sell more hats — by dana

Open [pr1.shop.example.com](https://pr1.shop.example.com) · [logs](https://circleci.test/pipelines/gh/acme/shop/1)\
"""
        ]
    )
    shop.world.github.push(REPOSITORY, "hats", "More")
    await settled(shop)
    assert said(shop, pull) == snapshot(
        [
            """\
**pr1** · Deploying · for #1 by dana

[`hats`](https://github.test/acme/shop/pull/1) · [`c006`](https://github.test/acme/shop/commit/c006…) More — by dana · [changes since the last success](https://github.test/acme/shop/compare/c005…...c006…)

Running since <time>

Until then: [pr1.shop.example.com](https://pr1.shop.example.com)\
"""
        ]
    )
    await shop.finish(2, "failed")
    await shop.type("retry pr1")
    await settled(shop)
    await shop.type("cancel pr1")
    await settled(shop)
    assert said(shop, pull)[0].startswith("**pr1** · Canceled")
    shop.world.github.close_pull_request(REPOSITORY, pull.number)
    await settled(shop)
    assert said(shop, pull) == snapshot(
        [
            """\
**pr1** · Closed · for #1 by dana

[`hats`](https://github.test/acme/shop/pull/1) · [`c005`](https://github.test/acme/shop/commit/c005…) Sell more hats — by dana

[Pull request #1](https://github.test/acme/shop/pull/1) was closed, so its environment was closed too. Nothing was torn down: what was deployed there is still there.\
"""
        ]
    )
    assert len(ours(shop, pull)) == 1


@flow
async def test_its_comment_is_found_after_the_store_was_lost(shop: Shop) -> None:
    """By a mark that nobody sees, and only where we wrote it."""
    github = shop.world.github
    pull = await opened(shop)
    await shop.finish(1)
    [comment] = ours(shop, pull)
    forged = github.person_comments(REPOSITORY, pull.number, comment.body, "hubot")
    before = forged.body
    await lose_the_store(shop)
    github.push(REPOSITORY, "hats", "More")
    await settled(shop)
    assert said(shop, pull)[0].startswith("**pr1** · Deploying")
    await shop.finish(2)
    await lose_the_store(shop)
    github.close_pull_request(REPOSITORY, pull.number)
    await settled(shop)
    assert said(shop, pull)[0].startswith("**pr1** · Closed")
    assert forged.body == before


@flow
async def test_a_comment_that_deploys_it_has_its_own(shop: Shop) -> None:
    """One tells whoever asked, the other has the link."""
    pull = await opened(shop)
    await shop.finish(1)
    shop.world.github.push(REPOSITORY, "hats", "More [skip deploy]")
    await settled(shop)
    shop.world.github.person_comments(REPOSITORY, pull.number, "/deploy pr1", "octocat")
    await settled(shop)
    await shop.finish(2)
    assert [text.partition("\n")[0] for text in said(shop, pull)] == snapshot(
        [
            "**pr1** · Deployed in <n s> · requested by dana",
            "**pr1** · Deployed in <n s> · requested by dana",
        ]
    )


@pytest.mark.parametrize("config", [BY_HAND])
async def test_without_the_preset_nothing_is_posted(shop: Shop) -> None:
    """Only `github-flow` speaks on pull requests unasked."""
    pull = await opened(shop)
    await shop.finish(1)
    assert ours(shop, pull) == []
