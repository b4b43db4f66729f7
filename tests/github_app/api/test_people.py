"""Collaborators, by GraphQL or by REST."""

import json

import aiohttp
import pytest

from app.errors import Refused, Unavailable
from app.github_app.github_client import GitHubClient
from app.model.plan import RepositoryRef
from sandbox.github.standin import GitHubStandIn
from tests.github_app.conftest import SHOP, client_of


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
    """If GraphQL withholds the list, REST gives it, page by page."""
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
    """Each page has its own timeout, and the number of pages is bounded."""
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
    """A repository outside the installation is not found, and REST is not tried."""
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
