"""When the checks of a commit first appeared, by REST: GraphQL tells the latest of each only.

https://docs.github.com/en/rest/commits/statuses#list-commit-statuses-for-a-reference
https://docs.github.com/en/rest/checks/runs#list-check-runs-for-a-git-reference
"""

from dataclasses import dataclass
from functools import partial

from app.github_app.access import Access, path_of
from app.github_app.answers import Reported, epoch
from app.github_app.connection import Connection
from app.model.ask import RepositoryRef

_STATUSES = "/repos/{owner}/{repo}/commits/{ref}/statuses{?per_page}"
_RUNS = "/repos/{owner}/{repo}/commits/{ref}/check-runs{?per_page,filter}"


@dataclass(frozen=True)
class Histories:
    """Reads all that was ever reported on a commit."""

    access: Access

    async def first_seen(self, ref: RepositoryRef, sha: str) -> dict[str, float]:
        """The oldest time (epoch seconds) of each name; all pages."""
        return await self.access.reach(ref, partial(_first_seen, sha))


async def _first_seen(sha: str, connection: Connection, ref: RepositoryRef) -> dict[str, float]:
    path = {**path_of(ref.full_name), "ref": sha, "per_page": "100"}
    reported = await connection.pages(_STATUSES, path, Reported)
    reported += await connection.pages(_RUNS, {**path, "filter": "all"}, Reported, key="check_runs")
    oldest: dict[str, float] = {}
    for one in reported:
        name, at = one.context or one.name, epoch(one.created_at or one.started_at)
        if at is not None:
            oldest[name] = min(at, oldest.get(name, at))
    return oldest
