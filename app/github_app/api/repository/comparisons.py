"""Comparing two commits, by REST: GraphQL compares with branches and tags only.

https://docs.github.com/en/rest/commits/commits#compare-two-commits
"""

from functools import cached_property, partial
from typing import TypeVar

from cachetools import LRUCache
from msgspec import Struct

from app.errors import Refused
from app.github_app.api.access import Access, in_time, path_of
from app.github_app.client.connection import Connection
from app.model.github.live import Comparison
from app.model.plan import RepositoryRef

T = TypeVar("T")

KEPT = 1000
"""The most comparisons that are cached."""

MOST_FILES = 300
"""The most changed files that GitHub lists for a comparison."""


class _Compared(Struct, frozen=True):
    """How many commits the head is ahead of the base, and behind it."""

    ahead_by: int
    behind_by: int


class _File(Struct, frozen=True):
    """A changed file; `previous_filename` if it was renamed."""

    filename: str
    previous_filename: str = ""


class _Changed(_Compared, frozen=True):
    """The same, with the files that the head changes."""

    files: list[_File] = []


class Comparisons(Access):
    """Compares commits by SHA; the result never changes, so it is cached."""

    @cached_property
    def _known(self) -> LRUCache[tuple[int, str, str], Comparison | None]:
        return LRUCache(KEPT)

    @in_time
    async def compare(self, ref: RepositoryRef, *, base: str, head: str) -> Comparison | None:
        """How far `head` is ahead of and behind `base`; None if they share no history."""
        pair = (ref.id, base, head)
        if pair not in self._known:
            try:
                self._known[pair] = await self.run_on(ref, partial(_compare, base, head))
            except Refused as refused:
                if refused.status != 404:
                    raise
                return None
        return self._known[pair]

    @in_time
    async def changed_files(
        self, ref: RepositoryRef, *, base: str, head: str
    ) -> tuple[str, ...] | None:
        """The files that `head` changes on top of `base`.

        None if that is not known: the two have diverged, or too many files differ.
        """
        try:
            found = await self.run_on(ref, partial(_changed, base, head))
        except Refused as refused:
            if refused.status != 404:
                raise
            return None
        if found.behind_by or len(found.files) >= MOST_FILES:
            return None
        named = (name for one in found.files for name in (one.filename, one.previous_filename))
        return tuple(name for name in named if name)


async def read_comparison(
    connection: Connection,
    ref: RepositoryRef,
    base: str,
    head: str,
    shape: type[T],
    *,
    page: int,
    per_page: int = 1,
) -> T:
    """One page of a comparison, with `per_page` commits; only the first lists changed files."""
    path = {**path_of(ref.full_name), "basehead": f"{base}...{head}"}
    variables = {**path, "per_page": str(per_page), "page": str(page)}
    url = "/repos/{owner}/{repo}/compare/{basehead}{?per_page,page}"
    return await connection.read(url, variables, shape)


async def _changed(base: str, head: str, connection: Connection, ref: RepositoryRef) -> _Changed:
    return await read_comparison(connection, ref, base, head, _Changed, page=1)


async def _compare(base: str, head: str, connection: Connection, ref: RepositoryRef) -> Comparison:
    found = await read_comparison(connection, ref, base, head, _Compared, page=2)
    return Comparison(ahead=found.ahead_by, behind=found.behind_by)
