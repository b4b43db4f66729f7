"""Lists of deployments."""

from app.github_app.github_client import GitHubClient
from app.model.plan import RepositoryRef
from sandbox.github.standin import GitHubStandIn
from tests.github_app.conftest import SHOP


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
    """GitHub is asked for a page at most, as it would refuse more."""
    assert await client.deployments(shop, limit=1000) == []
