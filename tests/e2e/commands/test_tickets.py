"""A ticket's title, with Asana beside the other providers."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.core.server import Server
from sandbox.world import World
from tests.e2e.conftest import ENVIRON
from tests.e2e.shop import REPOSITORY, Shop
from tests.tickets.asana_server import AsanaServer

TASK = "https://app.asana.com/0/1/1200458"


@pytest.fixture
def asana() -> AsanaServer:
    """The one task that exists."""
    return AsanaServer({"1200458": "Refund rounding"})


@pytest_asyncio.fixture
async def environ(asana: AsanaServer) -> AsyncIterator[dict[str, str]]:
    """Asana is configured."""
    server = Server(asana.build())
    await server.start()
    yield {**ENVIRON, "ASANA_TOKEN": "asana-token", "ASANA_API_URL": f"{server.url}/api/1.0"}
    await server.stop()


async def test_a_title_that_could_not_be_read_is_read_later(
    world: World, shop: Shop, asana: AsanaServer
) -> None:
    """One 503 does not cost the title: the card shows it soon after."""
    asana.faults.add("GET", status=503)
    world.github.push(REPOSITORY, message=f"Round refunds\n\n{TASK}")
    live = await shop.deploy("deploy production")
    assert f"<{TASK}|Asana task>" in shop.eyes.message(live)
    await shop.later(2)
    assert f"<{TASK}|Asana: Refund rounding>" in shop.eyes.message(live)
    assert len(asana.faults.made("GET")) == 2


async def test_asana_down_holds_nothing(world: World, shop: Shop, asana: AsanaServer) -> None:
    """The pipeline runs to its end, the channel is told, and Asana is left alone in the end."""
    asana.faults.add("GET", times=None, status=503)
    world.github.push(REPOSITORY, message=f"Round refunds\n\n{TASK}")
    live = await shop.deploy("deploy production")
    await shop.finish()
    assert shop.deployments[0].statuses[-1].state == "success"
    assert "Deployed in" in shop.eyes.message(live)
    for _ in range(20):
        await shop.later(300)
    asked = len(asana.faults.made("GET"))
    assert asked < 20
    await shop.later(300)
    assert len(asana.faults.made("GET")) == asked
