"""Pull requests that are closed: what is live, runs or waits there ends with them."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from sandbox.core.faults import Call
from tests.e2e.recovery.test_resync_lost import lose_the_store
from tests.e2e.shop import REPOSITORY, Shop

CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  "pr{number}": {deploy_on: {pull_request: true}, transient: true}
"""
pytestmark = pytest.mark.parametrize("config", [CONFIG])


async def settled(shop: Shop) -> None:
    """Let the time pass in which a first check may appear."""
    await shop.quiet()
    await shop.later(40)


async def opened(shop: Shop) -> int:
    """Open a pull request whose deployment runs; its number."""
    pull = shop.world.github.open_pull_request(REPOSITORY, "hats")
    await settled(shop)
    assert [one.state for one in shop.deployments] == ["in_progress"]
    return pull.number


async def test_what_is_live_ends_with_its_pull_request(shop: Shop) -> None:
    """Every delivery comes three times; nothing is run for it. Reopened, it is deployed again.

    After the store was lost GitHub tells what is live.
    """
    number = await opened(shop)
    await shop.finish(1)
    shop.forget_calls()
    shop.world.github.deliverer.copies = 3
    shop.world.github.close_pull_request(REPOSITORY, number)
    await settled(shop)
    assert shop.states()[-3:] == snapshot(
        [
            "in_progress: Pipeline 1 is running on CircleCI.",
            "success: Deployed in <n s>.",
            "inactive: Pull request #1 was closed, so its environment was closed too. Nothing was torn down: what was deployed there is still there.",
        ]
    )
    assert shop.eyes.message(shop.live[-1]) == snapshot("""\
“Closed: hats to pr1, for #1 by dana.”
*pr1* · Closed · for #1 by dana
| `<https://github.test/acme/shop/pull/1|hats>` · `<https://github.test/acme/shop/commit/c005…|c005>` Merge hats — by dana
| <https://github.test/acme/shop/pull/1|Pull request #1> was closed, so its environment was closed too. Nothing was torn down: what was deployed there is still there.
| [Logs]\
""")
    assert shop.counted() == snapshot(
        {
            "github: POST /graphql": 1,
            "github: POST /repos/acme/shop/deployments/<d1>/statuses": 1,
            "slack: POST /api/chat.update": 1,
        }
    )
    shop.world.github.clock.ahead += 60
    shop.world.github.reopen_pull_request(REPOSITORY, number)
    await settled(shop)
    assert [one.state for one in shop.deployments] == ["inactive", "in_progress"]
    await shop.finish(2)
    await lose_the_store(shop)
    shop.world.github.clock.ahead += 60
    shop.world.github.close_pull_request(REPOSITORY, number)
    await settled(shop)
    assert [one.state for one in shop.deployments] == ["inactive", "inactive"]


async def test_another_spelling_ends_with_it(shop: Shop) -> None:
    """What a person deployed by the API under a name that means the same, live or running."""
    number = await opened(shop)
    await shop.finish(1)
    shop.world.github.person_deploys(REPOSITORY, "ｐｒ１", "hats")
    await settled(shop)
    await shop.finish(2)
    shop.world.github.person_deploys(REPOSITORY, "ｐｒ１", "hats")
    await settled(shop)
    assert [one.state for one in shop.deployments][1:] == ["success", "in_progress"]
    shop.world.github.clock.ahead += 60
    shop.world.github.close_pull_request(REPOSITORY, number)
    await settled(shop)
    assert [one.state for one in shop.deployments][1:] == ["inactive", "inactive"]


async def test_what_runs_is_stopped(shop: Shop) -> None:
    """It ends inactive, and so does what waits behind it."""
    number = await opened(shop)
    shop.world.github.push(REPOSITORY, "hats", "More")
    await settled(shop)
    assert [one.state for one in shop.deployments] == ["in_progress", "pending"]
    shop.world.github.close_pull_request(REPOSITORY, number, merged=True)
    await settled(shop)
    assert [one.state for one in shop.deployments] == ["inactive", "inactive"]
    assert len(shop.world.circleci.pipelines) == 1
    [pipeline] = shop.world.circleci.pipelines
    assert [one.status for one in pipeline.workflows] == ["canceled"]
    assert shop.states()[-2:] == snapshot(
        [
            "pending: Next after dana's hats, which is still deploying to pr1. Starts automatically.",
            "inactive: Pull request #1 was merged, so its environment was closed too.",
        ]
    )


async def test_closed_before_it_is_heard_of(shop: Shop) -> None:
    """The events come in the wrong order."""
    github = shop.world.github
    github.deliverer.hold = True
    pull = github.open_pull_request(REPOSITORY, "hats")
    github.clock.ahead += 60
    github.close_pull_request(REPOSITORY, pull.number)
    github.deliverer.release(reverse=True)
    await settled(shop)
    assert shop.deployments == []


def at_the_next_survey(shop: Shop, **fault: Any) -> None:
    """Have something happen when that environment is read next."""
    faults = shop.world.github.faults

    def heard(call: Call) -> None:
        if b'"pr1"' in call.body:
            faults.listeners.remove(heard)
            faults.add("/graphql$", **fault)

    faults.listeners.append(heard)


async def test_closed_while_its_deployment_is_planned(shop: Shop) -> None:
    """It was open when that was read; nothing is created."""
    github = shop.world.github
    pull = github.open_pull_request(REPOSITORY, "hats")

    def close() -> None:
        github.clock.ahead += 60
        github.close_pull_request(REPOSITORY, pull.number)

    at_the_next_survey(shop, on_done=close, hold=0.3)
    await settled(shop)
    assert pull.state == "closed"
    assert shop.deployments == []


async def test_closed_while_its_deployment_is_created(shop: Shop) -> None:
    """It is not there yet when it is looked for, and is when the answer comes: it ends as well."""
    github = shop.world.github
    pull = github.open_pull_request(REPOSITORY, "hats")

    def close() -> None:
        github.close_pull_request(REPOSITORY, pull.number)
        at_the_next_survey(shop, hold=0.6)

    github.faults.add("POST .*/deployments$", on_hit=close, delay=0.2)
    await settled(shop)
    await settled(shop)
    assert [one.state for one in shop.deployments] == ["inactive"]
    [pipeline] = shop.world.circleci.pipelines
    assert [one.status for one in pipeline.workflows] == ["canceled"]


async def test_heard_of_when_it_is_open_again(shop: Shop) -> None:
    """A close that arrives late ends nothing."""
    number = await opened(shop)
    github = shop.world.github
    github.deliverer.hold = True
    github.close_pull_request(REPOSITORY, number)
    github.clock.ahead += 60
    github.reopen_pull_request(REPOSITORY, number)
    github.deliverer.release(reverse=True)
    await settled(shop)
    assert [one.state for one in shop.deployments] == ["in_progress"]
