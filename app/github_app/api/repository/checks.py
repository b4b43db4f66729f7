"""Checks of a commit, by REST: posting our own, and reading when each first appeared.

https://docs.github.com/en/rest/checks/runs
https://docs.github.com/en/rest/commits/statuses#list-commit-statuses-for-a-reference
"""

from functools import partial

from app.github_app.api.access import Access, in_time, path_of
from app.github_app.api.shapes.rest import Anything, Reported, epoch
from app.github_app.client.connection import Connection
from app.model import Json
from app.model.github.commit import CheckRunReport
from app.model.plan import RepositoryRef

ANNOTATIONS = 50
"""The most annotations that GitHub accepts in one request."""

_RUNS = "/repos/{owner}/{repo}/check-runs"
_STATUSES_OF = "/repos/{owner}/{repo}/commits/{ref}/statuses{?per_page}"
_RUNS_OF = "/repos/{owner}/{repo}/commits/{ref}/check-runs{?per_page,filter}"


class Checks(Access):
    """Posts check runs, and reads when a commit's checks appeared."""

    @in_time
    async def post_check_run(self, ref: RepositoryRef, report: CheckRunReport) -> None:
        """Post a completed check run; of several with the same name GitHub shows the newest."""

        async def post(connection: Connection, ref: RepositoryRef) -> None:
            path = path_of(ref.full_name)
            await connection.write(_RUNS, path, check_run_body(report), Anything)

        await self.run_on(ref, post)

    async def first_seen(self, ref: RepositoryRef, sha: str) -> dict[str, float]:
        """When each check, by name, first appeared on a commit (epoch seconds).

        Reads all pages, each within the timeout. GraphQL would give the latest runs only.
        """
        return await self.run_on(ref, partial(_first_seen, sha))


async def _first_seen(sha: str, connection: Connection, ref: RepositoryRef) -> dict[str, float]:
    path = {**path_of(ref.full_name), "ref": sha, "per_page": "100"}
    reported = await connection.pages(_STATUSES_OF, path, Reported)
    reported += await connection.pages(
        _RUNS_OF, {**path, "filter": "all"}, Reported, key="check_runs"
    )
    oldest: dict[str, float] = {}
    for one in reported:
        name, at = one.context or one.name, epoch(one.created_at or one.started_at)
        if at is not None:
            oldest[name] = min(at, oldest.get(name, at))
    return oldest


def check_run_body(report: CheckRunReport) -> dict[str, Json]:
    """The body that creates a check run."""
    annotations = [
        {
            "path": report.path,
            "start_line": line,
            "end_line": line,
            "annotation_level": "failure",
            "message": message,
        }
        for line, message in report.annotations[:ANNOTATIONS]
    ]
    return {
        "name": report.name,
        "head_sha": report.sha,
        "status": "completed",
        "conclusion": report.conclusion,
        "output": {
            "title": report.title,
            "summary": report.summary,
            "annotations": annotations,
        },
    }
