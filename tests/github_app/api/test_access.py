"""Repositories that are renamed, transferred, taken away; installations that come and go."""

import pytest

from app.errors import Refused
from app.github_app.github_client import GitHubClient
from app.model.build_parts import PostedStatus
from app.model.plan import RepositoryRef
from app.model.reasons.binding import AppNotInstalled, AppSuspended, RepositoryNotFound
from sandbox.github.standin import GitHubStandIn
from tests.github_app.api.deployments.test_single import plan_of
from tests.github_app.conftest import SHOP, ref_of

INSTALL = "https://github.com/apps/deploybot/installations/new"


async def refusal(call: object) -> Refused:
    """How a call is refused."""
    with pytest.raises(Refused) as caught:
        await call  # type: ignore[misc]
    return caught.value


async def test_by_name(github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef) -> None:
    """A repository is found by its name in any case, with id and installation."""
    for name in (SHOP, "ACME/Shop"):
        found = await client.repository(name)
        assert found.ref == shop
        assert found.default_branch == "main"


async def test_no_such_repository(client: GitHubClient) -> None:
    """If the App is installed for the owner, the name is wrong."""
    refused = await refusal(client.repository("acme/shpo"))
    assert refused.name == "repository_not_found"
    assert refused.reason == RepositoryNotFound(repository="acme/shpo", url=INSTALL)


async def test_a_repository_that_was_not_chosen(
    github: GitHubStandIn, client: GitHubClient
) -> None:
    """A repository left out of the installation looks as if it did not exist."""
    github.add_repository("acme/secret", installed=False)
    assert (await refusal(client.repository("acme/secret"))).name == "repository_not_found"


async def test_not_installed(github: GitHubStandIn, client: GitHubClient) -> None:
    """If the owner has no installation, the App must be installed."""
    github.add_repository("umbrella/lab", installed=False)
    refused = await refusal(client.repository("umbrella/lab"))
    assert refused.name == "app_not_installed"
    assert refused.reason == AppNotInstalled(repository="umbrella/lab", url=INSTALL)


async def test_suspended(github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef) -> None:
    """Every call names a suspended installation's repository, and where to lift the suspension."""
    await client.deployments(shop)
    github.suspend(SHOP)
    for call in (
        client.repository(SHOP),
        client.repository_by_id(shop),
        client.deployments(shop),
        client.create_deployment(plan_of(github, shop)),
    ):
        refused = await refusal(call)
        assert isinstance(refused.reason, AppSuspended)
        assert refused.reason.owner == "acme"
        assert "installations" in refused.reason.url
    github.unsuspend(SHOP)
    assert await client.deployments(shop) == []


async def test_uninstalled(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """After an uninstallation every call is refused, even with a token that was still valid."""
    await client.deployments(shop)
    github.uninstall(SHOP)
    for call in (client.deployments(shop), client.repository_by_id(shop)):
        refused = await refusal(call)
        assert refused.name == "app_not_installed"
        assert refused.reason == AppNotInstalled(repository=SHOP, url=INSTALL)


async def test_installed_again(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A new installation has a new id; calls that know the old one find it."""
    await client.deployments(shop)
    github.uninstall(SHOP)
    github.install(SHOP)
    fresh = ref_of(github, SHOP)
    assert fresh.installation_id != shop.installation_id
    assert await client.deployments(shop) == []
    assert (await client.repository_by_id(shop)).ref == fresh


async def test_taken_out_of_the_installation(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A repository that the App may no longer see is not found; others still are."""
    github.add_repository("acme/other")
    github.remove_from_installation(SHOP)
    refused = await refusal(client.deployments(shop))
    assert refused.name == "repository_not_found"
    assert await client.deployments(ref_of(github, "acme/other")) == []


async def test_renamed(github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef) -> None:
    """Every call by an old name reaches the repository: reads, writes and queries."""
    made, plan = github.person_deploys(SHOP), plan_of(github, shop)
    github.rename(SHOP, "store")
    assert (await client.repository(SHOP)).full_name == "acme/store"
    assert (await client.repository_by_id(shop)).full_name == "acme/store"
    assert [one.id for one in await client.deployments(shop)] == [made.id]
    assert (await client.deployment(shop, made.id)).id == made.id
    await client.post_status(shop, made.id, PostedStatus(state="success"))
    await client.create_deployment(plan)
    assert len(github.deployments("acme/store")) == 2
    survey = await client.survey(shop, target="main", environment=None)
    assert survey.repository.full_name == "acme/store"


async def test_a_name_that_belongs_to_another_now(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """After a rename a new repository may take the old name: the id decides."""
    made = github.person_deploys(SHOP)
    github.rename(SHOP, "store")
    github.add_repository(SHOP)
    github.person_deploys(SHOP)
    survey = await client.survey(shop, target="main", environment=None)
    assert survey.repository.id == shop.id
    assert survey.repository.full_name == "acme/store"
    assert [one.id for one in await client.deployments(shop)] == [made.id]
    assert (await client.deployment(shop, made.id)).id == made.id
    await client.post_status(shop, made.id, PostedStatus(state="success"))
    assert (await client.repository_by_id(shop)).full_name == "acme/store"


async def test_transferred(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A transferred repository has another owner and another installation."""
    made = github.person_deploys(SHOP)
    await client.deployments(shop)
    github.transfer(SHOP, "umbrella")
    moved = ref_of(github, "umbrella/shop")
    assert moved.installation_id != shop.installation_id
    assert (await client.repository_by_id(shop)).ref == moved
    assert [one.id for one in await client.deployments(shop)] == [made.id]
    await client.post_status(shop, made.id, PostedStatus(state="success"))
    last = await client.last_status(shop, made.id)
    assert last is not None
    assert last.state == "success"


async def test_without_an_installation(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A repository whose installation is not known is looked up first."""
    made = github.person_deploys(SHOP)
    bare = RepositoryRef(id=shop.id, full_name=shop.full_name)
    assert [one.id for one in await client.deployments(bare)] == [made.id]


@pytest.mark.parametrize("match", ["/shop/installation", "/users/.*/installation"])
async def test_another_refusal_on_the_way(
    github: GitHubStandIn, client: GitHubClient, match: str
) -> None:
    """A refusal while the installation is looked up is passed on unchanged."""
    github.add_repository("umbrella/shop", installed=False)
    body, kind = '{"message": "No"}', {"Content-Type": "application/json"}
    github.faults.add(match, status=451, body=body, headers=kind)
    refused = await refusal(client.repository("umbrella/shop"))
    assert (refused.name, refused.status, refused.message) == ("github_refused", 451, "No")


@pytest.mark.parametrize("name", ["acme/sh op", "acme/../x", "acme/a?b=c", "ac%2Fme/x", "acme", ""])
async def test_odd_names(github: GitHubStandIn, client: GitHubClient, name: str) -> None:
    """A name with any characters stays within its place in the URL."""
    refused = await refusal(client.repository(name))
    assert refused.name in {"repository_not_found", "app_not_installed"}
