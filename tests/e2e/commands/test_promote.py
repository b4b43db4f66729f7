"""What is live in one environment goes to another."""

from inline_snapshot import snapshot

from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop


async def test_what_is_live_is_promoted(shop: Shop) -> None:
    """The very commit, although its branch has moved on."""
    assert await shop.type("promote staging production") == snapshot(
        "Nothing is live in *staging*, so there's nothing to promote. Nothing was deployed."
    )
    await shop.deploy("deploy staging main")
    await shop.finish(1)
    shop.world.github.push(REPOSITORY, message="Later")
    await shop.quiet()
    assert await shop.type("promote staging") == snapshot("""\
Which environment? Type one of these:
• `/cimon promote staging production`
Nothing was deployed.\
""")
    assert await shop.type("promote staging staging") == snapshot(
        "`main` is already live in *staging*. Nothing was deployed."
    )
    await shop.deploy("promote staging to production")
    first, second = shop.deployments
    assert (second.environment, second.sha) == ("production", first.sha)
    assert second.payload["deploybot"]["trigger"] == "promote"


async def test_what_was_never_live_there_is_not_promoted(shop: Shop) -> None:
    """The branch moves in the very moment in which the deployment is created."""
    github = shop.world.github
    await shop.deploy("deploy staging main")
    await shop.finish(1)
    moved = {"on_hit": lambda: github.push(REPOSITORY, message="Later")}
    github.faults.add("POST .*/deployments$", **moved)
    await shop.world.slack.type_command("shop", "dana", "promote staging production")
    await until(lambda: len(shop.live) == 2, what="its card")
    await shop.quiet()
    assert len(shop.world.circleci.pipelines) == 1
    assert shop.deployments[-1].state == "error"
    assert shop.eyes.message(shop.live[-1]) == snapshot("""\
“Not started: main to production, promoted from staging by dana.”
*production* · Not started · promoted from staging by dana
| `<https://github.test/acme/shop/tree/main|main>` · `<https://github.test/acme/shop/commit/c005…|c005>` Wrap the hats — by dana
| `main` moved to `c005` while I was creating this deployment of `c004`. Type the command again. Nothing was deployed.
| [Details]\
""")
    await shop.deploy("promote staging production")
    assert shop.deployments[-1].sha == shop.deployments[0].sha
