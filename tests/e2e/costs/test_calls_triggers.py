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


async def warm(shop: Shop) -> None:
    """The configuration and people are known."""
    await shop.deploy("deploy test")
    await shop.finish(1)


async def costs(shop: Shop, happens: Callable[[], object]) -> dict[str, int]:
    """How often each provider is called for one more deployment, from its cause to its success."""
    shop.forget_calls()
    happens()
    await shop.quiet()
    await shop.finish(len(shop.deployments))
    assert {one.state for one in shop.deployments} == {"success"}
    return shop.by_provider()


@pytest.mark.parametrize("config", [CONFIG])
async def test_each_trigger(shop: Shop) -> None:
    """As much as a command: one read, the deployment, two statuses; what costs more is said."""
    github = shop.world.github
    await warm(shop)
    told = {
        "a push": await costs(shop, lambda: github.push(REPOSITORY, "release/1")),
        "the configuration may have changed with it": await costs(
            shop, lambda: github.push(REPOSITORY)
        ),
        "`create` does not tell the commit; its push does": await costs(
            shop, lambda: github.tag(REPOSITORY, "v2.0.0")
        ),
        "does it change the configuration?": await costs(
            shop, lambda: github.open_pull_request(REPOSITORY, "hats")
        ),
    }
    assert told == snapshot(
        {
            "a push": {"github": 4, "circleci": 1, "slack": 3},
            "the configuration may have changed with it": {"github": 5, "circleci": 1, "slack": 3},
            "`create` does not tell the commit; its push does": {
                "github": 5,
                "circleci": 1,
                "slack": 3,
            },
            "does it change the configuration?": {"github": 5, "circleci": 1, "slack": 3},
        }
    )


@pytest.mark.parametrize("config", [CONFIG])
async def test_a_push_of_the_configuration_and_a_comment(shop: Shop) -> None:
    """What was read to judge the file decides what is deployed; the check run is one more.

    Of a comment: who that is, the reaction, and one comment that is changed once.
    """
    github = shop.world.github
    pull = github.open_pull_request(REPOSITORY, "hats", draft=True)
    await warm(shop)
    files = {".github/deploybot.yml": CONFIG + "# changed\n"}
    assert await costs(shop, lambda: github.push(REPOSITORY, files=files)) == snapshot(
        {"github": 6, "circleci": 1, "slack": 3}
    )
    assert await costs(
        shop,
        lambda: github.person_comments(REPOSITORY, pull.number, "/deploy staging", "octocat"),
    ) == snapshot({"github": 8, "circleci": 1, "slack": 3})


@pytest.mark.parametrize("config", [FLOW])
async def test_a_pull_request_of_github_flow(shop: Shop) -> None:
    """Its comment is looked for and written, when it starts and when it has ended."""
    await warm(shop)
    assert await costs(
        shop, lambda: shop.world.github.open_pull_request(REPOSITORY, "hats")
    ) == snapshot({"github": 9, "circleci": 1, "slack": 3})
