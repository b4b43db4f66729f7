"""Two pipelines for one deployment, and pipelines of which nobody can tell whose they are."""

import json

import aiohttp
import pytest
from inline_snapshot import snapshot

from tests.e2e.passing import pass_time
from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

BRISK = {"LEASE_SECONDS": "4", "WATCH_INTERVAL": "60", "CHECKS_SETTLE": "0.1"}
NAMELESS = "version: 1\ncircleci: {workflow: deploy, send: [environment, ref, sha]}\n"


@pytest.fixture
def environ() -> dict[str, str]:
    """A lease's waits pass on the bot's clock alone."""
    return BRISK


async def doubled(shop: Shop) -> None:
    """The first request lands only after the guard's wait: a second pipeline is started."""
    shop.world.circleci.next_pipeline(lateness=3.0)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: shop.live, what="a message: CircleCI's answer was lost")
    await shop.bot.later(4.5)
    await until(lambda: shop.world.circleci.pipelines, what="the second request's pipeline")
    await shop.quiet()


async def test_a_second_pipeline_that_appears_late(shop: Shop) -> None:
    """The search after the outcome finds it: canceled, and told on the card and in the channel."""
    await doubled(shop)
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the late one", seconds=6)
    await shop.finish(1)
    await pass_time(shop, 30)
    kept, late = shop.world.circleci.pipelines
    assert ("success", "canceled") == (kept.workflows[0].status, late.workflows[0].status)
    [live] = shop.live
    assert "CircleCI started two pipelines for this deployment" in shop.eyes.message(live)
    assert "CircleCI started two pipelines for this deployment" in shop.eyes.thread(live)
    assert "(also sent to the channel)" in shop.eyes.thread(live)
    assert "success" == shop.deployments[0].state


async def test_its_webhook_arrives_later_still(shop: Shop) -> None:
    """After every search: the report carries our deployment's id, and is not the recorded one."""
    circleci = shop.world.circleci
    await shop.deploy()
    await shop.finish(1)
    [asked] = circleci.faults.made("POST .*/pipeline$")
    async with aiohttp.ClientSession(headers={"Circle-Token": circleci.token}) as session:
        await session.post(f"{circleci.url}{asked.path}", json=json.loads(asked.body))
    _, late = circleci.pipelines
    circleci.life.end(late, circleci.start_workflow(late.id, "docs"), "success")
    await until(lambda: not late.open, what="it is canceled")
    await shop.quiet()
    [live] = shop.live
    assert "success" == shop.deployments[0].state
    assert "CircleCI started two pipelines" in shop.eyes.thread(live)
    assert "CircleCI started two pipelines" in shop.eyes.message(live)


async def undecided(shop: Shop) -> None:
    """The answer is lost, and two pipelines of the branch could be the deployment's."""
    circleci = shop.world.circleci

    def another() -> None:
        pipeline = circleci.push(shop.world.slug, "main", trigger="api")
        assert pipeline is not None
        pipeline.actor = circleci.user["login"]

    circleci.faults.add("POST .*/pipeline$", drop="after", on_done=another)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: shop.live and len(circleci.pipelines) == 2, what="a message")
    await pass_time(shop, 30)


@pytest.mark.parametrize("config", [NAMELESS])
async def test_a_single_candidate_is_adopted(shop: Shop) -> None:
    """A project that does not declare `deployment_id`: the second-best."""
    shop.world.circleci.faults.add("POST .*/pipeline$", drop="after")
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: shop.live, what="a message")
    await pass_time(shop, 10)
    await shop.finish(1)
    assert "success" == shop.deployments[0].state
    assert 1 == len(shop.world.circleci.pipelines)


@pytest.mark.parametrize("config", [NAMELESS])
async def test_our_clock_is_ahead_of_circlecis(shop: Shop) -> None:
    """What was started seems older than the intent: it is asked about, and none is started."""
    shop.bot.clock.seconds += 1.0
    shop.world.circleci.faults.add("POST .*/pipeline$", drop="after")
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: shop.live, what="a message")
    await pass_time(shop, 30)
    assert 1 == len(shop.world.circleci.pipelines)
    assert "" == await shop.press(shop.live[0], "Pipeline 1")
    await shop.finish(1)
    assert "success" == shop.deployments[0].state
    assert 1 == len(shop.world.circleci.pipelines)


@pytest.mark.parametrize("config", [NAMELESS])
async def test_which_pipeline_is_asked_in_the_channel(shop: Shop) -> None:
    """A button each; nothing is started until one is pressed."""
    await undecided(shop)
    [live] = shop.live
    assert shop.eyes.message(live) == snapshot("""\
“Waiting for an answer: main to production, asked by dana.”
*production* · Waiting for an answer · asked by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c004…|c004>` Wrap the hats — by octocat
| Several pipelines could be this deployment's: <https://circleci.test/pipelines/gh/acme/shop/2|2>, <https://circleci.test/pipelines/gh/acme/shop/1|1>. Nothing is started again until somebody says which. Press the one that it is.
| [Pipeline 2]  [Pipeline 1]  [None of them]  [Details]  [Cancel]\
""")
    assert shop.eyes.thread(live) == snapshot(
        "  ↳ <@dana> Several pipelines could be this deployment's: <https://circleci.test/pipelines/gh/acme/shop/2|2>, <https://circleci.test/pipelines/gh/acme/shop/1|1>. Nothing is started again until somebody says which. Press the one that it is. (also sent to the channel)"
    )
    assert shop.states() == snapshot(
        [
            "pending: Waiting for CircleCI to start the pipeline.",
            "pending: Several pipelines could be this deployment's: 2, 1. Nothing is started again until somebody says which.",
        ]
    )
    await pass_time(shop, 1800)
    assert 2 == len(shop.world.circleci.pipelines)
    assert 1 == len(shop.world.slack.replies(CHANNEL, live.ts))
    assert "" == await shop.press(live, "Pipeline 1", user="sam")
    assert "Deploying" in live.text
    await shop.finish(1)
    assert "success" == shop.deployments[0].state
    assert 2 == len(shop.world.circleci.pipelines)


@pytest.mark.parametrize("config", [NAMELESS])
async def test_none_of_them(shop: Shop) -> None:
    """Then it is started anew, once."""
    await undecided(shop)
    await shop.press(shop.live[0], "None of them")
    await pass_time(shop, 10)
    assert 3 == len(shop.world.circleci.pipelines)
    await shop.finish(3)
    assert "success" == shop.deployments[0].state


@pytest.mark.parametrize("config", [NAMELESS])
async def test_pressed_too_late(shop: Shop) -> None:
    """Another person has chosen already, or it has ended."""
    await undecided(shop)
    [live] = shop.live
    action = next(
        element
        for attachment in live.attachments
        for block in attachment["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["text"]["text"] == "Pipeline 2"
    )
    old = [dict(attachment) for attachment in live.attachments]
    await shop.press(live, "Pipeline 1")
    live.attachments = old
    assert await shop.press(live, "Pipeline 2", user="sam") == snapshot(
        "Deployment <d1> knows its pipeline already. Nothing was changed."
    )
    await shop.finish(1)
    live.attachments = old
    assert await shop.press(live, "Pipeline 2", user="sam") == snapshot(
        "Deployment <d1> has ended already: deployed in <n s>. Nothing was changed."
    )
    assert action["value"].endswith(shop.world.circleci.pipelines[1].id)


@pytest.mark.parametrize("config", [NAMELESS])
async def test_canceled_instead_of_answered(shop: Shop) -> None:
    """Nobody says which it is: the deployment is canceled, the pipelines are left alone."""
    await undecided(shop)
    await shop.press(shop.live[0], "Cancel")
    await shop.quiet()
    assert "error" == shop.deployments[0].state
    assert "Canceled" in shop.live[0].text
    assert all(pipeline.open for pipeline in shop.world.circleci.pipelines)


@pytest.mark.parametrize("config", [NAMELESS])
async def test_nobody_answers_for_a_day(shop: Shop) -> None:
    """It ends in an error, and is never started again."""
    await undecided(shop)
    await pass_time(shop, 90_000)
    assert "error" == shop.deployments[0].state
    assert 2 == len(shop.world.circleci.pipelines)
    assert REPOSITORY == shop.live[0].metadata["event_payload"]["repository"]  # type: ignore[index]
