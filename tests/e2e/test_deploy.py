"""The main job: a command typed in the channel goes out and comes back as one live message."""

from sandbox.world import World
from tests.e2e.conftest import Bot, until

CHANNEL = "shop"


async def set_up(world: World) -> None:
    """Bind #shop to acme/shop and let Dana claim her login."""
    await world.slack.type_command(CHANNEL, "dana", "setup acme/shop")
    await until(lambda: world.slack.messages(CHANNEL), what="setup's answer")
    message = world.slack.last_message(CHANNEL)
    print(message)
    await world.slack.press(CHANNEL, "dana", message, "claim")
    await until(lambda: world.slack.ephemerals("dana"), what="claim's answer")


async def test_a_command_becomes_one_live_message(world: World, bot: Bot) -> None:
    """`/cimon deploy production` is deployed once, and the message says so in place."""
    await set_up(world)
    await world.slack.type_command(CHANNEL, "dana", "deploy production v1.4.0")
    try:
        pipeline = await until(lambda: world.circleci.state.pipelines, what="a pipeline")
        import asyncio; await asyncio.sleep(1)
        world.circleci.finish(1)
        await asyncio.sleep(2)
    finally:
        for m in world.slack.messages(CHANNEL): print("MSG", m.text, m.thread_ts, m.edits if hasattr(m,'edits') else '', m.attachments, m.metadata)
        print(world.slack.channel_texts(CHANNEL))
        print([m.text for m in world.slack.ephemerals("dana")])
        for c in world.github.faults.calls+world.circleci.faults.calls+world.slack.faults.calls: print(c.provider, c.method, c.path, c.status)
