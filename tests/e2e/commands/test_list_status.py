"""`list`: what runs where. `status`: how far one deployment has got, hop by hop."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.running import Bot, until
from tests.e2e.shop import REPOSITORY, Shop


async def test_list(shop: Shop) -> None:
    """A line an environment, then the latest deployments; one GraphQL call."""
    await shop.deploy("deploy production v1.4.0")
    await shop.finish(1)
    await shop.deploy("deploy staging main", "sam")
    await shop.finish(2, "failed")
    await shop.deploy("deploy production main")
    shop.forget_calls()
    assert await shop.type("list") == snapshot("""\
`acme/shop` is deployed to 1 environment. 1 more: `/cimon list --all`.
*production* · `v1.4.0` (`<https://github.test/acme/shop/commit/c003…|c003>`) since <time> · by dana · deploying: `main` (`<https://github.test/acme/shop/commit/c004…|c004>`) since <time>
Latest:
<d3> · `main` (`<https://github.test/acme/shop/commit/c004…|c004>`) to *production* · deploying since <time> · by dana · <https://circleci.test/pipelines/gh/acme/shop/3|logs>
<d2> · `main` (`<https://github.test/acme/shop/commit/c004…|c004>`) to *staging* · failed <time> · by sam · <https://circleci.test/pipelines/gh/acme/shop/2|logs>
<d1> · `v1.4.0` (`<https://github.test/acme/shop/commit/c003…|c003>`) to *production* · deployed <time> · by dana · <https://circleci.test/pipelines/gh/acme/shop/1|logs>\
""")
    assert 1 == shop.by_provider()["github"]


async def test_list_shows_what_others_deploy(shop: Shop) -> None:
    """It is read from GitHub, so nothing is left out."""
    deployment = shop.world.github.actions_deploys(REPOSITORY, "staging")
    shop.world.github.post_status_as(deployment, "success", "github-actions[bot]")
    await shop.quiet()
    assert await shop.type("list") == snapshot("""\
`acme/shop` is deployed to 1 environment.
*staging* · `main` (`<https://github.test/acme/shop/commit/c004…|c004>`) since <time> · by github-actions
Latest:
<d1> · `main` (`<https://github.test/acme/shop/commit/c004…|c004>`) to *staging* · deployed <time> · by github-actions\
""")


async def test_status_while_it_runs_and_of_a_success(shop: Shop) -> None:
    """By environment or number; the current hop is told from what is still to come.

    In the end every hop is done, with its time.
    """
    await shop.deploy("deploy production v1.4.0")
    by_environment = await shop.type("status production")
    assert by_environment == snapshot("""\
*production* · deployment <d1> · `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` (`<https://github.test/acme/shop/commit/c003…|c003>`)
`done   ` <time>  requested by dana
`done   ` <time>  created on GitHub
`done   ` <time>  GitHub's webhook received
`done   ` <time>  checks and queue: clear
`done   ` <time>  CircleCI started <https://circleci.test/pipelines/gh/acme/shop/1|pipeline 1>
`current` <time>  jobs are running
`waiting` outcome on GitHub
`done   ` <time>  message posted, kept up to date
It continues automatically.
[Logs]  [Cancel]\
""")
    assert by_environment == await shop.type(f"status {shop.deployments[0].id}")
    await shop.finish()
    assert await shop.type("status") == snapshot("""\
*production* · deployment <d1> · `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` (`<https://github.test/acme/shop/commit/c003…|c003>`)
`done   ` <time>  requested by dana
`done   ` <time>  created on GitHub
`done   ` <time>  GitHub's webhook received
`done   ` <time>  checks and queue: clear
`done   ` <time>  CircleCI started <https://circleci.test/pipelines/gh/acme/shop/1|pipeline 1>
`done   ` <time>  jobs ended
`done   ` <time>  outcome on GitHub: `success`
`done   ` <time>  message shows the outcome
It's finished.
[Logs]\
""")


async def test_status_while_it_waits_for_a_check(shop: Shop) -> None:
    """What is waited for, and that it goes on by itself."""
    sha = shop.world.github.head(REPOSITORY, "main") or ""
    shop.world.github.set_check(REPOSITORY, sha, "test", "pending")
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.live, what="a card")
    await shop.quiet()
    told = await shop.type("status")
    assert told == snapshot("""\
*production* · deployment <d1> · `<https://github.test/acme/shop/tree/main|main>` (`<https://github.test/acme/shop/commit/c004…|c004>`)
`done   ` <time>  requested by dana
`done   ` <time>  created on GitHub
`done   ` <time>  GitHub's webhook received
`current` checks and queue: Waiting for `test` (0 of 1 checks passed). Deploys automatically once it passes.
`waiting` pipeline on CircleCI
`waiting` jobs
`waiting` outcome on GitHub
`done   ` <time>  message posted, kept up to date
It continues automatically.
[Cancel]\
""")
    assert told == await shop.press(shop.live[0], "Details")


@pytest.mark.by_setup
@pytest.mark.parametrize("environ", [{"LEASE_SECONDS": "2"}])
async def test_the_hop_that_hangs_is_named(shop: Shop, bot: Bot) -> None:
    """CircleCI is down: since when, how often it was tried, when it is tried again."""
    shop.world.circleci.faults.add("^", status=503, times=None)
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.live, what="a card")
    await shop.quiet()
    assert await shop.type("status") == snapshot("""\
*production* · deployment <d1> · `<https://github.test/acme/shop/tree/main|main>` (`<https://github.test/acme/shop/commit/c004…|c004>`)
`done   ` <time>  requested by dana
`done   ` <time>  created on GitHub
`done   ` <time>  GitHub's webhook received
`done   ` <time>  checks and queue: clear
`stuck  ` <time>  CircleCI: no answer for <n s> (1 try, last: 503). Trying now.
`waiting` jobs
`waiting` outcome on GitHub
`done   ` <time>  message posted, kept up to date
One step is stuck; I'm retrying.
[Cancel]\
""")
    await bot.later(60)
    await shop.quiet()
    assert shop.eyes.message(shop.live[0]) == snapshot("""\
“Waiting for CircleCI: main to production, requested by dana.”
*production* · Waiting for CircleCI · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| CircleCI hasn't answered since <time> (503). The pipeline may already have started; I'll check before retrying.
| [Details]  [Cancel]\
""")
    shop.world.circleci.faults.clear()
    await bot.later(60)
    await until(lambda: shop.deployments[0].state == "in_progress", what="it goes on")


async def test_status_of_a_failure(shop: Shop) -> None:
    """The job that failed."""
    await shop.deploy("deploy production v1.4.0")
    shop.world.circleci.fail(1, "migrate")
    await shop.quiet()
    assert await shop.type("status") == snapshot("""\
*production* · deployment <d1> · `<https://github.test/acme/shop/tree/v1.4.0|v1.4.0>` (`<https://github.test/acme/shop/commit/c003…|c003>`)
`done   ` <time>  requested by dana
`done   ` <time>  created on GitHub
`done   ` <time>  GitHub's webhook received
`done   ` <time>  checks and queue: clear
`done   ` <time>  CircleCI started <https://circleci.test/pipelines/gh/acme/shop/1|pipeline 1>
`failed ` <time>  `migrate` failed. <https://circleci.test/jobs/gh/acme/shop/2|Its log> says why. Deploy a fix, or press *Retry*.
`done   ` <time>  outcome on GitHub: `failure`
`done   ` <time>  message shows the outcome
It's finished.
[Retry]  [Logs]\
""")
