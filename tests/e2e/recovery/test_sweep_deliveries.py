"""The sweep has GitHub send again what never arrived, by its rules."""

import sqlite3
from contextlib import closing

import pytest

from app.lifecycle.recovery.redeliveries import Search
from app.model.github.app import Delivery as Recorded
from sandbox.github.webhooks import Delivery
from tests.e2e.running import until
from tests.e2e.shop import REPOSITORY, Shop

EVERY_MINUTE = {"LEASE_SECONDS": "4", "WATCH_INTERVAL": "60", "SWEEP_INTERVAL": "60"}


PUSHED = """\
version: 1
circleci: {workflow: deploy}
environments: {preview: {deploy_on: {push: [main]}}}
"""


@pytest.fixture
def environ() -> dict[str, str]:
    """Swept once a minute, on the bot's clock alone."""
    return EVERY_MINUTE


async def begun(shop: Shop) -> None:
    """The first sweep is over."""
    assert shop.bot.service is not None
    await shop.bot.service.sweep.begin()
    await shop.quiet()


def again(shop: Shop) -> list[Delivery]:
    """The deliveries that were asked for again."""
    return [item for item in shop.world.github.hub.webhooks.log if item.sent.redelivery]


async def lost_deployment(shop: Shop) -> None:
    """A person's deployment, and GitHub's delivery of it never arrives."""
    shop.world.github.deliverer.lose = 1
    shop.world.github.person_deploys(REPOSITORY, "production", "v1.4.0")
    await shop.world.settle()
    shop.world.github.deliverer.lose = 0


async def test_a_lost_delivery_is_sent_again_and_acted_on(shop: Shop) -> None:
    """The deployment runs, and the delivery is asked for only once."""
    await begun(shop)
    await lost_deployment(shop)
    assert not shop.world.circleci.pipelines
    await shop.bot.later(61)
    await until(lambda: shop.world.circleci.pipelines, what="it runs")
    await shop.quiet()
    for _ in range(3):
        await shop.bot.later(61)
        await shop.quiet()
    assert ["deployment"] == [item.sent.event for item in again(shop)]
    assert 1 == len(shop.world.circleci.pipelines) == len(shop.live)


async def test_a_delivery_that_fails_again_is_not_tried_for_ever(shop: Shop) -> None:
    """But a few times; the open deployment is found all the same."""
    await begun(shop)
    shop.world.github.deliverer.lose = 1000
    shop.world.github.person_deploys(REPOSITORY, "production", "v1.4.0")
    for _ in range(8):
        await shop.bot.later(61)
        await shop.quiet()
    assert 5 == len([item for item in again(shop) if item.sent.event == "deployment"])
    await until(lambda: shop.world.circleci.pipelines, what="it runs")


@pytest.mark.parametrize("config", [PUSHED])
async def test_a_push_that_is_lost_twice_deploys(shop: Shop) -> None:
    """Nothing else tells of it: it is sent again until it arrives."""
    await begun(shop)
    shop.world.github.deliverer.lose = 2
    shop.world.github.push(REPOSITORY, message="Sell more hats")
    for _ in range(3):
        await shop.bot.later(61)
        await shop.quiet()
    await until(lambda: shop.world.circleci.pipelines, what="its pipeline")


async def test_what_was_lost_is_sent_again_the_oldest_first(shop: Shop) -> None:
    """Comments and checks too; the order is that of the events."""
    await begun(shop)
    github = shop.world.github
    github.deliverer.lose = 1000
    issue = github.open_issue(REPOSITORY, "A hat is missing")
    github.person_comments(REPOSITORY, issue.number, "It is on my head.", "hubot")
    sha = github.head(REPOSITORY, "main")
    assert sha is not None
    github.set_check(REPOSITORY, sha, "test", "success")
    deployment = github.actions_deploys(REPOSITORY, "staging")
    github.post_status_as(deployment, "success", "github-actions[bot]")
    await shop.world.settle()
    wanted = [item.sent.guid for item in github.hub.webhooks.log if item.sent.lost]
    assert 4 <= len(wanted)
    github.deliverer.lose = 0
    await shop.bot.later(61)
    await shop.quiet()
    assert wanted == [item.sent.guid for item in again(shop)]


async def test_after_a_long_pause_three_days_are_caught_up(shop: Shop) -> None:
    """The process slept for days: the sweep is due at once and reaches back to the last one."""
    await begun(shop)
    shop.forget_calls()
    await lost_deployment(shop)
    shop.bot.clock.seconds += 2.5 * 86_400
    await shop.bot.worker.poll()
    await shop.quiet()
    assert ["deployment"] == [item.sent.event for item in again(shop)]


async def test_at_the_start_what_was_missed_meanwhile_is_found(shop: Shop) -> None:
    """Webhooks to a process that was down are refused by its port, and asked for at its start."""
    await begun(shop)
    await shop.bot.stop()
    shop.world.github.person_deploys(REPOSITORY, "production", "v1.4.0")
    await shop.world.settle()
    await shop.bot.start()
    await begun(shop)
    await until(lambda: shop.world.circleci.pipelines, what="it runs")
    await shop.quiet()
    assert 1 == len(shop.live)


async def test_what_is_older_than_the_last_sweep_is_let_go(shop: Shop) -> None:
    """But for fifteen minutes, in which a delivery may have been under way."""
    await lost_deployment(shop)
    shop.bot.clock.seconds += 1000
    assert () == await missed_since(shop, 900)
    assert ["deployment"] == [delivery.event for delivery in await missed_since(shop, 1100)]


async def missed_since(shop: Shop, seconds: float) -> tuple[Recorded, ...]:
    """What a search that goes back for so long finds."""
    assert shop.bot.service is not None
    sweep = shop.bot.service.sweep
    now = shop.bot.clock.wall()
    search = Search(began=now, since=now - seconds)
    while not search.over:
        search = await sweep.go_on(search)
    return search.failed


async def test_more_than_one_sweep_takes_is_the_next_ones(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an outage there may be hundreds: none is forgotten behind the last sweep."""
    await begun(shop)
    monkeypatch.setattr("app.lifecycle.recovery.redeliveries.MOST", 20)
    await lost_statuses(shop, 25)
    await shop.bot.later(3000)
    await shop.quiet()
    assert 20 == len(again(shop))
    await shop.bot.later(31)
    await shop.quiet()
    assert 25 == len({item.sent.guid for item in again(shop)}) == len(again(shop))


async def test_an_outage_while_it_sends_again(shop: Shop) -> None:
    """GitHub fails after the second: the sweep goes on behind it, and asks for none twice."""
    await begun(shop)
    await lost_statuses(shop, 5)
    shop.world.github.faults.add("POST .*/attempts$", skip=2, status=503)
    await shop.bot.later(61)
    await shop.quiet()
    assert 2 == len(again(shop))
    await shop.bot.later(61)
    await shop.quiet()
    guids = [item.sent.guid for item in again(shop)]
    assert 5 == len(guids) == len(set(guids))
    assert 6 == len(shop.world.github.faults.made("/attempts$"))


async def test_one_that_cannot_be_sent_again(shop: Shop) -> None:
    """GitHub refuses the first (too old by now): the others are sent all the same."""
    await begun(shop)
    await lost_statuses(shop, 3)
    shop.world.github.faults.add("POST .*/attempts$", status=422)
    await shop.bot.later(61)
    await shop.quiet()
    assert 2 == len(again(shop))


async def test_asks_that_nobody_repeats_are_forgotten(shop: Shop) -> None:
    """An answered command is kept while Slack or GitHub may send it again, then deleted."""
    await begun(shop)
    await shop.type("status")
    await shop.quiet()
    asks = "SELECT ask_id FROM ask WHERE ask_id NOT LIKE 'sweep:%'"
    await days_pass(shop, 3.9)
    assert stored(shop, asks)
    await days_pass(shop, 1.2)
    assert not stored(shop, asks)


async def test_what_others_deployed_long_ago_is_forgotten(shop: Shop) -> None:
    """A month after it ended; what we have run ourselves is kept."""
    await begun(shop)
    github = shop.world.github
    deployment = github.actions_deploys(REPOSITORY, "staging")
    github.post_status_as(deployment, "success", "github-actions[bot]")
    await shop.deploy("deploy production")
    await shop.finish()
    theirs, ours = (str(one.id) for one in shop.deployments)
    builds = "SELECT deployment_id FROM build ORDER BY deployment_id"
    await days_pass(shop, 29)
    assert stored(shop, builds) == [theirs, ours]
    await days_pass(shop, 2)
    assert stored(shop, builds) == [ours]


async def days_pass(shop: Shop, days: float) -> None:
    """So many days, on the bot's clock alone."""
    shop.bot.clock.seconds += days * 86_400
    await shop.bot.worker.poll()
    await shop.quiet()


def stored(shop: Shop, query: str) -> list[str]:
    """The first column of what the store has, as text."""
    path = shop.bot.store_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as file:
        return [str(row[0]) for row in file.execute(query)]


async def lost_statuses(shop: Shop, number: int) -> None:
    """So many commit statuses whose deliveries never arrive."""
    sha = shop.world.github.head(REPOSITORY, "main")
    assert sha is not None
    shop.world.github.deliverer.lose = number
    for index in range(number):
        shop.world.github.commit_status(REPOSITORY, sha, f"check-{index}", "success")
    await shop.world.settle()
