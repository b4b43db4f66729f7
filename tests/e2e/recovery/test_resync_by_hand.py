"""`deploybot resync`, typed in a terminal."""

from pathlib import Path

import pytest

from app.errors import StoreInUse
from app.operator.recovery import resync, sweep
from app.settings import read_settings
from sandbox.world import World
from tests.e2e.running import Bot
from tests.e2e.shop import Shop

LEISURELY = {"LEASE_SECONDS": "4", "WATCH_INTERVAL": "60"}


@pytest.fixture
def environ() -> dict[str, str]:
    """No watch within a test."""
    return LEISURELY


async def by_hand(world: World, bot: Bot, name: str | None) -> int:
    """What the command does once its arguments are read; its exit status."""
    environ = world.environ(bot.url, bot.store_url)
    return await resync(read_settings({**environ, **LEISURELY}), name)


@pytest.mark.parametrize("name", ["acme/shop", None])
async def test_everything_comes_back(
    shop: Shop, name: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """One repository or all, with a line of progress each; then the service goes on."""
    live = await shop.deploy()
    await shop.bot.stop()
    for file in Path(shop.bot.store_url.removeprefix("sqlite:///")).parent.glob("deploybot.db*"):
        file.unlink()
    capsys.readouterr()
    assert 0 == await by_hand(shop.world, shop.bot, name)
    printed = capsys.readouterr().out.splitlines()
    assert "[1/1] acme/shop: 1 deployments restored" in printed
    assert 1 == len([text for text in shop.world.slack.channel_texts("shop") if "locks" in text])
    await shop.bot.start()
    await shop.finish(1)
    assert "success" == shop.deployments[0].state
    assert "Deployed" in live.text
    assert 1 == len(shop.live) == len(shop.world.circleci.pipelines)
    assert 1 == len([text for text in shop.world.slack.channel_texts("shop") if "locks" in text])


async def test_twice_changes_nothing(shop: Shop) -> None:
    """A store that is whole is left as it is."""
    await shop.deploy()
    await shop.bot.stop()
    before = len(shop.world.slack.messages("shop"))
    for _ in range(2):
        assert 0 == await by_hand(shop.world, shop.bot, None)
    assert before == len(shop.world.slack.messages("shop"))
    assert 1 == len(shop.live) == len(shop.world.circleci.pipelines)


async def test_while_the_service_has_the_store(shop: Shop) -> None:
    """Nothing is touched; what is said is in tests/test_cli.py."""
    await shop.deploy()
    shop.forget_calls()
    with pytest.raises(StoreInUse):
        await by_hand(shop.world, shop.bot, None)
    assert [] == shop.calls()


async def test_a_repository_that_cannot_be_read(
    shop: Shop, capsys: pytest.CaptureFixture[str]
) -> None:
    """Said in its line; the others are restored, the exit status is 1."""
    await shop.deploy()
    await shop.bot.stop()
    shop.world.github.faults.add("/graphql$", status=503)
    assert 1 == await by_hand(shop.world, shop.bot, None)
    assert any("[1/1] acme/shop: 503" in line for line in capsys.readouterr().out.splitlines())


async def test_a_sweep_by_hand(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    """What was missed is sent again and noted, with a line of progress each."""
    await shop.bot.stop()
    shop.world.github.person_deploys("acme/shop")
    await shop.world.settle()
    environ = shop.world.environ(shop.bot.url, shop.bot.store_url)
    settings = read_settings({**environ, **LEISURELY})
    assert 0 == await sweep(settings)
    printed = capsys.readouterr().out
    assert "page 1: 1 failed so far" in printed
    assert "1 deliveries sent again" in printed
    assert "1 deployments noted" in printed
    shop.world.github.faults.add("/app/hook/deliveries", status=503)
    assert 1 == await sweep(settings)
    assert "the sweep was cut short" in capsys.readouterr().out
