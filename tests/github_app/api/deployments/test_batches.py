"""The latest deployments of many repositories and environments, by few queries."""

import time

import pytest

from app.errors import Unavailable
from app.github_app.github_client import GitHubClient
from app.model.github.deployment import SweptDeployments
from app.model.plan import RepositoryRef
from sandbox.github.standin import GitHubStandIn
from tests.github_app.conftest import SHOP, ref_of

GRAPHQL = "POST /graphql"


def many(github: GitHubStandIn, count: int) -> list[RepositoryRef]:
    """So many repositories."""
    names = [f"acme/service-{number}" for number in range(count)]
    for name in names:
        github.add_repository(name)
    return [ref_of(github, name) for name in names]


async def test_open_deployments_of_many_repositories(
    github: GitHubStandIn, client: GitHubClient
) -> None:
    """Sixty repositories take three queries; one that is gone is left out."""
    names = [f"acme/service-{number}" for number in range(60)]
    for name in names:
        github.add_repository(name)
    made = {github.state.repository(name).id: github.person_deploys(name).id for name in names[::7]}
    refs = [ref_of(github, name) for name in names]
    github.remove_from_installation(names[3])
    github.faults.calls.clear()
    swept = await client.open_deployments(refs, since=time.time())
    found = swept.found
    assert len(github.faults.made("POST /graphql")) == 3
    assert swept.unread == (refs[3].id,)
    assert len(found) == 59
    assert {key: value[0].id for key, value in found.items() if value} == made


async def test_more_than_one_query_reads_are_read_on(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """If a repository has many new deployments, all since then are read, page by page."""
    began = time.time() - 1
    made = [github.person_deploys(SHOP).id for _ in range(130)]
    github.faults.calls.clear()
    found = (await client.open_deployments([shop], since=began)).found
    assert [one.id for one in found[shop.id]] == made[::-1]
    assert len(github.faults.made("POST /graphql")) == 3
    latest = (await client.open_deployments([shop], since=time.time() + 60)).found
    assert [one.id for one in latest[shop.id]] == made[:-21:-1]


async def test_one_that_is_refused_further_pages(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """What the first query returned is kept, and the other repositories are still read."""
    github.add_repository("acme/other")
    for name in (SHOP, "acme/other"):
        for _ in range(25):
            github.person_deploys(name)
    refs = [shop, ref_of(github, "acme/other")]
    github.faults.add("POST /graphql", skip=1, status=403, body='{"message": "Forbidden"}')
    swept = await client.open_deployments(refs, since=0.0)
    assert {shop.id: 20, refs[1].id: 25} == {key: len(of) for key, of in swept.found.items()}
    assert swept.unread == ()


async def test_open_deployments_without_an_installation(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """If no repository's installation is known, it is looked up."""
    made = github.person_deploys(SHOP)
    bare = RepositoryRef(id=shop.id, full_name=shop.full_name)
    found = (await client.open_deployments([bare], since=0.0)).found
    assert [one.id for one in found[shop.id]] == [made.id]
    assert await client.open_deployments([], since=0.0) == SweptDeployments(found={})


async def test_repositories_that_make_a_query_fail(
    github: GitHubStandIn, client: GitHubClient
) -> None:
    """The query is halved until the failing repositories are alone; all others are read."""
    refs = many(github, 100)
    github.queries.sick |= {refs[0].full_name, refs[40].full_name, refs[41].full_name}
    swept = await client.open_deployments(refs, since=time.time())
    assert set(swept.unread) == {refs[0].id, refs[40].id, refs[41].id}
    assert len(swept.found) == 97
    assert len(github.faults.made(GRAPHQL)) <= 30


async def test_github_itself_is_down(github: GitHubStandIn, client: GitHubClient) -> None:
    """After a few failures in a row GitHub counts as down, and is not asked again."""
    refs = many(github, 60)
    github.unavailable(match="/graphql", times=None)
    with pytest.raises(Unavailable):
        await client.open_deployments(refs, since=0.0)
    assert len(github.faults.made(GRAPHQL)) == 6


async def test_a_batch_that_is_too_large(github: GitHubStandIn, client: GitHubClient) -> None:
    """It is read in halves, down to one repository in small pages; nothing is missing."""
    refs = many(github, 4)
    for ref in refs:
        for _ in range(12):
            github.person_deploys(ref.full_name)
    github.queries.most_nodes = 10
    swept = await client.open_deployments(refs, since=time.time() + 60)
    assert swept.unread == ()
    assert {len(listed) for listed in swept.found.values()} == {10}


async def test_the_latest_of_environments(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """One query finds an environment's latest, however many deployments to others came later."""
    made = {name: github.person_deploys(SHOP, name).id for name in ("production", "qa")}
    for number in range(30):
        github.person_deploys(SHOP, f"preview-{number}")
    found = await client.latest_in(shop, ["production", "qa", "nowhere"])
    assert {one.environment: one.id for one in found} == made
    assert len(github.faults.made(GRAPHQL)) == 1
