"""Check runs of ours on commits, by REST.

https://docs.github.com/en/rest/checks/runs
"""

from dataclasses import dataclass

from msgspec import Struct

from app.github_app.access import Access, path_of
from app.github_app.connection import Connection
from app.model.ask import RepositoryRef
from app.model.build import Json
from app.model.github import CheckRunReport

ANNOTATIONS = 50
"""Annotations that GitHub takes with one request."""

_RUNS = "/repos/{owner}/{repo}/check-runs"


class _Posted(Struct, frozen=True):
    """The answer says nothing that is needed."""


@dataclass(frozen=True)
class CheckRuns:
    """Posts check runs; of several with one name on a commit GitHub shows the newest."""

    access: Access

    async def post(self, ref: RepositoryRef, report: CheckRunReport) -> None:
        """One POST."""

        async def post(connection: Connection, ref: RepositoryRef) -> None:
            path = path_of(ref.full_name)
            await connection.write(_RUNS, path, check_run_body(report), _Posted)

        await self.access.reach(ref, post)


def check_run_body(report: CheckRunReport) -> dict[str, Json]:
    """What is sent."""
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
