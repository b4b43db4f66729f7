"""GraphQL queries about one repository, in smaller pages where GitHub refuses larger ones."""

from collections.abc import Mapping
from typing import TypeVar

from app.errors import Refused
from app.github_app.api.access import path_of
from app.github_app.api.shapes.graphql import AnyRepository
from app.github_app.client.connection import Connection
from app.github_app.client.graphql import QueryAnswer
from app.github_app.client.refusals import QueryTooLarge
from app.model import Json
from app.model.plan import RepositoryRef
from app.model.reasons.binding import RepositoryNotFound

R = TypeVar("R", bound=AnyRepository)

NOTHING: Mapping[str, Mapping[str, Json]] = {}

MOST_HALVINGS = 7
"""Halved this often, a page of 100 nodes has a single one."""


async def query_repository(
    connection: Connection,
    ref: RepositoryRef,
    query: str,
    variables: Mapping[str, Json],
    shape: type[dict[str, R | None]],
    *,
    sizes: Mapping[str, int],
    optional: Mapping[str, Mapping[str, Json]] = NOTHING,
) -> QueryAnswer[R]:
    """The query's `repository`, and which of the `optional` fields were withheld.

    `sizes` maps the variables that hold page sizes to the sizes. All are halved until GitHub
    answers; the next such query about the repository starts with the sizes that worked.

    `optional` maps each field to the variables that leave it out. Where GitHub withholds a field
    that its schema declares non-null, the whole repository is null: then the query is sent once
    more without that field.

    Raises `Refused` if no repository has that name, or by now another one has it.
    """
    answer = await _in_pages(
        connection, ref, query, variables, shape, sizes=sizes, optional=optional
    )
    found = answer.data.get("repository")
    left_out = {name: value for one in answer.withheld for name, value in optional[one].items()}
    less = {**variables, **left_out}
    if found is None and less != variables:
        again = await query_repository(
            connection, ref, query, less, shape, sizes=sizes, optional=optional
        )
        return QueryAnswer(again.data, again.withheld | answer.withheld)
    if found is None or found.database_id != ref.id:
        raise Refused("github", RepositoryNotFound(), "Not Found", status=404)
    return QueryAnswer(found, answer.withheld)


async def _in_pages(
    connection: Connection,
    ref: RepositoryRef,
    query: str,
    variables: Mapping[str, Json],
    shape: type[dict[str, R | None]],
    *,
    sizes: Mapping[str, int],
    optional: Mapping[str, Mapping[str, Json]],
) -> QueryAnswer[dict[str, R | None]]:
    """The query's answer, after as many halvings of `sizes` as GitHub needs to compute it."""
    path = path_of(ref.full_name)
    names: dict[str, Json] = {"owner": path["owner"], "name": path["repo"], **variables}
    known_by = (query, ref.id)
    halvings = connection.halvings.get(known_by, 0)
    while True:
        pages = {name: max(1, size >> halvings) for name, size in sizes.items()}
        try:
            answer = await connection.query(query, {**names, **pages}, shape, optional=optional)
        except QueryTooLarge:
            if halvings == MOST_HALVINGS:
                raise
            halvings += 1
        else:
            if halvings:
                connection.halvings[known_by] = halvings
            return answer
