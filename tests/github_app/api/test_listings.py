"""Lists: deployments, refs that resemble, collaborators, failed deliveries."""

import asyncio
import json
import time

import aiohttp
import pytest

from app.errors import Refused, Unavailable
from app.github_app.github_client import GitHubClient
from app.lifecycle.recovery.redeliveries import Search, after_page
from app.model.github.app import Delivery
from app.model.plan import RepositoryRef
from sandbox.github.stand_in import GitHubStandIn
from tests.github_app.conftest import SHOP, Entrance, client_of


async def test_deployments_in_one_call(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Deployments come newest first, of one environment or of all, up to a limit."""
    made = [github.person_deploys(SHOP, name).id for name in ("production", "staging") * 3]
    github.faults.calls.clear()
    everything = await client.deployments(shop)
    assert [deployment.id for deployment in everything] == made[::-1]
    assert len(github.faults.made("POST /graphql")) == 1
    staging = await client.deployments(shop, environments=("staging",), limit=2)
    assert [deployment.id for deployment in staging] == made[::-1][0:4:2]


async def test_a_limit_beyond_a_page(client: GitHubClient, shop: RepositoryRef) -> None:
    """More than a page is not asked of GitHub, which would refuse it."""
    assert await client.deployments(shop, limit=1000) == []


@pytest.mark.parametrize(
    ("typed", "closest"),
    [
        ("featre", "feature"),
        ("mian", "main"),
        ("v1.4", "v1.4.0"),
        ("refs/heads/featur", "feature"),
    ],
)
async def test_closest_refs(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef, typed: str, closest: str
) -> None:
    """Branches and tags that resemble what was typed are found, the closest first."""
    github.push(SHOP, "feature")
    github.tag(SHOP, "v1.4.0")
    for number in range(80, 130):
        github.push(SHOP, f"release-{number:03}")
    assert (await client.closest_refs(shop, typed))[0] == closest


async def test_nothing_is_close(client: GitHubClient, shop: RepositoryRef) -> None:
    """Where nothing resembles there is no suggestion."""
    assert await client.closest_refs(shop, "zzzzzzzz") == []


async def test_collaborators_beyond_a_page(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """All of 252 collaborators are read, with their ids and permissions in lower case."""
    repository = github.state.repository(SHOP)
    repository.collaborators |= {f"dev{number}": "read" for number in range(250)}
    for login in repository.collaborators:
        github.state.user(login)
    people = await client.collaborators(shop)
    assert len(people) == 252
    assert people[0].login == "octocat"
    assert people[0].permission == "admin"
    assert people[0].id == github.state.users["octocat"].id
    assert len(github.faults.made("POST /graphql")) == 3


async def test_collaborators_by_rest(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Where GraphQL keeps the list from the App, REST gives it, page by page."""
    repository = github.state.repository(SHOP)
    repository.collaborators |= {f"dev{number}": "read" for number in range(150)}
    for login in repository.collaborators:
        github.state.user(login)
    by_graphql = await client.collaborators(shop)
    installation = github.state.installation_of(repository)
    assert installation is not None
    del installation.permissions["members"]
    github.expire_tokens()
    people = await client.collaborators(shop)
    assert [(one.id, one.login, one.permission) for one in people] == [
        (one.id, one.login, one.permission) for one in by_graphql
    ]
    assert len(github.faults.made("GET /repos/acme/shop/collaborators")) == 2


def hidden_people(github: GitHubStandIn, shop: RepositoryRef) -> None:
    """GraphQL leaves the list empty once, without an error."""
    body = json.dumps({"data": {"repository": {"databaseId": shop.id, "collaborators": None}}})
    kind = {"Content-Type": "application/json"}
    github.faults.add("/graphql", status=200, body=body, headers=kind)


async def test_collaborators_that_are_null(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A list that GraphQL leaves empty without an error is read by REST too."""
    hidden_people(github, shop)
    assert [one.login for one in await client.collaborators(shop)] == ["octocat", "hubot"]


@pytest.mark.parametrize("by_rest", [False, True])
async def test_many_collaborators(
    github: GitHubStandIn,
    key_pair: tuple[str, str],
    session: aiohttp.ClientSession,
    shop: RepositoryRef,
    by_rest: bool,
) -> None:
    """Each page has one call's time, however long all of them take; only so many are read."""
    collaborators = github.state.repository(SHOP).collaborators
    collaborators |= {f"dev{number}": "read" for number in range(2100)}
    if by_rest:
        hidden_people(github, shop)
    github.faults.add("/graphql|/collaborators", times=None, delay=0.06)
    client = client_of(github, key_pair[0], session, timeout=1.0)
    assert len(await client.collaborators(shop)) == 2000
    await client.close()


async def test_collaborators_of_a_repository_that_is_gone(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A repository that was taken out of the installation is not found, by neither way."""
    github.remove_from_installation(SHOP)
    with pytest.raises(Refused) as caught:
        await client.collaborators(shop)
    assert caught.value.name in {"repository_not_found", "app_not_installed"}
    assert not github.faults.made("GET /repos/acme/shop/collaborators")


async def test_a_rate_limited_query_is_no_refusal(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Rate limits do not lead to the REST list."""
    await client.collaborators(shop)
    github.rate_limit(5)
    with pytest.raises(Unavailable):
        await client.collaborators(shop)
    assert not github.faults.made("GET /repos/acme/shop/collaborators")


async def settled(github: GitHubStandIn) -> None:
    """Wait until every delivery was answered or lost."""
    await asyncio.wait_for(github.deliverer.settle(), 60)


async def missed(client: GitHubClient, *, since: float) -> list[Delivery]:
    """What a search to its end finds."""
    search = Search(began=time.time(), since=since)
    while not search.over:
        search = after_page(search, await client.deliveries(search.older or ""))
    return list(search.failed)


async def test_failed_deliveries(
    github: GitHubStandIn, client: GitHubClient, entrance: Entrance
) -> None:
    """What never arrived is listed oldest first; what arrived, or does nothing, is not."""
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
    """The last try is listed, as one that was sent again: searches count how often."""
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
