"""People prove their GitHub login: in a browser, and then by a code."""

import pytest
import structlog
from inline_snapshot import snapshot

from sandbox.world import World
from tests.e2e.conftest import ENVIRON
from tests.e2e.people.proving import browse, code_on, come_back, link
from tests.e2e.running import Bot
from tests.e2e.shop import CHANNEL, Shop

SECRET = {**ENVIRON, "GITHUB_CLIENT_SECRET": "the-sandbox's-client-secret"}
CONFIG = """\
version: 1
circleci: {workflow: deploy}
environments:
  production: {allow: ["@octocat"]}
"""


@pytest.mark.parametrize(("config", "environ"), [(CONFIG, SECRET)])
async def test_a_proof_is_one_persons_and_good_once(world: World, bot: Bot) -> None:
    """Sam's claim of octocat gives way to Dana's proof; only then production takes deployments."""
    shop = Shop(world, bot)
    assert await shop.type(f"setup {world.repository}") == snapshot(
        "Connecting `acme/shop` takes a verified GitHub login, and yours isn't verified. Type `/cimon verify` first. Nothing was changed."
    )
    address = await link(shop, "sam")
    _, page, _ = await browse(shop, address, "hubot")
    assert await shop.type(code_on(page), "sam") == snapshot("Verified: you're `hubot` on GitHub.")
    await shop.type(f"setup {world.repository}", "sam")
    message = world.slack.messages(CHANNEL)[-1]
    await shop.type("goodbye", "sam")
    await shop.claim("sam", "octocat", message)
    assert await shop.type("deploy production", "sam") == snapshot(
        "Only `octocat` can deploy to *production*. To show me who you are on GitHub, type `/cimon verify`. Nothing was deployed."
    )

    address = await link(shop, "dana")
    status, page, back = await browse(shop, address, "octocat")
    assert status == 200
    assert ("octocat" in page, "dana" in page) == (True, True)
    assert (await come_back(back))[0] == 400  # the link was used
    assert await shop.type(code_on(page), "sam") == snapshot(
        "That code isn't valid, or it has expired. Type `/cimon verify` for a new one."
    )
    with structlog.testing.capture_logs() as lines:
        assert await shop.type(code_on(page).lower(), "dana") == snapshot(
            "Verified: you're `octocat` on GitHub."
        )
    audited = [(line["did"], line["by"]) for line in lines if line["event"] == "audit"]
    assert audited == [("verify", world.slack.dana.id)]
    assert shop.eyes.message(world.slack.messages(CHANNEL)[-1]) == snapshot(
        "<@sam> you're no longer linked to `octocat`: dana verified that it's theirs. `/cimon verify` links your own login."
    )
    assert (await shop.type(code_on(page), "dana")).startswith("That code isn't valid")
    await shop.deploy("deploy production")


@pytest.mark.parametrize("environ", [SECRET])
async def test_what_is_forged_or_late_proves_nothing(world: World, bot: Bot) -> None:
    """A state that is not ours, a link and a code after ten minutes, GitHub down."""
    shop = Shop(world, bot)
    assert (await come_back(f"{bot.url}/github/callback"))[0] == 400
    assert (await come_back(f"{bot.url}/github/callback?code=x&state=e30.00"))[0] == 400
    late = await link(shop, "dana")
    _, page, _ = await browse(shop, await link(shop, "dana"), "octocat")
    await shop.later(601)
    assert (await shop.type(code_on(page))).startswith("That code isn't valid")
    assert (await browse(shop, late, "octocat"))[0] == 400
    world.github.faults.add("/login/oauth/access_token", status=503)
    assert (await browse(shop, await link(shop, "dana"), "octocat"))[0] == 502


async def test_without_a_client_secret_nobody_can(shop: Shop) -> None:
    """Who can change that."""
    assert await shop.type("verify") == snapshot(
        "I can't verify GitHub logins yet: whoever runs me has to set `GITHUB_CLIENT_SECRET`."
    )
