"""What was live before is inactive on GitHub once something else is: one active deployment each."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.passing import pass_time
from tests.e2e.recovery.test_resync_lost import lose_the_store
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  production: {aliases: [live]}
  staging: {}
  "pr{number}": {transient: true}
"""
pytestmark = pytest.mark.parametrize("config", [CONFIG])


async def succeeded(shop: Shop, text: str, number: int) -> None:
    """Deploy, and let it succeed a while later."""
    await shop.deploy(text)
    shop.world.github.clock.ahead += 60
    await shop.finish(number)


def states(shop: Shop) -> list[str]:
    """Where each deployment stands on GitHub, oldest first."""
    return [one.state for one in shop.deployments]


async def test_production_has_one_active_deployment(shop: Shop) -> None:
    """It costs one call more to GitHub; the older one's card says what replaced it.

    A rollback is one more deployment: what it left and what it restored are inactive.
    """
    await succeeded(shop, "deploy production v1.4.0", 1)
    shop.forget_calls()
    await succeeded(shop, "deploy production main", 2)
    assert states(shop) == ["inactive", "success"]
    assert shop.states(0) == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "success: Deployed in <n s>.",
            "inactive: Replaced by main (c004).",
        ]
    )
    assert shop.eyes.message(shop.live[0]) == snapshot("""\
“No longer live: v1.4.0 to production, requested by dana.”
*production* · No longer live · requested by dana
| `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` · `<https://github.test/acme/shop/commit/c003…|c003>` Count the hats (#1) — by hubot · <https://github.test/acme/shop/issues/1|#1>
| Replaced by `<https://github.test/acme/shop/deployments/production|main>` (`c004`).
| [Logs]\
""")
    assert shop.by_provider() == snapshot({"github": 6, "circleci": 1, "slack": 4})
    assert await shop.type("list production") == snapshot("""\
`acme/shop` is deployed to 1 environment.
*production* · `main` (`<https://github.test/acme/shop/commit/c004…|c004>`) since <time> · by dana
Latest:
<d2> · `main` (`<https://github.test/acme/shop/commit/c004…|c004>`) to *production* · deployed <time> · by dana · <https://circleci.test/pipelines/gh/acme/shop/2|logs>
<d1> · `v1.4.0` (`<https://github.test/acme/shop/commit/c003…|c003>`) to *production* · no longer live <time> · by dana · <https://circleci.test/pipelines/gh/acme/shop/1|logs>\
""")
    await shop.type("rollback production")
    await shop.press(shop.world.slack.ephemerals("dana")[-1], "Roll back")
    await shop.finish(3)
    assert states(shop) == ["inactive", "inactive", "success"]


async def test_a_rerun_of_the_older_one(shop: Shop) -> None:
    """What went live last is active and listed, not what was created last."""
    await succeeded(shop, "deploy production v1.4.0", 1)
    await succeeded(shop, "deploy production main", 2)
    shop.world.circleci.rerun(1)
    await shop.quiet()
    assert states(shop) == ["inactive", "success"]
    await shop.later(5)
    await shop.finish(1)
    assert states(shop) == ["success", "inactive"]
    assert "*production* · `v1.4.0`" in await shop.type("list production")


async def test_what_others_deploy_is_theirs(shop: Shop) -> None:
    """Neither does ours end theirs, nor theirs ours; a person's that we run counts as ours."""
    github = shop.world.github
    theirs = github.actions_deploys(REPOSITORY, "production", "v1.4.0")
    github.post_status_as(theirs, "success")
    await shop.quiet()
    await succeeded(shop, "deploy production main", 1)
    github.person_deploys(REPOSITORY, "production", "main")
    await shop.quiet()
    await shop.finish(2)
    assert states(shop) == ["success", "inactive", "success"]


async def test_where_github_does_it(shop: Shop) -> None:
    """In staging GitHub makes the older one inactive, of which our record knows nothing."""
    await succeeded(shop, "deploy staging v1.4.0", 1)
    shop.forget_calls()
    await succeeded(shop, "deploy staging main", 2)
    assert states(shop) == ["inactive", "success"]
    assert shop.states(0) == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "success: Deployed in <n s>.",
            "inactive: ",
        ]
    )
    assert shop.by_provider() == snapshot({"github": 5, "circleci": 1, "slack": 3})
    shop.world.circleci.rerun(1)
    await shop.quiet()
    await shop.finish(1)
    assert states(shop) == ["success", "inactive"]


async def test_what_is_transient_ends_by_itself(shop: Shop) -> None:
    """Its environment ends with its pull request; the flags are set when it is created."""
    shop.world.github.open_pull_request(REPOSITORY, "hats")
    await shop.quiet()
    await succeeded(shop, "deploy pr1", 1)
    await succeeded(shop, "deploy pr1 --force", 2)
    assert states(shop) == ["success", "success"]
    await succeeded(shop, "deploy live", 3)
    flags = [(one.environment, one.transient, one.production) for one in shop.deployments]
    assert flags == [("pr1", True, False), ("pr1", True, False), ("production", False, True)]


async def test_github_is_down(shop: Shop) -> None:
    """It is tried again, and done once."""
    await succeeded(shop, "deploy production v1.4.0", 1)
    older = shop.deployments[0].id
    await shop.deploy("deploy production main")
    shop.world.github.faults.add(f"/{older}/statuses", status=503, times=2)
    shop.world.github.clock.ahead += 60
    await shop.finish(2)
    assert states(shop) == ["success", "success"]
    await pass_time(shop, 120)
    assert shop.states(0) == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "success: Deployed in <n s>.",
            "inactive: Replaced by main (c004).",
        ]
    )


async def test_an_outcome_that_slack_did_not_take_in_time(shop: Shop) -> None:
    """It is told all the same, as what it is by then."""
    await shop.deploy("deploy production v1.4.0")
    slack = shop.world.slack
    slack.faults.add("chat.postMessage$", status=503, times=None)
    shop.world.github.clock.ahead += 60
    await shop.finish(1)
    await slack.type_command("shop", "dana", "deploy production main")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the second's pipeline")
    await shop.finish(2)
    assert states(shop) == ["inactive", "success"]
    slack.faults.rules.clear()
    await pass_time(shop, 600)
    assert shop.eyes.thread(shop.live[0]) == snapshot(
        "  ↳ <@dana> `v1.4.0` (by hubot) went live in *production* and has since been replaced."
    )


async def test_after_the_store_was_lost(shop: Shop) -> None:
    """Before the next one, or while it runs: GitHub tells what was active."""
    await succeeded(shop, "deploy production v1.4.0", 1)
    await lose_the_store(shop)
    await succeeded(shop, "deploy production main", 2)
    assert states(shop) == ["inactive", "success"]
    shop.world.github.push(REPOSITORY, message="Mend")
    await shop.deploy("deploy production main")
    await lose_the_store(shop)
    shop.world.github.clock.ahead += 60
    await shop.finish(3)
    assert states(shop) == ["inactive", "inactive", "success"]
