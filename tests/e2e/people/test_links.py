"""Who is who: claim buttons, `hello`, `goodbye`, and people who join."""

import asyncio

import pytest
from inline_snapshot import snapshot

from sandbox.slack.requests.typed import controls
from sandbox.world import World
from tests.e2e.running import Bot, until
from tests.e2e.shop import Shop

pytestmark = pytest.mark.by_setup


async def test_a_claim_button_links(world: World, bot: Bot) -> None:
    """The person who presses it is told alone, and how to undo it."""
    shop = Shop(world, bot)
    await shop.bound()
    setup = world.slack.messages("shop")[0]
    assert await shop.claim("dana", "octocat", setup) == snapshot(
        "You're linked to `octocat`. I'll mention you when your deployments or commits go out. Not you? `/cimon goodbye` undoes it."
    )


async def test_pressed_twice(shop: Shop) -> None:
    """There is nothing to do the second time."""
    setup = shop.world.slack.messages("shop")[0]
    assert await shop.claim("dana", "octocat", setup) == snapshot(
        "You're already linked to `octocat`."
    )


async def test_a_login_that_is_taken(shop: Shop) -> None:
    """Whose it is, and how that person can give it back."""
    setup = shop.world.slack.messages("shop")[0]
    assert await shop.claim("sam", "octocat", setup) == snapshot(
        "`octocat` is already linked to <@dana>. If it's yours, ask them to type `/cimon goodbye`, then choose it again. Nothing was changed."
    )


async def test_another_login_instead(shop: Shop) -> None:
    """One person has one login: the newer claim moves them."""
    setup = shop.world.slack.messages("shop")[0]
    assert await shop.claim("dana", "hubot", setup) == snapshot(
        "You're linked to `hubot` instead of `octocat`. I'll mention you when your deployments or commits go out. Not you? `/cimon goodbye` undoes it."
    )
    assert "You're linked to `octocat`" in await shop.claim("sam", "octocat", setup)


async def test_two_press_the_same_button_at_once(world: World, bot: Bot) -> None:
    """One has it, the other is told whose it is."""
    shop = Shop(world, bot)
    await shop.bound()
    setup = world.slack.messages("shop")[0]
    _, element, _ = next(iter(controls(setup)))
    await asyncio.gather(
        *(
            world.slack.press("shop", user, setup, element["action_id"], value=element["value"])
            for user in ("dana", "sam")
        )
    )
    await until(lambda: world.slack.ephemerals("dana"), what="Dana's answer")
    await until(lambda: world.slack.ephemerals("sam"), what="Sam's answer")
    told = [shop.eyes.whispers(user)[-1] for user in ("dana", "sam")]
    assert 1 == sum("You're linked to `hubot`" in one for one in told)
    assert 1 == sum("is already linked to <@" in one for one in told)


async def test_hello_asks_who_is_left(shop: Shop) -> None:
    """Only those who are not linked, in the channel for everybody."""
    assert await shop.type("hello") == snapshot("""\
1 person who works on `acme/shop` isn't linked to Slack yet.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot]\
""")


async def test_hello_again_is_not_asked_anew_in_public(shop: Shop) -> None:
    """Who types it gets the buttons; the channel is asked again once there is somebody new."""
    await shop.type("hello")
    before = len(shop.world.slack.messages("shop"))
    assert await shop.type("hello", "sam") == snapshot("""\
1 person who works on `acme/shop` isn't linked to Slack yet. I already asked the channel.
Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out.
[hubot]\
""")
    assert before == len(shop.world.slack.messages("shop"))
    assert "You're linked to `hubot`" in await shop.claim(
        "sam", "hubot", shop.world.slack.ephemerals("sam")[-1]
    )
    await shop.type("goodbye")
    await shop.type("hello")
    assert before + 1 == len(shop.world.slack.messages("shop"))


async def test_hello_when_everybody_is_known(shop: Shop) -> None:
    """There is nothing to do."""
    await shop.claim("sam", "hubot", shop.world.slack.messages("shop")[0])
    assert await shop.type("hello") == snapshot(
        "Everyone who works on `acme/shop` is already linked to Slack."
    )


async def test_goodbye(shop: Shop) -> None:
    """The link is gone: deployments mention her no more, and the login can be claimed."""
    assert await shop.type("goodbye") == snapshot(
        "You're no longer linked to `octocat`, so I won't mention you anymore. To link again, type `/cimon hello` in a channel with a repository."
    )
    setup = shop.world.slack.messages("shop")[0]
    assert "You're linked to `octocat`" in await shop.claim("sam", "octocat", setup)


async def test_goodbye_of_somebody_unknown(shop: Shop) -> None:
    """Nothing to undo."""
    assert await shop.type("goodbye", "sam") == snapshot(
        "You aren't linked to a GitHub login. To link yourself, type `/cimon hello` in a channel with a repository."
    )


async def test_somebody_new_is_asked_once(shop: Shop) -> None:
    """A person without a link joins: asked alone who they are; the same event twice asks once."""
    slack = shop.world.slack
    slack.add_user("kim", "Kim Possible")
    slack.deliverer.copies = 2
    slack.join("shop", "kim")
    await until(lambda: slack.ephemerals("kim"), what="the question")
    await shop.quiet()
    assert shop.eyes.whispers("kim") == snapshot(
        [
            """\
This channel deploys `acme/shop`. Who are you on GitHub? Press your login and I'll mention you when your deployments or commits go out. Not listed? Just ignore this.
[hubot]\
"""
        ]
    )
    [question] = slack.ephemerals("kim")
    assert "You're linked to `hubot`" in await shop.claim("kim", "hubot", question)


async def test_somebody_known_is_not_asked(shop: Shop) -> None:
    """Dana is linked already."""
    shop.world.slack.join("shop", "dana")
    await shop.quiet()
    assert 1 == len(shop.world.slack.ephemerals("dana"))  # the answer to her claim


async def test_nobody_is_asked_when_all_are_claimed(shop: Shop) -> None:
    """There is no login left that could be theirs."""
    slack = shop.world.slack
    await shop.claim("sam", "hubot", slack.messages("shop")[0])
    slack.add_user("kim", "Kim Possible")
    slack.join("shop", "kim")
    await shop.quiet()
    assert not slack.ephemerals("kim")


async def test_nobody_is_asked_in_an_unbound_channel(shop: Shop) -> None:
    """What people do elsewhere is none of our business."""
    slack = shop.world.slack
    slack.add_channel("lounge", bot=True)
    slack.join("lounge", "sam")
    await shop.quiet()
    assert not slack.ephemerals("sam")
    assert not slack.messages("lounge")
