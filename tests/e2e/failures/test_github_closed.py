"""GitHub is closed to us while something waits or runs: it ends, and Slack shows why."""

from collections.abc import Callable

import pytest
from inline_snapshot import snapshot

from tests.e2e.passing import pass_time
from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

CALM = {
    "LEASE_SECONDS": "4",
    "WATCH_INTERVAL": "60",
    "CHECKS_SETTLE": "0.1",
    "SWEEP_INTERVAL": "300",
}
QUARTER = 900.0
CLOSINGS: dict[str, Callable[[Shop], object]] = {
    "suspended": lambda shop: shop.world.github.suspend(REPOSITORY),
    "uninstalled": lambda shop: shop.world.github.uninstall(REPOSITORY),
    "removed": lambda shop: shop.world.github.remove_from_installation(REPOSITORY),
    "archived": lambda shop: shop.world.github.archive(REPOSITORY),
}


@pytest.fixture
def environ() -> dict[str, str]:
    """Minutes pass on the bot's clock alone."""
    return CALM


async def waiting(shop: Shop) -> str:
    """A deployment that waits for a check; the commit."""
    sha = shop.world.github.head(REPOSITORY, "main")
    assert sha is not None
    shop.world.github.set_check(REPOSITORY, sha, "test", "pending")
    assert "Waiting for checks" in await shop.type("deploy production")
    return sha


@pytest.mark.parametrize("closing", CLOSINGS)
async def test_while_it_waits(shop: Shop, closing: str) -> None:
    """Within a quarter of an hour it has ended, with the reason and the way out."""
    await waiting(shop)
    CLOSINGS[closing](shop)
    await shop.quiet()
    await pass_time(shop, QUARTER)
    [live] = shop.live
    said = shop.eyes.message(live).split("\n")
    assert "Not started" in said[1]
    assert (
        said[3]
        == {
            "suspended": snapshot(
                "| My GitHub App is suspended for `acme`, so deployments are blocked. An owner of `acme` can unsuspend it in <https://github.test/organizations/acme/settings/installations|its settings>. I gave up on this deployment; nothing was deployed. Press *Retry* afterwards."
            ),
            "uninstalled": snapshot(
                "| My GitHub App was uninstalled from `acme/shop`, so deployments are blocked. An owner of `acme` can <https://github.test/organizations/acme/settings/installations|install it again>. I gave up on this deployment; nothing was deployed. Press *Retry* afterwards."
            ),
            "removed": snapshot(
                "| My GitHub App was uninstalled from `acme/shop`, so deployments are blocked. An owner of `acme` can <https://github.test/organizations/acme/settings/installations|install it again>. I gave up on this deployment; nothing was deployed. Press *Retry* afterwards."
            ),
            "archived": snapshot(
                "| `acme/shop` is archived, so GitHub won't accept deployments for it. Someone with admin access can unarchive it. Nothing was deployed."
            ),
        }[closing]
    )
    assert not shop.world.circleci.pipelines
    assert "Retry" in said[-1]


@pytest.mark.parametrize("closing", CLOSINGS)
async def test_while_it_runs(shop: Shop, closing: str) -> None:
    """The pipeline goes on; its outcome is in Slack at once, whatever GitHub takes."""
    live = await shop.deploy()
    CLOSINGS[closing](shop)
    await shop.quiet()
    await shop.finish()
    for later in (0, 600):
        await shop.later(later)
        assert "Deployed" in live.text
        assert "is live in" in shop.eyes.thread(live)


async def test_the_channel_is_told_once_when_it_closes_and_opens(shop: Shop) -> None:
    """Who can lift it, what it means; and that it is over."""
    before = len(shop.world.slack.messages(CHANNEL))
    for _ in range(2):
        shop.world.github.suspend(REPOSITORY)
        await shop.quiet()
    assert "is suspended" in await shop.type("deploy production")
    shop.world.github.unsuspend(REPOSITORY)
    await shop.quiet()
    said = shop.world.slack.messages(CHANNEL)[before:]
    assert [shop.eyes.message(message) for message in said] == snapshot(
        [
            "My GitHub App is suspended for `acme`, so deployments are blocked. An owner of `acme` can unsuspend it in <https://github.com/organizations/acme/settings/installations/<installation>|its settings>. Waiting deployments continue automatically if that happens within ten minutes.",
            "GitHub lets me in again, so `acme/shop` can deploy.",
        ]
    )


@pytest.mark.parametrize("channel", [CHANNEL, "store"])
async def test_it_closes_again_after_it_was_bound_anew(shop: Shop, channel: str) -> None:
    """That is told again, wherever it is bound by then."""
    github, slack = shop.world.github, shop.world.slack
    github.suspend(REPOSITORY)
    await shop.quiet()
    github.unsuspend(REPOSITORY)
    await shop.quiet()
    await shop.type("reset")
    if channel != CHANNEL:
        slack.add_channel(channel)
    await shop.type(f"setup {REPOSITORY}", channel=channel)
    github.suspend(REPOSITORY)
    await shop.quiet()
    assert "is suspended" in shop.eyes.message(slack.last_message(channel))


async def test_the_outcome_reaches_github_when_it_is_open_again(shop: Shop) -> None:
    """Days later: the sweep sees that GitHub still calls it open."""
    await shop.deploy()
    shop.world.github.suspend(REPOSITORY)
    await shop.finish()
    await pass_time(shop, QUARTER)
    assert "in_progress" == shop.deployments[0].state
    await shop.bot.later(2 * 86_400)
    shop.world.github.unsuspend(REPOSITORY)
    await shop.quiet()
    assert shop.bot.service is not None
    await shop.bot.service.sweep.begin()
    await shop.quiet()
    assert "success" == shop.deployments[0].state
    assert 1 == len(shop.live)


async def test_a_branch_is_deleted_while_its_deployment_waits(shop: Shop) -> None:
    """The commit was pinned when the deployment was made: it is still what is deployed."""
    sha = shop.world.github.push(REPOSITORY, "fix/hats", "Round the hats")
    shop.world.github.set_check(REPOSITORY, sha, "test", "pending")
    assert "Waiting for checks" in await shop.type("deploy staging fix/hats")
    shop.world.github.delete_branch(REPOSITORY, "fix/hats")
    shop.world.github.set_check(REPOSITORY, sha, "test", "success")
    await until(lambda: shop.world.circleci.pipelines, what="a pipeline")
    [pipeline] = shop.world.circleci.pipelines
    assert ("main", sha) == (pipeline.branch, pipeline.parameters["sha"])
    await shop.finish()
    assert "success" == shop.deployments[0].state


async def test_a_branch_is_deleted_just_before_its_pipeline(shop: Shop) -> None:
    """CircleCI finds it no more: said, and nothing is deployed."""
    shop.world.github.push(REPOSITORY, "fix/hats", "Round the hats")

    def delete() -> None:
        shop.world.github.delete_branch(REPOSITORY, "fix/hats")

    shop.world.github.faults.add("POST .*/deployments$", on_done=delete)
    said = await shop.type("deploy staging fix/hats")
    await shop.quiet()
    said = shop.eyes.message(shop.live[-1]) or said
    assert said.split("\n")[3] == snapshot(
        "| `fix/hats` was deleted before its pipeline started. Deploy another branch or tag. Nothing was deployed."
    )
    assert "error" == shop.deployments[0].state


async def test_a_branch_is_deleted_while_it_runs(shop: Shop) -> None:
    """What runs, runs."""
    shop.world.github.push(REPOSITORY, "fix/hats", "Round the hats")
    await shop.deploy("deploy staging fix/hats")
    shop.world.github.delete_branch(REPOSITORY, "fix/hats")
    await shop.finish()
    assert "success" == shop.deployments[0].state
