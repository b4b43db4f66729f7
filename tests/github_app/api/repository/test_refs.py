"""Names of branches and tags that resemble a mistyped one."""

import pytest

from app.github_app.github_client import GitHubClient
from app.model.plan import RepositoryRef
from sandbox.github.standin import GitHubStandIn
from tests.github_app.conftest import SHOP


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
    """Without a similar name there is no suggestion."""
    assert await client.closest_refs(shop, "zzzzzzzz") == []
