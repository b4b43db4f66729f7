"""Environments that take only what succeeded elsewhere."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.shop import REPOSITORY, Shop

FLOW = "version: 1\nworkflow: github-flow\ncircleci: {workflow: deploy}\n"
CHAIN = """\
version: 1
circleci: {workflow: deploy}
environments:
  test: {deploy_on: {push: ["release*"]}}
  staging: {deploy_on: {push: ["release*"]}, requires: [test]}
"""


async def settled(shop: Shop) -> None:
    """Let the time pass in which a first check may appear."""
    await shop.quiet()
    await shop.later(40)


def states(shop: Shop) -> dict[str, str]:
    """Where each environment's latest deployment stands."""
    return {one.environment: one.state for one in shop.deployments}


@pytest.mark.parametrize("config", [FLOW])
async def test_staging_takes_what_succeeded_in_test(shop: Shop) -> None:
    """By the preset; one more call, and none where nothing is required."""
    shop.world.github.push(REPOSITORY, "release/1", "Sell more hats")
    await settled(shop)
    assert await shop.type("deploy staging release/1") == snapshot(
        "`c005` is still deploying to *test*. It can go to *staging* once it succeeds there. To deploy anyway, add `--force`. Nothing was deployed."
    )
    await shop.finish(1)
    assert await shop.type("deploy staging main") == snapshot(
        "`c004` has to succeed in *test* before it can go to *staging*. `release/1` is live in *test* now. Deploy it there first: `/cimon deploy test c004`. To deploy anyway, add `--force`. Nothing was deployed."
    )
    shop.forget_calls()
    await shop.deploy("deploy staging release/1")
    assert [call.path for call in shop.calls() if call.path == "/graphql"] == ["/graphql"] * 2
    assert states(shop) == {"test": "success", "staging": "in_progress"}
    await shop.finish(2)
    await shop.deploy("deploy staging main --force")


@pytest.mark.parametrize("config", [CHAIN])
async def test_a_push_waits_while_its_commit_is_on_its_way(shop: Shop) -> None:
    """It starts as soon as GitHub tells of the success."""
    shop.world.github.push(REPOSITORY, "release/1", "Sell more hats")
    await settled(shop)
    await settled(shop)
    assert states(shop) == {"test": "in_progress", "staging": "pending"}
    [waiting] = [one for one in map(shop.eyes.message, shop.live) if "*staging*" in one]
    assert waiting == snapshot("""\
“Waiting for another environment: release/1 to staging, pushed by dana.”
*staging* · Waiting for another environment · pushed by dana
| `<https://github.test/acme/shop/tree/release/1|release/1>` · `<https://github.test/acme/shop/commit/c005…|c005>` Sell more hats — by dana
| Waiting for `c005` to succeed in *test*. Deploys automatically once it does.
| [Details]  [Cancel]\
""")
    await shop.finish(1)
    assert states(shop) == {"test": "success", "staging": "in_progress"}


@pytest.mark.parametrize("config", [CHAIN])
async def test_a_push_ends_with_what_it_waits_for(shop: Shop) -> None:
    """Once that has failed nobody waits for it."""
    shop.world.github.push(REPOSITORY, "release/1", "Break")
    await settled(shop)
    await shop.finish(1, "failed")
    assert states(shop) == {"test": "failure", "staging": "error"}
    [number] = [n for n, one in enumerate(shop.deployments) if one.environment == "staging"]
    assert shop.states(number)[-1] == snapshot(
        "error: c005 has to succeed in test before it can go to staging. Deploy it there first: /cimon deploy test c005."
    )
