"""Providers are down, ask us to wait, or refuse; Slack closes; we restart."""

from pathlib import Path

from tests.e2e.failures.walks import Walk
from tests.e2e.passing import pass_time
from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

HALF_AN_HOUR = 1800.0


async def told(shop: Shop, seconds: float = 30.0) -> str:
    """What Dana alone is told of `deploy production`, once some time has passed."""
    before = len(shop.eyes.whispers("dana"))
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await pass_time(shop, seconds)
    return "\n".join(shop.eyes.whispers("dana")[before:])


async def github_rate_limited(shop: Shop) -> str:
    """429 with a wait."""
    headers = {"Retry-After": "120"}
    limit = shop.world.github.faults.add("/graphql", status=429, times=None, headers=headers)
    seen = await told(shop, HALF_AN_HOUR)
    shop.world.github.faults.rules.remove(limit)
    return seen


async def github_refused(shop: Shop) -> str:
    """The App may not create deployments."""
    body = '{"message": "Resource not accessible by integration"}'
    headers = {
        "Content-Type": "application/json",
        "X-Accepted-GitHub-Permissions": "deployments=write",
    }
    shop.world.github.faults.add("POST .*/deployments$", status=403, body=body, headers=headers)
    return await told(shop)


async def circleci_down(shop: Shop) -> str:
    """503 to every trigger: the card, then the chain to who asked."""
    outage = shop.world.circleci.faults.add("POST .*/pipeline$", status=503, times=None)
    seen = await told(shop, 70)
    assert "Nothing has started yet" in seen
    seen = shop.eyes.message(shop.live[-1])
    shop.world.circleci.faults.rules.remove(outage)
    return seen


async def circleci_rate_limited(shop: Shop) -> str:
    """429 to the next one."""
    await pass_time(shop, 300)
    await shop.finish(len(shop.world.circleci.pipelines))
    headers = {"Retry-After": "20"}
    limit = shop.world.circleci.faults.add(
        "POST .*/pipeline$", status=429, times=None, headers=headers
    )
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy staging")
    await pass_time(shop, 60)
    shop.world.circleci.faults.rules.remove(limit)
    seen = shop.eyes.message(shop.live[-1])
    await pass_time(shop, 60)
    await shop.finish(len(shop.world.circleci.pipelines))
    return seen


async def slack_down(shop: Shop) -> str:
    """It answers 503 to messages, and then to nobody: `status` says so, once it can."""
    outage = shop.world.slack.faults.add("/api/chat", status=503, times=None)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy test")
    await until(lambda: shop.deployments[-1].environment == "test", what="the deployment")
    await pass_time(shop, 5)
    number = shop.deployments[-1].id
    seen = await shop.type(f"status {number}")
    shop.world.slack.faults.rules.remove(outage)
    await shop.finish(len(shop.world.circleci.pipelines))
    await pass_time(shop, 600)
    return seen


async def refused(shop: Shop, error: str) -> str:
    """Slack refuses the live message; the command's own answer says so, GitHub too."""
    shop.world.slack.refuse("chat.postMessage", error, times=None)
    before = len(shop.eyes.whispers("dana"))
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy preview")
    pipelines = len(shop.world.circleci.pipelines)
    await until(lambda: len(shop.world.circleci.pipelines) > pipelines, what="a pipeline")
    await shop.quiet()
    shop.world.slack.faults.clear()
    await shop.finish(len(shop.world.circleci.pipelines))
    await pass_time(shop, 900)
    assert "success" == shop.deployments[-1].state
    return "\n".join(shop.eyes.whispers("dana")[before:])


async def archived(shop: Shop) -> str:
    """The channel is archived, and no event told."""
    return await refused(shop, "is_archived")


async def slack_refused(shop: Shop) -> str:
    """A reason of its own."""
    return await refused(shop, "restricted_action")


async def restarted(shop: Shop) -> str:
    """The process was away for two hours."""
    await shop.bot.worker.stop(0.0)
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production v1.4.0")
    await shop.bot.stop()
    shop.bot.clock.seconds += 7200
    before = len(shop.eyes.whispers("dana"))
    await shop.bot.start()
    await until(lambda: len(shop.eyes.whispers("dana")) > before, what="an answer")
    return shop.eyes.whispers("dana")[-1]


async def locks_lost(shop: Shop) -> str:
    """The whole store is gone."""
    await shop.bot.stop()
    database = Path(shop.bot.store_url.removeprefix("sqlite:///"))
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    await shop.bot.start()
    assert shop.bot.service is not None
    await shop.bot.service.sweep.begin()
    await shop.quiet()
    return "\n".join(shop.world.slack.channel_texts(CHANNEL))


async def uninstalled(shop: Shop) -> str:
    """An owner removes the App: the channel is told."""
    shop.world.github.uninstall(REPOSITORY)
    await shop.quiet()
    return shop.eyes.message(shop.world.slack.last_message(CHANNEL))


async def store_down(shop: Shop) -> str:
    """The store takes nothing any more."""
    assert shop.bot.service is not None
    await shop.bot.worker.stop(1.0)
    await shop.bot.service.sweep.store.close()
    answered = await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    assert answered.shown is not None
    return shop.eyes.message(answered.shown)


WALKS = (
    Walk("github_rate_limited", "GitHub's rate limit", github_rate_limited),
    Walk("github_refused", "`Resource not accessible by integration`", github_refused),
    Walk("circleci_down", "CircleCI hasn't answered", circleci_down),
    Walk("circleci_rate_limited", "CircleCI's rate limit", circleci_rate_limited),
    Walk("slack_down", "Slack: no answer", slack_down),
    Walk("slack_archived", "is archived, so I can't post", archived),
    Walk("slack_refused", "`restricted_action`", slack_refused),
    Walk("restarted", "I was restarted", restarted),
    Walk("locks_lost", "I lost my database", locks_lost),
    Walk("app_uninstalled", "was uninstalled", uninstalled),
    Walk("store_down", "nothing was done", store_down),
)
