"""Asking one repository something by GraphQL."""

from collections.abc import Mapping
from typing import TypeVar

from app.errors import Refused
from app.github_app.access import path_of
from app.github_app.connection import Connection
from app.github_app.graphql_answers import AnyRepository
from app.model.ask import RepositoryRef
from app.model.build import Json

R = TypeVar("R", bound=AnyRepository)


async def ask_repository(
    connection: Connection,
    ref: RepositoryRef,
    query: str,
    variables: Mapping[str, Json],
    shape: type[dict[str, R | None]],
) -> R:
    """The query's `repository`.

    `Refused` if there is none of that name, or if the name belongs to another one by now.
    """
    path = path_of(ref.full_name)
    names = {"owner": path["owner"], "name": path["repo"]}
    found = (await connection.query(query, {**names, **variables}, shape)).get("repository")
    if found is None or found.database_id != ref.id:
        raise Refused("github", "repository_not_found", "Not Found", status=404)
    return found
