"""What each kind of trigger costs in provider calls, from its event to its outcome."""

from collections.abc import Callable

import pytest
from inline_snapshot import snapshot

from tests.e2e.shop import REPOSITORY, Shop

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  production: {deploy_on: {tag: ["v*"]}, checks: []}
  staging: {deploy_on: {push: ["release*"]}, checks: []}
  preview: {deploy_on: {push: [main]}, checks: []}
  "pr{number}": {deploy_on: {pull_request: true}, checks: []}
"""
FLOW = """\
version: 1
workflow: github-flow
circleci: {workflow: deploy}
environments:
  "pr{number}": {checks: []}
"""
by_hand = pytest.mark.parametrize("config", [CONFIG])


async def costs(shop: Shop, happens: Callable[[], object]) -> dict[str, int]:
    """How often each provider is called for it, once the configuration and people are known."""
    await shop.deploy("deploy test")
    await shop.finish(1)
    shop.forget_calls()
    happens()
    await shop.quiet()
    await shop.finish(2)
    assert [one.state for one in shop.deployments] == ["success", "success"]
    return shop.by_provider()


@by_hand
async def test_a_push(shop: Shop) -> None:
    """As much as a command: one read, the deployment, two statuses."""
    assert await costs(shop, lambda: shop.world.github.push(REPOSITORY, "release/1")) == snapshot(
        {"github": 4, "circleci": 1, "slack": 3}
    )


@by_hand
async def test_a_push_to_the_default_branch(shop: Shop) -> None:
    """One read more: the configuration may have changed with it."""
    assert await costs(shop, lambda: shop.world.github.push(REPOSITORY)) == snapshot(
        {"github": 5, "circleci": 1, "slack": 3}
    )


@by_hand
async def test_a_push_of_the_configuration(shop: Shop) -> None:
    """What was read to judge the file decides what is deployed; the check run is one more."""
    files = {".github/deploybot.yml": CONFIG + "# changed\n"}
    assert await costs(shop, lambda: shop.world.github.push(REPOSITORY, files=files)) == snapshot(
        {"github": 6, "circleci": 1, "slack": 3}
    )


@by_hand
async def test_a_tag(shop: Shop) -> None:
    """One read more, for `create` does not tell the commit; its push does."""
    assert await costs(shop, lambda: shop.world.github.tag(REPOSITORY, "v2.0.0")) == snapshot(
        {"github": 5, "circleci": 1, "slack": 3}
    )


@by_hand
async def test_a_pull_request(shop: Shop) -> None:
    """As much as a push, and one to see whether it changes the configuration."""
    assert await costs(
        shop, lambda: shop.world.github.open_pull_request(REPOSITORY, "hats")
    ) == snapshot({"github": 5, "circleci": 1, "slack": 3})


@pytest.mark.parametrize("config", [FLOW])
async def test_a_pull_request_of_github_flow(shop: Shop) -> None:
    """Its comment is looked for and written, when it starts and when it has ended."""
    assert await costs(
        shop, lambda: shop.world.github.open_pull_request(REPOSITORY, "hats")
    ) == snapshot({"github": 9, "circleci": 1, "slack": 3})


@by_hand
async def test_a_comment(shop: Shop) -> None:
    """Who that is, the reaction, and one comment that is changed once."""
    github = shop.world.github
    pull = github.open_pull_request(REPOSITORY, "hats", draft=True)
    assert await costs(
        shop,
        lambda: github.person_comments(REPOSITORY, pull.number, "/deploy staging", "octocat"),
    ) == snapshot({"github": 8, "circleci": 1, "slack": 3})
