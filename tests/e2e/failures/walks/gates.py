"""Why a deployment is barred, waits, or ends before its time."""

from tests.e2e.failures.walks import Walk
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop


def card(shop: Shop, number: int = -1) -> str:
    """A live message."""
    return shop.eyes.message(shop.live[number])


async def failed_check(shop: Shop) -> str:
    """A red check on the commit."""
    sha = shop.world.github.push(REPOSITORY, "red", "Break the test")
    shop.world.github.set_check(REPOSITORY, sha, "test", "failure")
    return await shop.type("deploy staging red")


async def pending_check(shop: Shop) -> str:
    """A check that still runs: the card says so."""
    sha = shop.world.github.push(REPOSITORY, "slow", "Test for long")
    shop.world.github.set_check(REPOSITORY, sha, "test", "pending")
    return await shop.type("deploy staging slow")


async def refused(shop: Shop) -> str:
    """A person's deployment through the API, of the commit with the red check."""
    shop.world.github.person_deploys(REPOSITORY, "production", "red")
    await until(lambda: shop.deployments[-1].state == "error", what="the refusal")
    await shop.quiet()
    return card(shop) + "\n".join(shop.states())


async def busy(shop: Shop) -> str:
    """Another one runs there."""
    await shop.deploy("deploy production")
    return await shop.type("deploy production v1.4.0", user="sam")


async def canceled(shop: Shop) -> str:
    """A person presses *Cancel*."""
    await shop.press(shop.live[-2], "Cancel")
    await shop.quiet()
    return card(shop, -2)


async def superseded(shop: Shop) -> str:
    """A newer pipeline of its group went first."""
    await until(lambda: len(shop.world.circleci.pipelines) == 2, what="the next in line")
    await shop.quiet()
    shop.world.circleci.skip(2)
    await shop.quiet()
    return card(shop)


async def ref_gone(shop: Shop) -> str:
    """Its branch is deleted between the creation and the pipeline."""
    shop.world.github.push(REPOSITORY, "brief", "Come and go")

    def delete() -> None:
        shop.world.github.delete_branch(REPOSITORY, "brief")

    shop.world.github.faults.add("POST .*/deployments$", on_done=delete)
    await shop.type("deploy test brief")
    await shop.quiet()
    return card(shop)


async def ref_moved(shop: Shop) -> str:
    """Its branch moves while its retry is created."""
    github = shop.world.github
    github.push(REPOSITORY, "moving", "One")
    await shop.deploy("deploy test moving")
    await shop.finish(len(shop.world.circleci.pipelines), "failed")
    github.faults.add(
        "POST .*/deployments$", on_hit=lambda: github.push(REPOSITORY, "moving", "Two")
    )
    await shop.type("retry test")
    await shop.quiet()
    return card(shop)


WALKS = (
    Walk("checks_failed", "failed on", failed_check),
    Walk("checks_pending", "Waiting for", pending_check),
    Walk("refused_on_github", "I refused the deployment that", refused),
    Walk("busy", "Next after", busy),
    Walk("canceled", "Canceled by dana", canceled),
    Walk("superseded", "Superseded", superseded),
    Walk("ref_gone", "`brief` was deleted before its pipeline started", ref_gone),
    Walk("ref_moved", "`moving` moved to", ref_moved),
)
