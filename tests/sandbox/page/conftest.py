"""The page of a world whose jobs take no time, and a visitor."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from sandbox.demo import demo_environ, demo_world
from sandbox.page import Page
from sandbox.world import World
from tests.sandbox.page.visitor import Listener, Visitor


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    """Where the bot would be."""
    listener = Listener()
    await listener.server.start()
    yield listener
    await listener.server.stop()


@pytest.fixture
def orders() -> list[str]:
    """What the bot was told by the page."""
    return []


@pytest.fixture
async def world(listener: Listener) -> AsyncIterator[World]:
    """The demonstration's shop; its CircleCI takes no time."""
    world = demo_world(listener.server.url, job_seconds=0.01)
    await world.start()
    demo_environ(world, port=listener.server.port, store_url="sqlite:///unused.db")
    yield world
    await world.stop()


@pytest.fixture
async def page(world: World, orders: list[str]) -> AsyncIterator[Page]:
    """The page."""
    page = Page(world=world, order_bot=orders.append)
    await page.start()
    yield page
    await page.stop()


@pytest.fixture
async def visitor(page: Page) -> AsyncIterator[Visitor]:
    """Somebody at the page."""
    async with aiohttp.ClientSession() as session:
        yield Visitor(page.url, session)
