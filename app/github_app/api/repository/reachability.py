"""Whether a commit is the repository's own: GitHub also finds its forks' commits by their SHA.

https://docs.github.com/en/rest/commits/commits#compare-two-commits
https://docs.github.com/en/rest/commits/commits#list-branches-for-head-commit
"""

from collections.abc import Sequence
from functools import partial

from msgspec import Struct

from app.errors import Refused
from app.github_app.api import queries
from app.github_app.api.access import Access, in_time, path_of
from app.github_app.api.repository.comparisons import read_comparison
from app.github_app.api.repository_query import query_repository
from app.github_app.api.shapes.graphql import AnyRepository, Nodes, Shape
from app.github_app.api.shapes.survey import RefNode
from app.github_app.client.connection import Connection
from app.model.github.refs import Reach
from app.model.plan import RepositoryRef

_HEADS = "/repos/{owner}/{repo}/commits/{ref}/branches-where-head{?per_page}"
_REACHED = frozenset({"behind", "identical"})
_SIZES = {"made": 100, "statuses": 20, "tags": 100}
"""The most deployments of the commit, statuses of each, and newest tags that are looked at."""
_NO_COMPARISON = frozenset({404, 422})
"""HTTP statuses for a ref that does not exist, or commits without a common ancestor."""


class _Comparison(Struct, frozen=True):
    status: str = ""


class _Branch(Struct, frozen=True):
    name: str


class _State(Shape, frozen=True, kw_only=True):
    state: str


class _Deployed(Shape, frozen=True, kw_only=True):
    original_environment: str | None = None
    statuses: Nodes[_State] | None = None


class _Commit(Shape, frozen=True, kw_only=True):
    deployments: Nodes[_Deployed] | None = None


class _History(AnyRepository, frozen=True, kw_only=True):
    object: _Commit | None = None
    tags: Nodes[RefNode] | None = None


class Reachability(Access):
    """Finds out whether a commit is the repository's own."""

    @in_time
    async def reach_of(self, ref: RepositoryRef, sha: str, bases: Sequence[str]) -> Reach:
        """What shows that a commit is the repository's own; `bases` are refs.

        One comparison if the first of `bases` contains the commit. Otherwise the others are
        compared too, and then branches, tags and successful deployments of the commit are read.
        """
        return await self.run_on(ref, partial(_reach, sha, bases))


async def _reach(
    sha: str, bases: Sequence[str], connection: Connection, ref: RepositoryRef
) -> Reach:
    for base in bases:
        try:
            compared = await read_comparison(connection, ref, base, sha, _Comparison, page=2)
        except Refused as refused:
            if refused.status not in _NO_COMPARISON:
                raise
            continue
        if compared.status in _REACHED:
            return Reach(by_ref=True)
    heads = {**path_of(ref.full_name), "ref": sha, "per_page": "1"}
    if (await connection.page(_HEADS, heads, _Branch))[0]:
        return Reach(by_ref=True)
    shape = dict[str, _History | None]
    history = await query_repository(
        connection, ref, queries.REACH, {"oid": sha}, shape, sizes=_SIZES
    )
    return _reach_by(history.data, sha)


def _reach_by(history: _History, sha: str) -> Reach:
    tags = history.tags.present if history.tags else []
    tagged = [tag.target.peeled for tag in tags if tag.target is not None]
    deployed = history.object.deployments if history.object else None
    return Reach(
        by_ref=any(commit is not None and commit.oid == sha for commit in tagged),
        succeeded_in=tuple(
            one.original_environment
            for one in (deployed.present if deployed else ())
            if one.original_environment and _succeeded(one)
        ),
    )


def _succeeded(deployed: _Deployed) -> bool:
    statuses = deployed.statuses.present if deployed.statuses else ()
    return any(status.state == "SUCCESS" for status in statuses)
