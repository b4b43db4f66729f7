"""What happens in Slack's channels: the bot joins, names and ids change, channels go."""

import aiohttp
import pytest
from inline_snapshot import snapshot

from sandbox.world import World
from tests.e2e.running import Bot, until
from tests.e2e.shop import Shop


async def ready(bot: Bot) -> tuple[int, dict[str, object]]:
    """What `/readyz` says."""
    async with aiohttp.ClientSession() as session, session.get(f"{bot.url}/readyz") as response:
        return response.status, await response.json()


async def test_the_bot_joins_a_channel(world: World, bot: Bot) -> None:
    """It says how to begin, once."""
    shop = Shop(world, bot)
    world.slack.deliverer.copies = 2
    world.slack.invite_bot("shop")
    await until(lambda: world.slack.messages("shop"), what="a greeting")
    await shop.quiet()
    assert shop.eyes.channel() == snapshot(
        "I can deploy from this channel once it has a repository. Connect one: `/cimon setup owner/repo`."
    )


async def test_a_greeting_whose_answer_is_lost(world: World, bot: Bot) -> None:
    """It may be there, so it is not posted again; one that Slack has not taken is."""
    shop = Shop(world, bot)
    world.slack.faults.add("chat.postMessage$", drop="after")
    world.slack.invite_bot("shop")
    await until(lambda: world.slack.messages("shop"), what="a greeting")
    await shop.later(30)
    assert 1 == len(world.slack.messages("shop"))
    world.slack.add_channel("barn")
    world.slack.faults.add("chat.postMessage$", status=429, headers={"Retry-After": "5"})
    world.slack.invite_bot("barn")
    await shop.quiet()
    await shop.later(15)  # what is not urgent leaves a head start to what is
    assert 1 == len(world.slack.messages("barn"))


@pytest.mark.by_setup
async def test_a_channel_is_renamed(shop: Shop) -> None:
    """The binding is to the id; deployments go on."""
    shop.world.slack.rename("shop", "store")
    await shop.quiet()
    await shop.world.slack.type_command("store", "dana", "deploy production")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    await shop.quiet()
    assert 2 == len(shop.world.slack.messages("store"))


async def test_a_private_channel_becomes_shared(world: World, bot: Bot) -> None:
    """Its id changes, and the binding follows, also for what is running."""
    shop = Shop(world, bot)
    slack = world.slack
    slack.add_channel("vault", private=True, bot=True)
    await shop.type("setup acme/shop", channel="vault")
    await slack.type_command("vault", "dana", "deploy production")
    await until(lambda: world.circleci.pipelines, what="a pipeline")
    await shop.quiet()
    slack.change_id("vault")
    await shop.quiet()
    assert "acme/shop" in await shop.type("help", channel="vault")
    await shop.finish()
    messages = [shop.eyes.message(message) for message in slack.messages("vault")]
    assert messages[1].startswith("“Deployed")
    assert "is live in *production*" in messages[-1]


async def test_an_archived_channel_releases_its_repository(shop: Shop) -> None:
    """Another channel can have it then."""
    slack = shop.world.slack
    slack.archive("shop")
    await shop.quiet()
    slack.add_channel("barn")
    answer = await shop.type("setup acme/shop", channel="barn")
    assert answer.startswith("This channel now deploys `acme/shop`")


async def test_the_token_is_revoked(shop: Shop, bot: Bot) -> None:
    """Logged, and shown in `/readyz`."""
    assert (200, {"ready": True, "problems": []}) == await ready(bot)
    shop.world.slack.revoke_token()
    await shop.quiet()
    assert (503, {"ready": False, "problems": ["slack_token_revoked"]}) == await ready(bot)


async def test_the_app_is_uninstalled(shop: Shop, bot: Bot) -> None:
    """The same."""
    shop.world.slack.uninstall()
    await shop.quiet()
    status, told = await ready(bot)
    assert (503, ["slack_token_revoked"]) == (status, told["problems"])


async def test_a_revoked_token_that_nobody_told_of(shop: Shop, bot: Bot) -> None:
    """Slack's answer to a call says so too."""
    shop.world.slack.revoke_token(told=False)
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    await shop.quiet()
    assert 503 == (await ready(bot))[0]


async def test_a_token_that_was_refused_once(shop: Shop, bot: Bot) -> None:
    """Slack takes it again: the message is posted, and `/readyz` is well without a restart."""
    shop.world.slack.refuse("chat.postMessage", "invalid_auth", times=1)
    await shop.world.slack.type_command("shop", "dana", "deploy production")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    await until(lambda: shop.live, what="the message")
    await shop.quiet()
    assert (200, {"ready": True, "problems": []}) == await ready(bot)


async def test_the_challenge_is_echoed(shop: Shop) -> None:
    """When the address is entered in Slack's form."""
    sent = shop.world.slack.events.verify_url()
    await shop.quiet()
    assert 200 == sent.status


async def test_slack_retries_an_event(shop: Shop, bot: Bot) -> None:
    """The same event id again is the same event."""
    slack = shop.world.slack
    slack.events.retry_delays = (0.0,)
    slack.add_user("kim", "Kim Possible")
    slack.deliverer.copies = 3
    slack.join("shop", "kim")
    await until(lambda: slack.ephemerals("kim"), what="the question")
    await shop.quiet()
    assert 1 == len(slack.ephemerals("kim"))
