"""Names of branches and tags."""

import difflib
from functools import partial

from app.github_app.api import queries
from app.github_app.api.access import Access, in_time
from app.github_app.api.repository_query import query_repository
from app.github_app.api.shapes.graphql import RepositoryRefs
from app.github_app.client.connection import Connection
from app.model.plan import RepositoryRef


class Refs(Access):
    """Looks for branches and tags."""

    @in_time
    async def closest_refs(self, ref: RepositoryRef, target: str) -> list[str]:
        """Names of branches and tags that resemble `target`, closest first."""
        return await self.run_on(ref, partial(_closest, target))


async def _closest(target: str, connection: Connection, ref: RepositoryRef) -> list[str]:
    """The names most like `target`, among those with its first letters and a page of the rest.

    GitHub finds a name by a part of it only, so a mistyped beginning would find none.
    """
    name = target.removeprefix("refs/").removeprefix("heads/").removeprefix("tags/")
    shape = dict[str, RepositoryRefs | None]
    answer = await query_repository(
        connection, ref, queries.REFS, {"like": name[:3]}, shape, sizes={"names": 100}
    )
    return difflib.get_close_matches(name, answer.data.names, n=5, cutoff=0.5)
