"""The whole store is lost: at its next start deploybot finds everything again on GitHub."""

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from sandbox.slack.state import Message
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

BRISK = {"LEASE_SECONDS": "4", "WATCH_INTERVAL": "60", "CHECKS_SETTLE": "0.1"}


@pytest.fixture
def environ() -> dict[str, str]:
    """A lease's waits pass on the bot's clock alone."""
    return BRISK


async def lose_the_store(shop: Shop, *, begin: bool = True) -> None:
    """The process ends, its file is gone, and it starts anew."""
    await shop.bot.worker.stop(0.0)
    await shop.bot.stop()
    database = Path(shop.bot.store_url.removeprefix("sqlite:///"))
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    await shop.bot.start()
    if begin:
        await begun(shop)


async def begun(shop: Shop) -> None:
    """What is done at the start of a process is done, waits of a lease included."""
    assert shop.bot.service is not None
    await shop.bot.service.sweep.begin()
    await shop.quiet()
    for _ in range(2):
        await shop.bot.later(4.5)
        await shop.quiet()


def edits(messages: list[Message]) -> list[int]:
    """How often each message was changed."""
    return [len(message.edits) for message in messages]


async def test_a_running_deployment_goes_on_in_its_message(shop: Shop) -> None:
    """One pipeline, one message, and the slot is held again; of its locks the channel hears once."""
    live = await shop.deploy()
    before = len(shop.world.slack.messages("shop"))
    await lose_the_store(shop)
    await begun(shop)
    said = shop.world.slack.messages("shop")[before:]
    assert [shop.eyes.message(message) for message in said] == snapshot(
        [
            "I lost my database, and the locks on `acme/shop` with it. Deployments and messages are back. Lock again whatever you still need locked. If you pressed *Tell me*, I can't tell you anymore."
        ]
    )
    assert "Queued" in await shop.type("deploy production v1.4.0", user="sam")
    await shop.finish(1)
    assert "success" == shop.deployments[0].state
    assert live is shop.live[0]
    assert "Deployed" in live.text
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the next in line")
    await shop.finish(2)
    assert ["inactive", "success"] == [one.state for one in shop.deployments]
    assert 2 == len(shop.live) == len(shop.world.circleci.pipelines)
    assert 1 == len(shop.world.slack.replies("shop", live.ts))


@pytest.mark.parametrize("environ", [{**BRISK, "LEASE_SECONDS": "3"}])
async def test_a_busy_channel(shop: Shop) -> None:
    """Reading all that was said since takes longer than a call may, and longer than a lease."""
    sha = shop.world.github.head(REPOSITORY, "main")
    assert sha is not None
    shop.world.github.set_check(REPOSITORY, sha, "test", "pending")
    await shop.type("deploy production")
    [live] = shop.live
    for number in range(650):
        shop.world.slack.say("shop", "sam", f"message {number}")
    shop.world.slack.faults.add("conversations.history$", delay=0.8, times=None)
    await lose_the_store(shop)
    assert 4 <= len(shop.world.slack.faults.made("conversations.history$"))
    shop.world.github.set_check(REPOSITORY, sha, "test", "success")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    await shop.finish(1)
    assert [live] == shop.live
    assert "Deployed" in live.text
    assert 1 == len(shop.world.slack.replies("shop", live.ts))


async def test_ended_ones_are_untouched(shop: Shop) -> None:
    """Their messages are neither changed nor posted again, and nobody is mentioned again."""
    await shop.deploy("deploy production v1.4.0")
    await shop.finish(1)
    await shop.deploy()
    shop.world.circleci.fail(2, "migrate")
    await shop.quiet()
    before = edits(shop.live), len(shop.world.slack.notifications)
    await lose_the_store(shop)
    assert before == (edits(shop.live), len(shop.world.slack.notifications))
    assert 2 == len(shop.live) == len(shop.world.circleci.pipelines)
    listed = await shop.type("list")
    assert "v1.4.0" in listed


async def test_what_waits_keeps_waiting(shop: Shop) -> None:
    """For its check, in the same message; then it starts."""
    sha = shop.world.github.head(REPOSITORY, "main")
    assert sha is not None
    shop.world.github.set_check(REPOSITORY, sha, "test", "pending")
    answered = await shop.type("deploy production")
    assert "Waiting for checks" in answered
    await lose_the_store(shop)
    assert not shop.world.circleci.pipelines
    assert 1 == len(shop.live)
    assert "Waiting for checks" in shop.live[0].text
    shop.world.github.set_check(REPOSITORY, sha, "test", "success")
    await until(lambda: shop.world.circleci.pipelines, what="it starts")
    await shop.finish()
    assert 1 == len(shop.live) == len(shop.world.circleci.pipelines)
    assert "success" == shop.deployments[0].state


@pytest.mark.parametrize("drop", ["before", "after"])
async def test_lost_while_circleci_was_asked(shop: Shop, drop: str) -> None:
    """Whether the pipeline had begun or not: there is exactly one."""
    shop.world.circleci.faults.add("POST .*/pipeline$", drop=drop)
    shop.world.circleci.faults.add("GET .*/pipeline/mine$", status=503, times=2)
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.world.circleci.faults.made("POST .*/pipeline$"), what="the request")
    await shop.quiet()
    await lose_the_store(shop)
    for _ in range(3):
        await shop.bot.later(9)
        await shop.quiet()
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    await shop.finish()
    assert 1 == len(shop.live) == len(shop.world.circleci.pipelines)
    assert "success" == shop.deployments[0].state


async def test_an_event_comes_before_anything_is_restored(shop: Shop) -> None:
    """To an empty store the repository is nobody's; that is taken back."""
    live = await shop.deploy()
    await lose_the_store(shop, begin=False)
    for delivery in list(shop.world.github.hub.webhooks.log):
        if delivery.sent.event == "deployment_status":
            shop.world.github.hub.webhooks.redeliver(delivery)
    await shop.quiet()
    await begun(shop)
    await shop.finish(1)
    assert "success" == shop.deployments[0].state
    assert "Deployed" in live.text
    assert 1 == len(shop.live) == len(shop.world.circleci.pipelines)


async def test_slack_is_down_meanwhile(shop: Shop) -> None:
    """Deployments go on; the channel hears of its locks when Slack is back."""
    await shop.deploy()
    outage = shop.world.slack.faults.add("/api/", status=503, times=None)
    await lose_the_store_quietly(shop)
    await shop.finish(1)
    assert "success" == shop.deployments[0].state
    assert "locks" not in " ".join(shop.world.slack.channel_texts("shop"))
    shop.world.slack.faults.rules.remove(outage)
    for _ in range(4):
        await shop.bot.later(300)
        await shop.quiet()
    told = [text for text in shop.world.slack.channel_texts("shop") if "locks" in text]
    assert 1 == len(told)
    assert "Deployed" in shop.live[0].text


async def lose_the_store_quietly(shop: Shop) -> None:
    """Like `lose_the_store`, while Slack does not say which workspace it is."""
    await shop.bot.worker.stop(0.0)
    await shop.bot.stop()
    database = Path(shop.bot.store_url.removeprefix("sqlite:///"))
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    await shop.bot.start(known=False)
    await begun(shop)


async def test_a_persons_deployment_that_we_ran(shop: Shop) -> None:
    """Its payload tells nothing, but its last status is ours; the binding comes from another."""
    await shop.deploy("deploy staging")
    await shop.finish(1)
    shop.world.github.person_deploys(REPOSITORY, "production", "v1.4.0")
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="it runs")
    await shop.quiet()
    await lose_the_store(shop)
    await shop.finish(2)
    assert ["success", "success"] == [one.state for one in shop.deployments]
    assert 2 == len(shop.live) == len(shop.world.circleci.pipelines)


async def test_the_configuration_was_broken_meanwhile(shop: Shop) -> None:
    """Nothing can be planned by it; the running pipeline is found all the same."""
    await shop.deploy()
    files = {".github/deploybot.yml": "version: 1\nenviroments: {}\n"}
    shop.world.github.push(REPOSITORY, message="Mistype", files=files)
    await shop.quiet()
    await lose_the_store(shop)
    await shop.finish(1)
    assert ["in_progress", "success"] == [one.state for one in shop.deployments[0].statuses]
    assert 1 == len(shop.live) == len(shop.world.circleci.pipelines)


async def test_cancel_of_one_that_did_not_come_back(shop: Shop) -> None:
    """Its channel was closed, so it is bound elsewhere: `cancel` is the first that tells of it."""
    await shop.deploy()
    slack = shop.world.slack
    slack.add_channel("store")
    slack.convert_private("shop")
    slack.kick_bot("shop")
    await lose_the_store(shop)
    await shop.type(f"setup {REPOSITORY}", channel="store")
    assert "Canceling" in await shop.type("cancel production", channel="store")
    for _ in range(3):
        await shop.later(5)
    assert "canceled" == shop.world.circleci.pipeline(1).workflows[0].status
    assert "error" == shop.deployments[0].state


async def test_the_channel_is_gone(shop: Shop) -> None:
    """Nothing is bound to a channel that Slack does not know."""
    await shop.deploy()
    shop.world.slack.refuse("conversations.info", "channel_not_found", times=None)
    await lose_the_store(shop)
    assert shop.bot.service is not None
    assert [] == await shop.bot.service.sweep.store.projects()


async def test_github_fails_at_first(shop: Shop) -> None:
    """A repository that could not be read is restored half a minute later."""
    await shop.deploy()
    shop.world.github.faults.add("/graphql$", status=503)
    await lose_the_store(shop)
    await shop.bot.later(31)
    await shop.quiet()
    await begun(shop)
    await shop.finish(1)
    assert "success" == shop.deployments[0].state
    assert 1 == len(shop.live) == len(shop.world.circleci.pipelines)


async def test_many_newer_deployments_of_others(shop: Shop) -> None:
    """Ours runs behind 120 of them: every page is read, and it goes on."""
    live = await shop.deploy()
    with shop.world.github.unsubscribed():
        for number in range(120):
            made = shop.world.github.actions_deploys(REPOSITORY, f"preview-{number}")
            shop.world.github.post_status_as(made, "success", "github-actions[bot]")
    await lose_the_store(shop)
    await shop.finish(1)
    assert "success" == shop.deployments[0].state
    assert "Deployed" in live.text
