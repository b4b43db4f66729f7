"""A command that was acknowledged is answered, also when the process dies right after."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from inline_snapshot import snapshot

from app.clock import SystemClock
from app.model.waiting import Moment
from sandbox.world import World
from tests.e2e.process import Process
from tests.e2e.running import Bot, Forward, until
from tests.e2e.shop import CHANNEL, Shop


async def typed_and_dead(shop: Shop, *commands: str) -> None:
    """Commands are acknowledged, and the process is gone before it has looked at them."""
    await shop.bot.worker.stop(0.0)
    for text in commands:
        answered = await shop.world.slack.type_command(CHANNEL, "dana", text)
        assert (200, None) == (answered.status, answered.shown)
    await shop.bot.stop()


async def test_a_deploy_is_carried_out_after_the_restart(shop: Shop) -> None:
    """Its live message is the answer; nothing needs to be said besides."""
    await typed_and_dead(shop, "deploy production")
    told = len(shop.world.slack.ephemerals("dana"))
    await shop.bot.start()
    await until(lambda: shop.live, what="a live message")
    await shop.finish()
    assert ["success"] == [one.state for one in shop.deployments]
    assert 1 == len(shop.live) == len(shop.world.circleci.pipelines)
    assert told == len(shop.world.slack.ephemerals("dana"))


async def test_every_command_answers_through_its_response_url(shop: Shop) -> None:
    """Within 25 minutes each is done as if nothing had happened, and answered once."""
    commands = ("list", "status", "config", "goodbye", "retry", "cancel")
    await typed_and_dead(shop, *commands)
    told = len(shop.world.slack.ephemerals("dana"))
    shop.bot.clock.seconds += 1400
    shop.forget_calls()
    await shop.bot.start()
    answers = told + len(commands)
    await until(lambda: len(shop.world.slack.ephemerals("dana")) >= answers, what="all answers")
    await shop.quiet()
    ways = {call.path for call in shop.world.slack.faults.made("/commands/")}
    assert len(commands) == len(ways)
    assert answers == len(shop.world.slack.ephemerals("dana"))


@pytest.mark.by_setup
async def test_what_is_too_old_is_not_done_and_that_is_said(shop: Shop) -> None:
    """Two hours later nobody expects a deployment any more: it is asked for again, or not."""
    await typed_and_dead(shop, "deploy production v1.4.0")
    shop.bot.clock.seconds += 7200
    shop.world.slack.advance(7200)
    await shop.bot.start()
    await until(lambda: len(shop.eyes.whispers("dana")) > 1, what="an answer")
    await shop.quiet()
    assert shop.eyes.whispers("dana")[-1] == snapshot(
        "I was restarted before I got to this, and it's too old to run now. Done: nothing. Not done: `/cimon deploy production v1.4.0`. Type it again if you still want it."
    )
    assert not shop.deployments


async def test_where_the_bot_is_no_member_it_is_said_to_all(shop: Shop) -> None:
    """The `response_url` is dead, an ephemeral takes membership: a message with a mention."""
    await typed_and_dead(shop, "list")
    shop.bot.clock.seconds += 7200
    shop.world.slack.advance(7200)
    shop.world.slack.kick_bot(CHANNEL)
    before = len(shop.world.slack.messages(CHANNEL))
    await shop.bot.start()
    await until(lambda: len(shop.world.slack.messages(CHANNEL)) > before, what="an answer")
    assert shop.eyes.message(shop.world.slack.last_message(CHANNEL)) == snapshot(
        "<@dana> I was restarted before I got to this, and it's too old to run now. Done: nothing. Not done: `/cimon list`. Type it again if you still want it."
    )
    assert [shop.world.slack.last_message(CHANNEL).ts] == shop.world.slack.notified("dana")


@pytest_asyncio.fixture
async def process(world: World, tmp_path: Path) -> AsyncIterator[Process]:
    """A process of its own."""
    process = Process(world, f"sqlite:///{tmp_path / 'deploybot.db'}")
    process.environ = {"LEASE_SECONDS": "2"}
    await process.start()
    yield process
    process.kill()
    await process.gone()


@pytest_asyncio.fixture
async def next_bot(world: World, process: Process) -> AsyncIterator[Bot]:
    """What can be started where the process was; it shares the machine's clock with that."""
    bot = Bot(world, process.store_url, port=process.port, environ=process.environ)
    bot.clock = Unmoved()
    yield bot
    await bot.stop()


class Unmoved(Forward):
    """The machine's clock as a process reads it."""

    def moment(self) -> Moment:
        """Now, comparable with the moments of the machine's other processes."""
        return SystemClock().moment()


async def test_killed_between_the_creation_and_its_record(
    world: World, process: Process, next_bot: Bot
) -> None:
    """The deployment is found again: one deployment, one pipeline, and what was cut is said."""
    shop = Shop(world, next_bot)
    slack = world.slack
    await slack.type_command(CHANNEL, "dana", "setup acme/shop")
    await until(lambda: slack.messages(CHANNEL), what="the binding")
    world.github.faults.add(r"POST .*/deployments$", hold=0.5, on_done=process.kill)
    await slack.type_command(CHANNEL, "dana", "deploy production")
    await process.gone()
    assert 1 == len(shop.deployments)
    await next_bot.start()
    await until(lambda: slack.ephemerals("dana"), what="an answer", seconds=15.0)
    await until(lambda: shop.live and world.circleci.pipelines, what="it goes on", seconds=15.0)
    await shop.finish()
    assert "success" == shop.deployments[0].state
    assert 1 == len(shop.deployments) == len(world.circleci.pipelines) == len(shop.live)
    assert shop.eyes.whispers("dana") == snapshot(
        [
            "I was restarted while doing this. Done: deployment <d1> was created on GitHub. Not done yet: its pipeline, which starts automatically. I'll post its message."
        ]
    )
