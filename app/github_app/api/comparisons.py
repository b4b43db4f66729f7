"""Comparing commits, by REST: GraphQL compares with branches and tags only.

https://docs.github.com/en/rest/commits/commits#compare-two-commits
"""

from functools import cached_property, partial

from cachetools import LRUCache
from msgspec import Struct

from app.errors import Refused
from app.github_app.api.access import Access, in_time, path_of
from app.github_app.client.connection import Connection
from app.model.github.live import Comparison
from app.model.plan import RepositoryRef

KEPT = 1000
"""Comparisons that are kept."""

_COMPARE = "/repos/{owner}/{repo}/compare/{basehead}{?per_page,page}"


MOST_FILES = 300
"""Changed files that GitHub tells of a comparison, at most."""


class _Compared(Struct, frozen=True):
    """How the head stands to the base."""

    ahead_by: int
    behind_by: int


class _File(Struct, frozen=True):
    """A file that differs; one that was renamed had another name before."""

    filename: str
    previous_filename: str = ""


class _Changed(_Compared, frozen=True):
    """How the head stands to the base, and the files that it changes."""

    files: list[_File] = []


class Comparisons(Access):
    """Compares commits; how two stand to each other never changes, so it is asked once."""

    @cached_property
    def _known(self) -> LRUCache[tuple[int, str, str], Comparison | None]:
        return LRUCache(KEPT)

    @in_time
    async def compare(self, ref: RepositoryRef, *, base: str, head: str) -> Comparison | None:
        """How `head` stands to `base`; None where GitHub knows no history that they share."""
        pair = (ref.id, base, head)
        if pair not in self._known:
            try:
                self._known[pair] = await self.reach(ref, partial(_compare, base, head))
            except Refused as refused:
                if refused.status != 404:
                    raise
                return None
        return self._known[pair]

    @in_time
    async def changed_files(
        self, ref: RepositoryRef, *, base: str, head: str
    ) -> tuple[str, ...] | None:
        """The files that `head` changes on top of `base`; None where that cannot be told."""
        try:
            found = await self.reach(ref, partial(_changed, base, head))
        except Refused as refused:
            if refused.status != 404:
                raise
            return None
        if found.behind_by or len(found.files) >= MOST_FILES:
            return None
        named = (name for one in found.files for name in (one.filename, one.previous_filename))
        return tuple(name for name in named if name)


async def _changed(base: str, head: str, connection: Connection, ref: RepositoryRef) -> _Changed:
    path = {**path_of(ref.full_name), "basehead": f"{base}...{head}", "per_page": "1", "page": "1"}
    return await connection.read(_COMPARE, path, _Changed)


async def _compare(base: str, head: str, connection: Connection, ref: RepositoryRef) -> Comparison:
    # The first page lists up to 300 changed files with their patches; the second does not.
    path = {**path_of(ref.full_name), "basehead": f"{base}...{head}", "per_page": "1", "page": "2"}
    found = await connection.read(_COMPARE, path, _Compared)
    return Comparison(ahead=found.ahead_by, behind=found.behind_by)
