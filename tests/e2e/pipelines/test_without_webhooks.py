"""CircleCI's webhooks are all lost: the watch finds what became of each pipeline."""

import pytest
from inline_snapshot import snapshot

from sandbox.slack.state import Message
from tests.e2e.running import Bot
from tests.e2e.shop import REPOSITORY, Shop

MINUTE = 61.0
EVERY_WORKFLOW = "version: 1\n"
BY_THE_MINUTE = {"LEASE_SECONDS": "4", "WATCH_INTERVAL": "60", "CHECKS_SETTLE": "0.2"}


@pytest.fixture
def environ() -> dict[str, str]:
    """The watch looks once a minute; minutes pass on the bot's clock alone."""
    return BY_THE_MINUTE


@pytest.fixture
def deaf(shop: Shop) -> Shop:
    """The shop, to which CircleCI tells nothing."""
    shop.world.circleci.deliverer.lose = 10_000
    return shop


async def minutes(shop: Shop, number: int = 1) -> None:
    """So many minutes pass, each with a look."""
    for _ in range(number):
        await shop.bot.later(MINUTE)
        await shop.quiet()


def card(shop: Shop, live: Message) -> list[str]:
    """What the card says below its first line and the commit."""
    return shop.eyes.message(live).split("\n")[3:]


def asked(shop: Shop) -> list[str]:
    """What CircleCI was asked, ids taken out."""
    return [
        shop.eyes.plain(f"{call.method} {call.path}").replace("/api/v2", "")
        for call in shop.world.circleci.faults.calls
    ]


async def test_rerun_on_circlecis_page(deaf: Shop) -> None:
    """A new workflow of the same pipeline: the deployment is in progress again, in its slot."""
    live = await deaf.deploy()
    deaf.world.circleci.fail(1, "migrate")
    await minutes(deaf)
    assert "failure" == deaf.deployments[0].state
    deaf.world.circleci.rerun(1)
    await minutes(deaf)
    assert card(deaf, live)[0] == snapshot("| Rerunning on CircleCI")
    answered = await deaf.type("deploy production v1.4.0", user="sam")
    assert "Queued" in answered
    deaf.world.circleci.finish(1)
    await minutes(deaf)
    states = [status.state for status in deaf.deployments[0].statuses]
    assert ["in_progress", "failure", "in_progress", "success"] == states
    assert 2 == len(deaf.world.circleci.pipelines)
    assert deaf.eyes.message(live) == snapshot("""\
“Deployed: main to production, requested by dana.”
*production* · Deployed · requested by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by dana
| <https://circleci.test/pipelines/gh/acme/shop/1|logs>
| [Details]\
""")
    assert deaf.eyes.thread(live) == snapshot("""\
  ↳ <@dana> `main` failed in *production* at `migrate`. Press *Retry* above or deploy a fix. (also sent to the channel)
  ↳ <@dana> `main` is live in *production*.\
""")


async def test_rerun_beside_another_deployment(deaf: Shop) -> None:
    """The slot is taken: both run, which is shown and said in the channel."""
    first = await deaf.deploy()
    deaf.world.circleci.fail(1, "migrate")
    await minutes(deaf)
    await deaf.deploy("deploy production v1.4.0", user="sam")
    deaf.world.circleci.rerun(1)
    await minutes(deaf, 2)
    assert "in_progress" == deaf.deployments[0].state
    assert card(deaf, first)[:2] == snapshot(
        [
            "| Rerunning on CircleCI",
            "| Deployment <d2> is also running in *production*, at the same time as this one. Cancel one of the two if they shouldn't run together.",
        ]
    )
    assert deaf.eyes.thread(first).split("\n")[1:] == snapshot(
        [
            "  ↳ <@dana> Deployment <d2> is also running in *production*, at the same time as this one. Cancel one of the two if they shouldn't run together. (also sent to the channel)"
        ]
    )
    deaf.world.circleci.finish(1)
    await minutes(deaf)
    assert ["success", "in_progress"] == [one.state for one in deaf.deployments]
    deaf.world.circleci.finish(2)
    await minutes(deaf)
    assert ["inactive", "success"] == [one.state for one in deaf.deployments]


async def test_a_redundant_pipeline_is_canceled_by_circleci(deaf: Shop) -> None:
    """A push to the branch cancels what runs on it: superseded, by nobody in person."""
    deaf.world.github.push(REPOSITORY, "fix/hats", "Round the hats")
    deaf.world.circleci.project(deaf.world.slug).auto_cancel = True
    live = await deaf.deploy("deploy staging fix/hats")
    deaf.world.circleci.push(deaf.world.slug, "fix/hats")
    await minutes(deaf)
    assert "error" == deaf.deployments[0].state
    assert deaf.eyes.message(live).split("\n")[0] == snapshot(
        "“Superseded: fix/hats to staging, requested by dana.”"
    )
    assert card(deaf, live)[0] == snapshot(
        "| Superseded: CircleCI canceled it because a newer pipeline started on the same branch or in the same group. Press *Retry* to run it anyway."
    )
    assert deaf.eyes.thread(live) == snapshot(
        "  ↳ <@dana> `fix/hats` to *staging* was superseded by a newer one."
    )


async def test_a_webhook_an_hour_late(shop: Shop) -> None:
    """The watch was faster; what comes late changes nothing and tells nobody anew."""
    shop.world.circleci.deliverer.hold = True
    live = await shop.deploy()
    shop.world.circleci.finish(1)
    await minutes(shop)
    assert "success" == shop.deployments[0].state
    await shop.bot.later(3600)
    shop.world.circleci.deliverer.release()
    await shop.quiet()
    assert ["in_progress", "success"] == [one.state for one in shop.deployments[0].statuses]
    assert 1 == len(shop.world.slack.replies("shop", live.ts))


async def test_at_most_one_call_a_minute_while_it_runs(deaf: Shop) -> None:
    """Four minutes of one running pipeline, looked at as often as the worker likes."""
    await deaf.deploy()
    deaf.forget_calls()
    for _ in range(24):
        await deaf.bot.later(10.0)
        await deaf.quiet()
    print(f"CircleCI calls in 4 minutes of one running pipeline: {len(asked(deaf))}")
    assert 3 <= len(asked(deaf)) <= 4
    assert {"GET /pipeline/<uuid>/workflow"} == set(asked(deaf))


async def test_no_call_while_nothing_runs(deaf: Shop, bot: Bot) -> None:
    """Before the first deployment and after a success CircleCI is left alone, sweeps included."""
    assert bot.service is not None
    await bot.service.sweep.begin()
    await minutes(deaf, 2)
    assert [] == [call for call in asked(deaf) if "pipeline" in call]
    await deaf.deploy()
    deaf.world.circleci.finish(1)
    await minutes(deaf)
    assert "success" == deaf.deployments[0].state
    deaf.forget_calls()
    for _ in range(4):
        await bot.later(600.0)
        await deaf.quiet()
    assert [] == asked(deaf)


async def test_a_failure_is_looked_at_ever_more_seldom(deaf: Shop) -> None:
    """Nobody tells of a rerun, so it is looked for: half a dozen times in an hour, then no more."""
    await deaf.deploy()
    deaf.world.circleci.fail(1, "migrate")
    await minutes(deaf)
    deaf.forget_calls()
    await minutes(deaf, 60)
    print(f"CircleCI calls in the hour after a failure: {len(asked(deaf))}")
    assert 5 <= len(asked(deaf)) <= 6
    deaf.forget_calls()
    await deaf.bot.later(86_400)
    await deaf.quiet()
    assert [] == asked(deaf)
