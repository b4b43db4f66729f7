"""Lists of deployments, by GraphQL."""

from collections.abc import Mapping, Sequence
from functools import partial

from app.github_app.api import queries
from app.github_app.api.access import Access, in_time
from app.github_app.api.repository_query import query_repository
from app.github_app.api.shapes.graphql import (
    DeploymentNode,
    Nodes,
    RepositoryAndCommitDeployments,
    RepositoryDeployments,
    deployments,
)
from app.github_app.client.connection import Connection
from app.model import Json
from app.model.github.deployment import Deployment, DeploymentPage
from app.model.plan import RepositoryRef

PAGES = 100
"""The most pages, of 100 deployments each, that are read."""


class DeploymentLists(Access):
    """Reads lists of deployments."""

    @in_time
    async def deployments(
        self, ref: RepositoryRef, *, environments: Sequence[str] = (), limit: int = 100
    ) -> list[Deployment]:
        """The newest deployments (100 at most) with their latest status, newest first.

        Without `environments`, those to any environment.
        """
        variables: dict[str, Json] = {"environments": [*environments] or None, "after": None}
        page = await self.run_on(ref, partial(_deployments, variables, min(limit, 100)))
        return list(page.deployments)

    @in_time
    async def deployments_page(self, ref: RepositoryRef, cursor: str) -> DeploymentPage:
        """A page of all deployments, newest first; the first page's cursor is empty."""
        variables: dict[str, Json] = {"environments": None, "after": cursor or None}
        return await self.run_on(ref, partial(_deployments, variables, 100))

    @in_time
    async def deployed(
        self, ref: RepositoryRef, sha: str, environments: Sequence[str]
    ) -> list[Deployment]:
        """A commit's deployments to these environments, and their latest ones, in one call."""
        return await self.run_on(ref, partial(_deployed, sha, [*environments]))


async def _deployments(
    variables: Mapping[str, Json], most: int, connection: Connection, ref: RepositoryRef
) -> DeploymentPage:
    shape = dict[str, RepositoryDeployments | None]
    answer = await query_repository(
        connection, ref, queries.DEPLOYMENTS, variables, shape, sizes={"latest": most}
    )
    listed = answer.data.deployments or Nodes[DeploymentNode]()
    page = listed.page_info
    return DeploymentPage(
        deployments=tuple(deployments(listed)),
        older=page.end_cursor if page.has_next_page else None,
    )


async def _deployed(
    sha: str, environments: Sequence[str], connection: Connection, ref: RepositoryRef
) -> list[Deployment]:
    variables: dict[str, Json] = {"oid": sha, "environments": [*environments]}
    shape = dict[str, RepositoryAndCommitDeployments | None]
    sizes = {"made": 50, "latest": 50}
    answer = await query_repository(
        connection, ref, queries.DEPLOYED, variables, shape, sizes=sizes
    )
    found = answer.data
    listed = [*deployments(found.object.deployments if found.object else None)]
    listed += deployments(found.deployments)
    return list({one.id: one for one in listed}.values())


async def all_since(since: float, connection: Connection, ref: RepositoryRef) -> list[Deployment]:
    """Every deployment since `since` (epoch seconds), newest first, and some older ones."""
    found: list[Deployment] = []
    after: str | None = None
    for _ in range(PAGES):
        variables: dict[str, Json] = {"environments": None, "after": after}
        page = await _deployments(variables, 100, connection, ref)
        found += page.deployments
        after = page.older
        if after is None or (found and found[-1].created_at < since):
            break
    return found
