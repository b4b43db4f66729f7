"""Socket Mode: the whole of it without a request from Slack to our own address."""

from sandbox.world import World
from tests.e2e.running import Bot, until

CHANNEL = "shop"


async def test_commands_and_buttons_come_over_the_socket(world: World, bot: Bot) -> None:
    """With an app token, `help` is answered at once, and `setup` and its button work."""
    await bot.stop()
    bot.environ["SLACK_APP_TOKEN"] = world.slack.access.app_token
    await bot.start()
    assert bot.service is not None
    assert bot.service.socket is not None
    client = await bot.service.socket.connect()
    try:
        helped = await world.slack.type_command(CHANNEL, "dana", "help")
        assert helped.shown is not None
        assert "/cimon setup owner/repo" in helped.shown.text
        await world.slack.type_command(CHANNEL, "dana", "setup acme/shop")
        message = (await until(lambda: world.slack.messages(CHANNEL), what="setup's answer"))[0]
        await world.slack.press(CHANNEL, "dana", message, "claim")
        told = await until(lambda: world.slack.ephemerals("dana"), what="the claim's answer")
        assert told
    finally:
        await client.close()
