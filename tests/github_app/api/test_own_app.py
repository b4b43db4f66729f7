"""Webhook deliveries that failed, and their redelivery."""

import asyncio
import time

from app.github_app.github_client import GitHubClient
from app.lifecycle.recovery.redeliveries import Search, after_page
from app.model.github.app import Delivery
from sandbox.github.standin import GitHubStandIn
from tests.github_app.conftest import SHOP, Entrance


async def settled(github: GitHubStandIn) -> None:
    """Wait until every delivery was answered or lost."""
    await asyncio.wait_for(github.deliverer.settle(), 60)


async def missed(client: GitHubClient, *, since: float) -> list[Delivery]:
    """All failed deliveries that a complete search finds."""
    search = Search(began=time.time(), since=since)
    while not search.over:
        search = after_page(search, await client.deliveries(search.older or ""))
    return list(search.failed)


async def test_failed_deliveries(
    github: GitHubStandIn, client: GitHubClient, entrance: Entrance
) -> None:
    """Failed deliveries are listed oldest first; successful ones and unused events are not."""
    github.push(SHOP)
    github.webhook_url = "http://127.0.0.1:9/nobody"
    first = github.person_deploys(SHOP)
    await settled(github)
    github.push(SHOP, "feature")
    github.tag(SHOP, "v1")
    await settled(github)
    github.webhook_url = entrance.url
    github.person_deploys(SHOP)
    await settled(github)
    failed = await missed(client, since=time.time() - 60)
    made = [delivery.event for delivery in failed]
    assert made[0] == "deployment"
    assert sorted(made[1:]) == ["create", "create", "push", "push"]
    assert failed[0].repository_id == first.repository.id
    assert failed[0].status != "OK"
    assert not failed[0].redelivery


async def test_a_redelivery_arrives_once(
    github: GitHubStandIn, client: GitHubClient, entrance: Entrance
) -> None:
    """A redelivery arrives under the same GUID, and the delivery is no longer listed."""
    github.webhook_url = "http://127.0.0.1:9/nobody"
    made = github.person_deploys(SHOP)
    await settled(github)
    (failed,) = await missed(client, since=0)
    github.webhook_url = entrance.url
    await client.redeliver(failed.id)
    await settled(github)
    assert [note.deployment_id for note in entrance.ledger.notes] == [made.id]
    assert await missed(client, since=0) == []


async def test_a_redelivery_that_failed_too(github: GitHubStandIn, client: GitHubClient) -> None:
    """The last attempt is listed and marked as a redelivery, so that attempts can be counted."""
    github.webhook_url = "http://127.0.0.1:9/nobody"
    github.person_deploys(SHOP)
    await settled(github)
    (failed,) = await missed(client, since=0)
    await client.redeliver(failed.id)
    await settled(github)
    (last,) = await missed(client, since=0)
    assert (failed.redelivery, last.redelivery) == (False, True)
    assert failed.guid == last.guid


async def test_deliveries_by_cursor(github: GitHubStandIn, client: GitHubClient) -> None:
    """All pages are read back to the asked time, and no further."""
    github.webhook_url = "http://127.0.0.1:9/nobody"
    for _ in range(120):
        github.person_deploys(SHOP)
    await settled(github)
    found: list[Delivery] = await missed(client, since=0)
    assert len(found) == 120
    assert found == sorted(found, key=lambda one: one.delivered_at)
    assert await missed(client, since=time.time() + 60) == []
