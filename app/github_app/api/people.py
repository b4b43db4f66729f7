"""People: who has access to a repository, what one may do there, and who is in a team."""

from functools import partial

from app.errors import Refused
from app.github_app.api import queries
from app.github_app.api.access import Access, in_time, path_of
from app.github_app.api.repository_query import query_repository
from app.github_app.api.shapes.graphql import CollaboratorEdge, RepositoryCollaborators
from app.github_app.api.shapes.rest import (
    Account,
    CollaboratorObject,
    InstallationObject,
    PermissionObject,
)
from app.github_app.client.connection import Connection
from app.model.github.repository import Collaborator
from app.model.plan import RepositoryRef
from app.model.reasons.binding import AppNotInstalled
from app.model.reasons.github import GitHubRefused

PAGES_OF_MEMBERS = 20
"""The most pages, of 100 members of a team each, that are read."""
PAGES_OF_COLLABORATORS = 20
"""The most pages, of 100 people each, that are read: a record takes 400 KB at most."""


class People(Access):
    """Looks people up by name; the answers carry their ids, which a rename does not change."""

    @in_time
    async def person(self, ref: RepositoryRef, login: str) -> Collaborator | None:
        """The person who has that login now, with their permission; None if nobody has it.

        `permission` is `admin`, `write`, `read` or `none`; everybody may read a public repository.
        https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
        """
        try:
            return await self.run_on(ref, partial(_person, login))
        except Refused as refused:
            if refused.status == 404 and isinstance(refused.reason, GitHubRefused):
                return None  # the repository is there: it is the login that is not
            raise

    async def collaborators(self, ref: RepositoryRef) -> list[Collaborator]:
        """Everyone with access; by REST if GraphQL withholds the list."""
        return await self.run_on(ref, _collaborators)

    async def team(self, ref: RepositoryRef, org: str, slug: str) -> list[Collaborator] | None:
        """The members of a team and its child teams; None if GitHub shows us no such team.

        Each page is read within the timeout. Raises `Refused` if the App may not read members.
        https://docs.github.com/en/rest/teams/members#list-team-members
        """
        try:
            connection = await self._connection_of(ref, org)
            members = await connection.pages(
                "/orgs/{org}/teams/{slug}/members?per_page=100",
                {"org": org, "slug": slug},
                Account,
                most=PAGES_OF_MEMBERS,
            )
        except Refused as refused:
            if refused.status == 404:
                return None
            raise
        return [
            Collaborator(id=member.id, login=member.login)
            for member in members
            if member.id is not None
        ]

    async def _connection_of(self, ref: RepositoryRef, org: str) -> Connection:
        """The connection of the repository's installation, or of another organization's."""
        owner = path_of(ref.full_name)["owner"]
        if ref.installation_id is not None and owner.lower() == org.lower():
            return self.installation(ref.installation_id)
        found = await self.app.read(
            "/users/{owner}/installation", {"owner": org}, InstallationObject
        )
        if found.suspended_at is not None:
            raise Refused("github", AppNotInstalled(), "suspended", status=404)
        return self.installation(found.id)


async def _person(login: str, connection: Connection, ref: RepositoryRef) -> Collaborator | None:
    path = {**path_of(ref.full_name), "login": login}
    url = "/repos/{owner}/{repo}/collaborators/{login}/permission"
    found = await connection.read(url, path, PermissionObject)
    if found.user is None or found.user.id is None:
        return None
    return Collaborator(id=found.user.id, login=found.user.login, permission=found.permission)


async def _collaborators(connection: Connection, ref: RepositoryRef) -> list[Collaborator]:
    people = await _by_graphql(connection, ref)
    if people is not None:
        return [edge.collaborator() for edge in people]
    url = "/repos/{owner}/{repo}/collaborators?per_page=100"
    listed = await connection.pages(
        url, path_of(ref.full_name), CollaboratorObject, most=PAGES_OF_COLLABORATORS
    )
    return [person.collaborator() for person in listed]


async def _by_graphql(connection: Connection, ref: RepositoryRef) -> list[CollaboratorEdge] | None:
    """By GraphQL; None if GitHub withholds the list there."""
    shape = dict[str, RepositoryCollaborators | None]
    edges: list[CollaboratorEdge] = []
    after: str | None = None
    for _ in range(PAGES_OF_COLLABORATORS):
        try:
            answer = await query_repository(
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
        people = answer.data.collaborators
        if people is None:
            return None
        edges += people.present
        after = people.page_info.end_cursor
        if not people.page_info.has_next_page:
            break
    return edges
