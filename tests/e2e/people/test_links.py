"""Who is who: claim buttons, `hello`, `goodbye`, and people who join."""

import pytest
from inline_snapshot import snapshot

from tests.e2e.running import until
from tests.e2e.shop import Shop

pytestmark = pytest.mark.by_setup


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
