"""Nothing has started a minute after a command: its person is told where it hangs."""

import pytest
import structlog
from inline_snapshot import snapshot

from tests.e2e.running import until
from tests.e2e.shop import CHANNEL, REPOSITORY, Shop

CALM = {"LEASE_SECONDS": "4", "WATCH_INTERVAL": "60", "CHECKS_SETTLE": "0.1"}


@pytest.fixture
def environ() -> dict[str, str]:
    """Minutes pass on the bot's clock alone."""
    return CALM


async def typed(shop: Shop) -> None:
    """A command whose deployment is on GitHub."""
    await shop.world.slack.type_command(CHANNEL, "dana", "deploy production")
    await until(lambda: shop.deployments, what="the deployment")
    await shop.quiet()


async def test_the_chain_is_told_once(shop: Shop) -> None:
    """To the person alone, hop by hop; the one that hangs is named, and what is done about it."""
    shop.world.circleci.faults.add("POST .*/pipeline$", status=503, times=None)
    await typed(shop)
    told = len(shop.eyes.whispers("dana"))
    await shop.bot.later(30)
    await shop.quiet()
    assert told == len(shop.eyes.whispers("dana"))
    for _ in range(3):
        await shop.bot.later(31)
        await shop.quiet()
    assert told + 1 == len(shop.eyes.whispers("dana"))
    assert shop.eyes.whispers("dana")[-1] == snapshot("""\
Nothing has started yet, <n s> after you asked. *production* · deployment <d1> · `<https://github.test/acme/shop/tree/main|main>` (`<https://github.test/acme/shop/commit/c004…|c004>`)
`done   ` <time>  requested by dana
`done   ` <time>  created on GitHub
`done   ` <time>  GitHub's webhook received
`done   ` <time>  checks and queue: clear
`stuck  ` <time>  CircleCI: no answer for <n s> (<n> tries, last: 503). Next try in <n s>.
`waiting` jobs
`waiting` outcome on GitHub
`done   ` <time>  message posted, kept up to date
One step is stuck; I'm retrying.\
""")


async def test_while_slack_is_down_it_is_told_later(shop: Shop) -> None:
    """And a dead `response_url` becomes an ephemeral."""
    shop.world.circleci.faults.add("POST .*/pipeline$", status=503, times=None)
    await typed(shop)
    told = len(shop.eyes.whispers("dana"))
    outage = shop.world.slack.faults.add("/", status=503, times=None)
    await shop.bot.later(61)
    await shop.quiet()
    shop.world.slack.faults.rules.remove(outage)
    shop.world.slack.advance(3600)
    await shop.bot.later(3600)
    await shop.quiet()
    late = shop.eyes.whispers("dana")[told:]
    assert 1 == len(late)
    assert "Nothing has started yet" in late[0]


async def test_what_the_card_explains_is_not_told(shop: Shop) -> None:
    """A check that still runs: the live message says so already."""
    sha = shop.world.github.head(REPOSITORY, "main")
    assert sha is not None
    shop.world.github.set_check(REPOSITORY, sha, "test", "pending")
    await typed(shop)
    told = len(shop.eyes.whispers("dana"))
    for _ in range(3):
        await shop.bot.later(61)
        await shop.quiet()
    assert told == len(shop.eyes.whispers("dana"))


async def test_what_has_started_is_not_told(shop: Shop) -> None:
    """The pipeline runs: the card says so."""
    await shop.deploy()
    told = len(shop.eyes.whispers("dana"))
    await shop.bot.later(61)
    await shop.quiet()
    assert told == len(shop.eyes.whispers("dana"))


async def test_the_chain_is_in_the_log(shop: Shop) -> None:
    """A line for each hop that moved, with the deployment's id."""
    with structlog.testing.capture_logs(
        processors=[structlog.contextvars.merge_contextvars]
    ) as lines:
        await shop.deploy()
        await shop.finish()
    chain = [line for line in lines if line["event"] == "chain"]
    assert {shop.deployments[0].id} == {line["deployment_id"] for line in chain}
    assert [f"{line['hop']}: {line['state']}" for line in chain] == snapshot(
        [
            "asked: done",
            "created: done",
            "webhook: done",
            "gates: done",
            "pipeline: done",
            "jobs: current",
            "message: done",
            "jobs: done",
            "outcome: current",
            "outcome: done",
        ]
    )
