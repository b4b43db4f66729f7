"""What becomes of a pipeline."""

from collections.abc import Callable

from tests.e2e.failures.walks import Go, Walk
from tests.e2e.passing import pass_time
from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop


def after(do: Callable[[Shop, int], object], **course: object) -> Go:
    """Deploy, let something happen to the pipeline, a minute passes: the card."""

    async def go(shop: Shop) -> str:
        if course:
            shop.world.circleci.next_pipeline(**course)
        live = await shop.deploy("deploy production")
        do(shop, len(shop.world.circleci.pipelines))
        await shop.bot.later(61)
        await shop.quiet()
        seen = shop.eyes.message(live)
        shop.world.circleci.finish(len(shop.world.circleci.pipelines))
        await shop.quiet()
        return seen

    return go


def nothing(shop: Shop, number: int) -> None:
    """Nothing happens to it."""


def canceled(shop: Shop, number: int) -> None:
    """On CircleCI's page."""
    shop.world.circleci.cancel_in_page(number, by="Dana")


def held(shop: Shop, number: int) -> None:
    """It waits for approval."""
    shop.world.circleci.hold(number)


def failed(shop: Shop, number: int) -> None:
    """A job fails."""
    shop.world.circleci.fail(number, "migrate")


def unauthorized(shop: Shop, number: int) -> None:
    """A workflow ends as no job decides."""
    shop.world.circleci.finish(number, "unauthorized")


async def timed_out(shop: Shop) -> str:
    """No outcome within the hour."""
    live = await shop.deploy("deploy production")
    await shop.bot.later(3700)
    await shop.quiet()
    seen = shop.eyes.message(live)
    await shop.finish(len(shop.world.circleci.pipelines))
    return seen


async def webhook_lost(shop: Shop) -> str:
    """The watch found the outcome; `status` says so."""
    shop.world.circleci.deliverer.lose = 1
    await shop.deploy("deploy production")
    shop.world.circleci.finish(len(shop.world.circleci.pipelines))
    await shop.bot.later(61)
    await shop.quiet()
    return await shop.type("status")


async def beside(shop: Shop) -> str:
    """A failed pipeline is rerun while another deployment runs."""
    number = len(shop.world.circleci.pipelines) + 1
    first = await shop.deploy("deploy production")
    shop.world.circleci.fail(number, "migrate")
    await shop.quiet()
    await shop.deploy("deploy production v1.4.0")
    shop.world.circleci.rerun(number)
    await shop.bot.later(200)
    await shop.quiet()
    seen = shop.eyes.message(first)
    await shop.finish(number)
    await shop.finish(number + 1)
    return seen


async def doubled(shop: Shop) -> str:
    """A lost request landed all the same: both are found, the later one is canceled."""
    circleci, before = shop.world.circleci, len(shop.live)

    def again() -> None:
        first = circleci.pipelines[-1]
        second = circleci.push(shop.world.slug, "main", trigger="api")
        assert second is not None
        second.parameters = first.parameters
        second.actor = circleci.user["login"]

    circleci.faults.add("POST .*/pipeline$", drop="after", on_done=again)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy staging")
    await until(lambda: len(shop.live) > before, what="a message")
    await shop.bot.later(10)
    await shop.quiet()
    await shop.finish(len(circleci.pipelines) - 1)
    return shop.eyes.message(shop.live[-1])


async def undecided(shop: Shop) -> str:
    """The answer is lost, and CircleCI does not show what the pipeline was started with."""
    circleci, before = shop.world.circleci, len(shop.live)
    circleci.faults.add("POST .*/pipeline$", drop="after")
    circleci.faults.add("GET .*/values$", status=404, times=None)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy test")
    await until(lambda: len(shop.live) > before, what="a message")
    await pass_time(shop, 30)
    return shop.eyes.message(shop.live[-1])


async def skipped(shop: Shop) -> str:
    """The head commit asks CircleCI to leave it alone."""
    shop.world.github.push(REPOSITORY, message="Fix a typo [ci skip]")
    seen = await after(nothing)(shop)
    shop.world.github.push(REPOSITORY, message="Fix another")
    return seen


async def no_tag_filter(shop: Shop) -> str:
    """No job of the project runs on tags."""
    project = shop.world.circleci.project(shop.world.slug)
    kept, project.tag_filters = project.tag_filters, frozenset()
    live = await shop.deploy("deploy production v1.4.0")
    await shop.later(61)
    project.tag_filters = kept
    return shop.eyes.message(live)


def advanced(shop: Shop, number: int) -> None:
    """Its setup workflow goes on."""
    shop.world.circleci.advance(number)


WALKS = (
    Walk("runs_beside", "is also running in", beside),
    Walk(
        "circleci_config_error",
        "CircleCI can't read",
        after(nothing, config_error="Job 'deploy' not found in 'jobs'"),
    ),
    Walk("circleci_no_workflow", "no workflow matched", after(nothing, workflows=())),
    Walk("circleci_no_tag_filter", "filters: {tags: {only: /.*/}}", no_tag_filter),
    Walk(
        "circleci_setup_failed",
        "`Conflicting pipeline parameters`",
        after(advanced, setup=True, passed_on=("sha",)),
    ),
    Walk("pipeline_canceled_elsewhere", "was canceled on CircleCI by Dana", after(canceled)),
    Walk("approval_job_waiting", "Needs approval: `hold`", after(held)),
    Walk("job_failed", "`migrate` failed", after(failed)),
    Walk("workflow_failed", "the status `unauthorized`", after(unauthorized)),
    Walk("timed_out", "so I stopped waiting", timed_out),
    Walk("webhook_lost", "CircleCI's webhook didn't arrive", webhook_lost),
    Walk("pipeline_doubled", "CircleCI started two pipelines", doubled),
    Walk("circleci_skipped", "`[ci skip]`", skipped),
)
UNDECIDED = (Walk("pipeline_undecided", "so I didn't start another", undecided),)
