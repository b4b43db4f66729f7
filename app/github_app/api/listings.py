"""Lists of a repository: deployments, names of branches and tags, collaborators."""

import difflib
from collections.abc import Mapping, Sequence
from functools import partial

from app.errors import Refused
from app.github_app.api import queries
from app.github_app.api.access import Access, in_time, path_of
from app.github_app.api.asking import ask_repository
from app.github_app.api.graphql_shapes import (
    CollaboratorEdge,
    DeployedThere,
    DeploymentNode,
    Nodes,
    RepositoryDeployments,
    RepositoryPeople,
    RepositoryRefs,
    deployments,
)
from app.github_app.api.rest_shapes import CollaboratorObject
from app.github_app.client.connection import Connection
from app.model.build import Json
from app.model.github.deployment import Deployment, DeploymentPage
from app.model.github.repository import Collaborator
from app.model.plan import RepositoryRef

PAGES = 100
"""The most pages, of 100 deployments each, that are read."""
PAGES_OF_PEOPLE = 20
"""The most pages, of 100 people each, that are read: a record that lists them holds 400 KB."""


class Listings(Access):
    """Reads lists, by GraphQL where possible."""

    @in_time
    async def deployments(
        self, ref: RepositoryRef, *, environments: Sequence[str] = (), limit: int = 100
    ) -> list[Deployment]:
        """The newest deployments (100 at most) with their latest status, newest first.

        Without `environments`, those to any environment.
        """
        asked: dict[str, Json] = {"environments": [*environments] or None, "after": None}
        page = await self.reach(ref, partial(_deployments, asked, min(limit, 100)))
        return list(page.deployments)

    @in_time
    async def deployments_page(self, ref: RepositoryRef, cursor: str) -> DeploymentPage:
        """A page of all deployments, newest first; the first page's cursor is empty."""
        asked: dict[str, Json] = {"environments": None, "after": cursor or None}
        return await self.reach(ref, partial(_deployments, asked, 100))

    @in_time
    async def deployed(
        self, ref: RepositoryRef, sha: str, environments: Sequence[str]
    ) -> list[Deployment]:
        """A commit's deployments to these environments, and their latest ones, in one call."""
        return await self.reach(ref, partial(_deployed, sha, [*environments]))

    @in_time
    async def closest_refs(self, ref: RepositoryRef, target: str) -> list[str]:
        """Names of branches and tags that resemble `target`, closest first."""
        return await self.reach(ref, partial(_closest, target))

    async def collaborators(self, ref: RepositoryRef) -> list[Collaborator]:
        """Everyone with access; by REST where GraphQL withholds the list."""
        return await self.reach(ref, _collaborators)


async def _deployments(
    variables: Mapping[str, Json], most: int, connection: Connection, ref: RepositoryRef
) -> DeploymentPage:
    shape = dict[str, RepositoryDeployments | None]
    asked = await ask_repository(
        connection, ref, queries.DEPLOYMENTS, variables, shape, sizes={"latest": most}
    )
    listed = asked.data.deployments or Nodes[DeploymentNode]()
    page = listed.page_info
    return DeploymentPage(
        deployments=tuple(deployments(listed)),
        older=page.end_cursor if page.has_next_page else None,
    )


async def _deployed(
    sha: str, environments: Sequence[str], connection: Connection, ref: RepositoryRef
) -> list[Deployment]:
    asked: dict[str, Json] = {"oid": sha, "environments": [*environments]}
    shape = dict[str, DeployedThere | None]
    sizes = {"made": 50, "latest": 50}
    found = (
        await ask_repository(connection, ref, queries.DEPLOYED, asked, shape, sizes=sizes)
    ).data
    listed = [*deployments(found.object.deployments if found.object else None)]
    listed += deployments(found.deployments)
    return list({one.id: one for one in listed}.values())


async def all_since(since: float, connection: Connection, ref: RepositoryRef) -> list[Deployment]:
    """Every deployment since `since` (epoch seconds), newest first, and some older ones."""
    found: list[Deployment] = []
    after: str | None = None
    for _ in range(PAGES):
        asked: dict[str, Json] = {"environments": None, "after": after}
        page = await _deployments(asked, 100, connection, ref)
        found += page.deployments
        after = page.older
        if after is None or (found and found[-1].created_at < since):
            break
    return found


async def _closest(target: str, connection: Connection, ref: RepositoryRef) -> list[str]:
    """The names most like `target`, among those with its first letters and a page of the rest.

    GitHub finds a name by a part of it only, so a mistyped beginning would find none.
    """
    name = target.removeprefix("refs/").removeprefix("heads/").removeprefix("tags/")
    shape = dict[str, RepositoryRefs | None]
    asked = await ask_repository(
        connection, ref, queries.REFS, {"like": name[:3]}, shape, sizes={"names": 100}
    )
    return difflib.get_close_matches(name, asked.data.names, n=5, cutoff=0.5)


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
    """By GraphQL; None where it withholds the list."""
    shape = dict[str, RepositoryPeople | None]
    edges: list[CollaboratorEdge] = []
    after: str | None = None
    for _ in range(PAGES_OF_PEOPLE):
        try:
            asked = await ask_repository(
                connection,
                ref,
                queries.COLLABORATORS,
                {"after": after},
                shape,
                sizes={"people": 100},
            )
        except Refused as refused:
            if refused.name != "github_refused":
                raise
            return None
        people = asked.data.collaborators
        if people is None:
            return None
        edges += people.present
        after = people.page_info.end_cursor
        if not people.page_info.has_next_page:
            break
    return edges
