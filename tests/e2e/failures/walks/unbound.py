"""Before a channel is bound."""

from sandbox.slack.state import Channel, new_slack_id
from tests.e2e.failures.walks import Walk, typing
from tests.e2e.shop import CHANNEL, Shop


async def not_installed(shop: Shop) -> str:
    """The App is not on that account."""
    shop.world.github.add_repository("umbrella/barn", installed=False)
    return await shop.type("setup umbrella/barn")


async def suspended(shop: Shop) -> str:
    """The account suspended it."""
    shop.world.github.add_repository("initech/lab")
    shop.world.github.suspend("initech/lab")
    return await shop.type("setup initech/lab")


async def archived(shop: Shop) -> str:
    """Nothing can be deployed from there any more."""
    shop.world.github.add_repository("acme/attic")
    shop.world.github.archive("acme/attic")
    return await shop.type("setup acme/attic")


async def in_private(shop: Shop) -> str:
    """Typed to the bot itself."""
    workspace = shop.world.slack.workspace
    people = [shop.world.slack.dana.id, workspace.bot.id]
    direct = Channel(name="directmessage", id=new_slack_id("D"), is_im=True, members=people)
    workspace.channels[direct.id] = direct
    return await shop.type("setup acme/shop", channel=direct.id)


WALKS = (
    Walk("channel_not_bound", "This channel has no repository yet", typing("deploy production")),
    Walk("unknown_command", "Did you mean `deploy`?", typing("depoly production")),
    Walk("repository_name_malformed", "Type it as `owner/repo`", typing("setup shop")),
    Walk("repository_not_found", "I can't find `acme/shpo`", typing("setup acme/shpo")),
    Walk("app_not_installed", "My GitHub App isn't installed on `umbrella/barn`", not_installed),
    Walk("app_suspended", "My GitHub App is suspended for `initech`", suspended),
    Walk("repository_archived", "`acme/attic` is archived", archived),
    Walk("direct_message", "That only works in a channel", in_private),
)


async def other_workspace(shop: Shop) -> str:
    """A guest of a shared channel."""
    answered = await shop.world.slack.type_command(CHANNEL, "dana", "list", team_id="T0OTHER")
    assert answered.shown is not None
    return shop.eyes.message(answered.shown)


WALKS += (Walk("wrong_workspace", "belongs to another Slack workspace", other_workspace),)


async def guest(shop: Shop) -> str:
    """Somebody from outside, invited to the channel alone."""
    shop.world.slack.add_user("gus", "Gus", is_restricted=True)
    return await shop.type("setup acme/shop", user="gus")


async def another_channel(shop: Shop) -> str:
    """The file names one."""
    files = {".github/deploybot.yml": "version: 1\nchannel: C0ELSEWHERE\n"}
    shop.world.github.add_repository("acme/cellar", files)
    return await shop.type("setup acme/cellar")


WALKS += (
    Walk("guest_may_not_bind", "Guests can't connect or disconnect a channel", guest),
    Walk("channel_is_another", "only deploys from <#C0ELSEWHERE>", another_channel),
)
