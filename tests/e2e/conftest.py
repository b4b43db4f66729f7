"""The whole of deploybot beside the stand-ins: real HTTP between them, a real store on disk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.world import World
from tests.e2e.running import Bot, until
from tests.e2e.shop import Shop

__all__ = ["Bot", "until"]

CONFIG = """\
version: 1
circleci:
  workflow: deploy
"""

ENVIRON = {"LEASE_SECONDS": "10", "WATCH_INTERVAL": "2", "CHECKS_SETTLE": "0.2"}


@pytest.fixture
def config() -> str | None:
    """The text of the repository's `.github/deploybot.yml`; tests override it."""
    return CONFIG


@pytest.fixture
def environ() -> dict[str, str]:
    """The bot's environment beyond the providers; tests override it."""
    return ENVIRON


@pytest_asyncio.fixture
async def world(config: str | None) -> AsyncIterator[World]:
    """The providers."""
    world = World(config=config)
    await world.start()
    yield world
    await world.stop()


@pytest_asyncio.fixture
async def bot(world: World, tmp_path: Path, environ: dict[str, str]) -> AsyncIterator[Bot]:
    """deploybot, running, with a short lease."""
    bot = Bot(world, f"sqlite:///{tmp_path / 'deploybot.db'}")
    bot.environ = {**environ}
    try:
        await bot.start()
        yield bot
    finally:
        await bot.stop()


@pytest_asyncio.fixture
async def shop(request: pytest.FixtureRequest, world: World, bot: Bot) -> Shop:
    """#shop, bound to acme/shop; Dana is octocat.

    Recorded in the store, unless the test is marked with `by_setup`: then by what people type.
    """
    shop = Shop(world, bot)
    bind = shop.bound if request.node.get_closest_marker("by_setup") else shop.recorded
    await bind(("dana", "octocat"))
    return shop
