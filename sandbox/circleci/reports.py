"""What CircleCI reports to GitHub on a commit: a status for each job, a check run a workflow.

https://circleci.com/docs/guides/integration/status-updates/
https://circleci.com/docs/guides/integration/enable-checks/
"""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.circleci.state import WEB_URL, Job, Pipeline, Workflow

Report = Callable[[str, str, str, str, str], None]
"""Called with project slug, revision, name, state on GitHub, and the job's address."""

STATUSES = {
    "running": "pending",
    "on_hold": "pending",
    "success": "success",
    "failed": "failure",
    "canceled": "error",
    "unauthorized": "error",
}

CHECK_RUNS = {
    "running": "in_progress",
    "on_hold": "in_progress",
    "failing": "in_progress",
    "success": "success",
    "failed": "failure",
    "error": "failure",
    "canceled": "cancelled",
    "unauthorized": "failure",
    "not_run": "skipped",
}


@dataclass(kw_only=True)
class Reports:
    """Reports to GitHub through two functions; GitHub App projects have no statuses."""

    status: Report
    check_run: Report

    def job(self, pipeline: Pipeline, workflow: Workflow, job: Job) -> None:
        """Report a job's status; the name of an approval job begins with its workflow's name."""
        state = STATUSES.get(job.status)
        if state is None or pipeline.project.by_app:
            return
        empty = job.type in {"approval", "no-op"}
        name = f"{workflow.name}/{job.name}" if empty else job.name
        url = f"{self._page(pipeline)}/jobs/{job.number or job.id}"
        slug, sha = pipeline.project.slug, pipeline.commit.sha
        self.status(slug, sha, f"ci/circleci: {name}", state, url)

    def workflow(self, pipeline: Pipeline, workflow: Workflow) -> None:
        """Report a workflow's check run, if the project has GitHub Checks enabled."""
        project, state = pipeline.project, CHECK_RUNS.get(workflow.status)
        if state is None or not (project.by_app or project.checks):
            return
        suffix = f"-{project.definition_id[:8]}" if project.by_app else ""
        url = f"{self._page(pipeline)}/workflows/{workflow.id}"
        name = f"{workflow.name}{suffix}"
        self.check_run(project.slug, pipeline.commit.sha, name, state, url)

    def _page(self, pipeline: Pipeline) -> str:
        return f"{WEB_URL}/pipelines/{pipeline.project.long_slug}/{pipeline.number}"
