"""Lists: deployments, names of refs, people."""

import difflib
from collections.abc import Sequence
from functools import partial

import structlog

from app.errors import Refused
from app.github_app.api import queries
from app.github_app.api.access import Access, ask_repository, in_time, path_of
from app.github_app.api.graphql_shapes import (
    CollaboratorEdge,
    PageInfo,
    RepositoryDeployments,
    RepositoryPeople,
    RepositoryRefs,
    deployments,
)
from app.github_app.api.rest_shapes import CollaboratorObject
from app.github_app.client.connection import Connection
from app.model.build import Json
from app.model.github import Collaborator, Deployment
from app.model.plan import RepositoryRef

logger = structlog.get_logger()

BATCH = 25
"""Repositories whose deployments are read by one query."""
PAGES = 100
"""Pages of 100 that are read at most."""
PAGES_OF_PEOPLE = 20
"""Pages of 100 people that are read at most: an answer names each, and a record takes 400 KB."""


class Listings(Access):
    """Reads lists, by GraphQL where it can."""

    @in_time
    async def deployments(
        self, ref: RepositoryRef, *, environments: Sequence[str] = (), limit: int = 100
    ) -> list[Deployment]:
        """Newest first, with their latest status; at most 100."""
        variables = {
            "environments": [*environments] or None,
            "latest": min(limit, 100),
            "after": None,
        }
        return await self.reach(ref, partial(_deployments, variables))

    async def open_deployments(
        self, refs: Sequence[RepositoryRef], *, since: float
    ) -> dict[int, list[Deployment]]:
        """The latest deployments of repositories of one installation, many a query.

        Of one with more than a query reads, all since then, or the latest if GitHub refuses more.
        Repositories that cannot be read (any more) are left out.
        """
        found: dict[int, list[Deployment]] = {}
        for start in range(0, len(refs), BATCH):
            found |= await self._batch(refs[start : start + BATCH])
        for ref in refs:
            listed = found.get(ref.id, [])
            if len(listed) >= queries.LATEST and listed[-1].created_at >= since:
                try:
                    found[ref.id] = await self.reach(ref, partial(_all_since, since))
                except Refused as error:
                    name = ref.full_name
                    logger.warning("sweep.only_latest", repository=name, error=error.message)
        return found

    @in_time
    async def closest_refs(self, ref: RepositoryRef, target: str) -> list[str]:
        """Names of branches and tags that resemble `target`, closest first."""
        return await self.reach(ref, partial(_closest, target))

    async def collaborators(self, ref: RepositoryRef) -> list[Collaborator]:
        """Everyone with access; by REST where GraphQL keeps the list from us."""
        return await self.reach(ref, _collaborators)

    async def _batch(self, refs: Sequence[RepositoryRef]) -> dict[int, list[Deployment]]:
        installation_id = next((ref.installation_id for ref in refs if ref.installation_id), None)
        if installation_id is None:
            installation_id = (await self.repository_by_id(refs[0])).installation_id
        variables: dict[str, Json] = {}
        for index, ref in enumerate(refs):
            path = path_of(ref.full_name)
            variables |= {f"o{index}": path["owner"], f"n{index}": path["repo"]}
        nodes = await self.installation(installation_id).query(
            queries.open_deployments(len(refs)), variables, dict[str, RepositoryDeployments | None]
        )
        asked = {ref.id for ref in refs}
        return {
            node.database_id: deployments(node.deployments)
            for node in nodes.values()
            if node is not None and node.database_id in asked
        }


async def _deployments(
    variables: dict[str, Json], connection: Connection, ref: RepositoryRef
) -> list[Deployment]:
    shape = dict[str, RepositoryDeployments | None]
    node = await ask_repository(connection, ref, queries.DEPLOYMENTS, variables, shape)
    return deployments(node.deployments)


async def _all_since(since: float, connection: Connection, ref: RepositoryRef) -> list[Deployment]:
    shape = dict[str, RepositoryDeployments | None]
    found: list[Deployment] = []
    after: str | None = None
    for _ in range(PAGES):
        variables = {"environments": None, "latest": 100, "after": after}
        node = await ask_repository(connection, ref, queries.DEPLOYMENTS, variables, shape)
        found += deployments(node.deployments)
        page = node.deployments.page_info if node.deployments else PageInfo()
        after = page.end_cursor
        if not page.has_next_page or (found and found[-1].created_at < since):
            break
    return found


async def _closest(target: str, connection: Connection, ref: RepositoryRef) -> list[str]:
    """GitHub finds names by a part of them: the recent ones may resemble a mistyped name too."""
    name = target.removeprefix("refs/").removeprefix("heads/").removeprefix("tags/")
    shape = dict[str, RepositoryRefs | None]
    node = await ask_repository(connection, ref, queries.REFS, {"like": name[:3]}, shape)
    return difflib.get_close_matches(name, node.names, n=5, cutoff=0.5)


async def _collaborators(connection: Connection, ref: RepositoryRef) -> list[Collaborator]:
    people = await _people(connection, ref)
    if people is not None:
        return [edge.collaborator() for edge in people]
    url = "/repos/{owner}/{repo}/collaborators?per_page=100"
    listed = await connection.pages(
        url, path_of(ref.full_name), CollaboratorObject, most=PAGES_OF_PEOPLE
    )
    return [person.collaborator() for person in listed]


async def _people(connection: Connection, ref: RepositoryRef) -> list[CollaboratorEdge] | None:
    """By GraphQL; None where it keeps the list from us."""
    shape = dict[str, RepositoryPeople | None]
    edges: list[CollaboratorEdge] = []
    after: str | None = None
    for _ in range(PAGES_OF_PEOPLE):
        try:
            node = await ask_repository(
                connection, ref, queries.COLLABORATORS, {"after": after}, shape
            )
        except Refused as refused:
            if refused.name != "github_refused":
                raise
            return None
        if node.collaborators is None:
            return None
        edges += node.collaborators.present
        after = node.collaborators.page_info.end_cursor
        if not node.collaborators.page_info.has_next_page:
            break
    return edges
