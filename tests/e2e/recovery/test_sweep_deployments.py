"""The sweep finds deployments whose every delivery is lost, and follows what others run."""

import pytest
from msgspec import structs

from app.model.build import BuildState
from sandbox.github.records import Deployment
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

EVERY_MINUTE = {"LEASE_SECONDS": "4", "WATCH_INTERVAL": "60", "SWEEP_INTERVAL": "60"}


@pytest.fixture
def environ() -> dict[str, str]:
    """Swept once a minute, on the bot's clock alone."""
    return EVERY_MINUTE


SLOW = {**EVERY_MINUTE, "LEASE_SECONDS": "20"}


@pytest.fixture
def unheard(shop: Shop) -> Shop:
    """The shop, to which GitHub can deliver nothing, not even again."""
    shop.world.github.deliverer.lose = 10_000
    return shop


async def swept(shop: Shop, seconds: float = 61.0) -> None:
    """Time passes, and a sweep is over."""
    assert shop.bot.service is not None
    await shop.bot.service.sweep.begin()
    await shop.bot.later(seconds)
    await shop.quiet()


async def record(shop: Shop, deployment: Deployment) -> BuildState | None:
    """Where the record of a deployment stands, if there is one."""
    assert shop.bot.service is not None
    repository = shop.world.github.state.repository(REPOSITORY)
    build = await shop.bot.service.sweep.store.build((repository.id, deployment.id))
    return build.state if build else None


async def test_a_persons_young_deployment_is_run(unheard: Shop) -> None:
    """It was created after the binding, less than an hour ago."""
    unheard.world.github.person_deploys(REPOSITORY, "production", "v1.4.0")
    await swept(unheard)
    await until(lambda: unheard.world.circleci.pipelines, what="it runs")


async def test_a_persons_old_deployment_is_left_alone(unheard: Shop) -> None:
    """Whoever created it an hour ago does not expect it any more: external, and silent."""
    deployment = unheard.world.github.person_deploys(REPOSITORY, "production", "v1.4.0")
    await swept(unheard, 3700)
    assert BuildState.EXTERNAL is await record(unheard, deployment)
    assert not unheard.live
    assert not unheard.world.circleci.pipelines


async def test_a_persons_deployment_from_before_the_binding_is_left_alone(unheard: Shop) -> None:
    """The channel was bound after it was made."""
    deployment = unheard.world.github.person_deploys(REPOSITORY, "production", "v1.4.0")
    deployment.created_at -= 600
    await swept(unheard)
    assert BuildState.EXTERNAL is await record(unheard, deployment)
    assert not unheard.world.circleci.pipelines


async def test_others_are_silent(unheard: Shop) -> None:
    """What an app created and nobody told of in time is not announced by the sweep."""
    deployment = unheard.world.github.actions_deploys(REPOSITORY, "staging")
    await swept(unheard)
    assert BuildState.EXTERNAL is await record(unheard, deployment)
    assert not unheard.live


async def test_a_shown_foreign_deployment_that_moved_is_brought_up_to_date(shop: Shop) -> None:
    """Its card was posted; then its success is told to nobody."""
    deployment = shop.world.github.actions_deploys(REPOSITORY, "staging")
    await until(lambda: shop.live, what="its card")
    await shop.quiet()
    shop.world.github.deliverer.lose = 10_000
    shop.world.github.post_status_as(deployment, "success", "github-actions[bot]")
    await swept(shop)
    assert "Deployed" in shop.eyes.message(shop.live[0])
    assert 1 == len(shop.live)


@pytest.mark.parametrize(("state", "runs"), [("pending", True), ("in_progress", False)])
async def test_ours_without_a_record(unheard: Shop, state: str, *, runs: bool) -> None:
    """Two days old: one that waits for a person still does, one that ran is over for us."""
    deployment = unheard.world.github.person_deploys(REPOSITORY, "production", "v1.4.0")
    bot = unheard.world.github.app_record.bot
    deployment.creator, deployment.app = bot, unheard.world.github.app_record
    unheard.world.github.post_status_as(deployment, state, bot.login)
    await swept(unheard, 2 * 86_400)
    await unheard.bot.later(5)
    await unheard.quiet()
    await unheard.bot.later(5)
    await unheard.quiet()
    assert runs == bool(unheard.world.circleci.pipelines)
    if not runs:
        assert BuildState.EXTERNAL is await record(unheard, deployment)


async def test_github_opens_again_and_no_webhook_tells(shop: Shop) -> None:
    """The suspension is lifted; the sweep finds it, and the channel is told."""
    shop.world.github.suspend(REPOSITORY)
    await shop.quiet()
    shop.world.github.deliverer.lose = 10_000
    shop.world.github.unsuspend(REPOSITORY)
    await swept(shop)
    assert "GitHub lets me in again" in shop.world.slack.channel_texts("shop")[-1]


@pytest.mark.parametrize("environ", [SLOW])
async def test_a_sweeps_calls_for_300_repositories(shop: Shop) -> None:
    """One installation, 300 bound repositories, each with a deployment: counted for an hour."""
    assert shop.bot.service is not None
    store, github = shop.bot.service.sweep.store, shop.world.github
    [bound] = await store.projects()
    github.webhook_url = None
    for number in range(299):
        repository = github.add_repository(f"acme/shop-{number}")
        deployment = github.actions_deploys(repository.full_name)
        github.post_status_as(deployment, "success", "github-actions[bot]")
        await store.bind(
            structs.replace(
                bound,
                slack_channelid=f"C{number}",
                repository_id=repository.id,
                repository=repository.full_name,
            )
        )
    await shop.bot.service.sweep.begin()
    shop.forget_calls()
    await shop.bot.later(61)
    await shop.quiet()
    made = github.faults.calls
    by_token = [call for call in made if not call.path.startswith("/app")]
    hourly = len(by_token) * 12  # one in five minutes
    print(f"a sweep of 300 repositories: {len(by_token)} calls, {hourly} an hour of 5,000")
    assert hourly < 250
    assert not shop.world.circleci.faults.calls
