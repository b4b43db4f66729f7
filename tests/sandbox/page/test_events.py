"""The page's stream: everything once, then what changed."""

import asyncio
from typing import Any

from sandbox.page import Page
from sandbox.page.feed import Feed
from sandbox.world import World
from tests.sandbox.page.visitor import Visitor

PATIENCE = 5.0


async def next_with(events: Any, key: str) -> dict[str, Any]:
    """The next event that brings or drops that thing."""
    async with asyncio.timeout(PATIENCE):
        async for event in events:
            if key in event["set"] or key in event["drop"]:
                return event
    raise AssertionError("the stream ended")


async def test_a_reader_gets_everything_first(visitor: Visitor) -> None:
    """The first event is what `/state` shows."""
    async with visitor.events() as events:
        first = await anext(events)
    assert first["whole"] is True
    assert set(await visitor.state()) == set(first["set"])


async def test_then_only_what_changed(visitor: Visitor, world: World) -> None:
    """A message that is posted, edited and deleted is three small events."""
    async with visitor.events() as events:
        await anext(events)
        message = world.slack.say("shop", "dana", "hello")
        key = f"message:{message.ts}"
        posted = await next_with(events, key)
        assert "hello" == posted["set"][key]["text"]
        assert "code" not in posted["set"]
        world.slack.workspace.edit(message, text="hello again")
        assert (await next_with(events, key))["set"][key]["edited"] is True
        world.slack.workspace.remove(message)
        assert [key] == (await next_with(events, key))["drop"]


async def test_every_reader_is_told(visitor: Visitor, world: World) -> None:
    """Two readers see the same message."""
    async with visitor.events() as one, visitor.events() as other:
        await anext(one)
        await anext(other)
        key = f"message:{world.slack.say('shop', 'sam', 'hello').ts}"
        assert (await next_with(one, key))["set"] == (await next_with(other, key))["set"]


async def test_streams_end_with_the_page(visitor: Visitor, page: Page) -> None:
    """Stopping the page ends its readers' streams."""
    async with visitor.events() as events:
        await anext(events)
        await page.stop()
        async with asyncio.timeout(PATIENCE):
            assert [] == [event async for event in events if event["whole"]]


async def test_changes_in_quick_succession_are_read_once() -> None:
    """A hundred touches cost one reading."""
    readings = 0

    def read() -> dict[str, int]:
        nonlocal readings
        readings += 1
        return {"count": readings}

    feed = Feed(read=read, pause=0.01)
    running = asyncio.create_task(feed.run())
    for _ in range(100):
        feed.touch()
    await asyncio.sleep(0.05)
    running.cancel()
    assert 1 == readings
