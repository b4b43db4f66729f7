"""Reasons name what they are about: what still runs, what refused, what is shown in the chain."""

from inline_snapshot import snapshot

from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop


async def test_what_was_canceled_says_what_was_live_before(shop: Shop) -> None:
    """A job may have stopped halfway: nobody says that anything still runs."""
    await shop.deploy("deploy production v1.4.0")
    await shop.finish(1)
    live = await shop.deploy("deploy production main", "sam")
    await shop.type("cancel", "sam")
    await until(lambda: shop.deployments[1].state == "error", what="the cancel")
    await shop.quiet()

    card = shop.eyes.message(live)
    assert card.split("\n")[3:5] == snapshot(
        [
            "| Canceled by sam at <time>.",
            "| Before this, `v1.4.0` was live (since <time>); `build` may have changed something.",
        ]
    )
    chain = await shop.type("status")
    assert "is still live" not in card + chain


async def test_a_refusal_on_github_says_every_reason_in_the_chain(shop: Shop) -> None:
    """The card, the chain and GitHub's status all have them."""
    sha = shop.world.github.push(REPOSITORY, "red", "Break the test")
    shop.world.github.set_check(REPOSITORY, sha, "test", "failure")
    shop.world.github.set_check(REPOSITORY, sha, "lint", "pending")
    shop.world.github.person_deploys(REPOSITORY, "production", "red")
    await until(lambda: shop.deployments[-1].state == "error", what="the refusal")
    await shop.quiet()

    assert shop.eyes.message(shop.live[-1]).split("\n")[3:5] == snapshot(
        [
            "| I refused the deployment that dana created on GitHub. Fix this, then create it again or press *Retry*.",
            "| `test` failed on `c005`. Push a fix or rerun it, then deploy it again. To deploy anyway: `/cimon deploy production red --force`. Nothing was deployed.",
        ]
    )
    chain = await shop.type("status")
    assert [line for line in chain.split("\n") if " failed on" in line] == snapshot(
        [
            "`test` failed on `c005`. Push a fix or rerun it, then deploy it again. To deploy anyway: `/cimon deploy production red --force`. Nothing was deployed."
        ]
    )
    assert shop.states() == snapshot(
        [
            "error: test failed on c005. Push a fix or rerun it, then deploy it again. To deploy anyway: /cimon deploy production red --force."
        ]
    )
