"""Commit statuses, check runs and check suites in JSON."""

from typing import Any

from sandbox.github.payloads.accounts import WEB, Payloads, iso, iso_or_none
from sandbox.github.payloads.git import commit_json, push_commit
from sandbox.github.records import CheckRun, CheckSuite, CommitStatus, Repository
from sandbox.github.state import combined_state, latest_statuses


def simple_status_json(
    payloads: Payloads, repository: Repository, sha: str, status: CommitStatus
) -> dict[str, Any]:
    """A commit status in a combined one."""
    return {
        "url": f"{payloads.api}/repos/{repository.full_name}/statuses/{sha}",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{status.creator.id}?v=4",
        "id": status.id,
        "node_id": status.node_id,
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "created_at": iso(status.created_at),
        "updated_at": iso(status.created_at),
    }


def status_json(
    payloads: Payloads, repository: Repository, sha: str, status: CommitStatus
) -> dict[str, Any]:
    """A commit status by itself, with who posted it."""
    simple = simple_status_json(payloads, repository, sha, status)
    return {**simple, "creator": payloads.user(status.creator)}


def combined_json(payloads: Payloads, repository: Repository, sha: str) -> dict[str, Any]:
    """The combined status of a commit."""
    statuses = latest_statuses(repository, sha)
    url = f"{payloads.api}/repos/{repository.full_name}/commits/{sha}"
    return {
        "state": combined_state(statuses),
        "statuses": [simple_status_json(payloads, repository, sha, item) for item in statuses],
        "sha": sha,
        "total_count": len(statuses),
        "repository": payloads.small_repository(repository),
        "commit_url": url,
        "url": f"{url}/status",
    }


def commit_status_event(
    payloads: Payloads, repository: Repository, sha: str, status: CommitStatus
) -> dict[str, Any]:
    """A `status` event."""
    return {
        "id": status.id,
        "sha": sha,
        "name": repository.full_name,
        "target_url": status.target_url,
        "avatar_url": f"https://avatars.githubusercontent.com/u/{status.creator.id}?v=4",
        "context": status.context,
        "description": status.description,
        "state": status.state,
        "commit": commit_json(payloads, repository.commits[sha]),
        "branches": [
            {
                "name": name,
                "commit": {
                    "sha": head,
                    "url": f"{payloads.api}/repos/{repository.full_name}/commits/{head}",
                },
                "protected": False,
            }
            for name, head in repository.branches.items()
            if head == sha
        ],
        "created_at": iso(status.created_at),
        "updated_at": iso(status.created_at),
    }


def check_run_json(payloads: Payloads, run: CheckRun) -> dict[str, Any]:
    """A check run with a short check suite."""
    suite = run.suite
    url = f"{payloads.api}/repos/{suite.repository.full_name}/check-runs/{run.id}"
    output = {"title": None, "summary": None, "text": None, **run.output}
    output.pop("annotations", None)
    return {
        "id": run.id,
        "name": run.name,
        "node_id": run.node_id,
        "head_sha": suite.sha,
        "external_id": run.external_id,
        "url": url,
        "html_url": f"{WEB}/{suite.repository.full_name}/runs/{run.id}",
        "details_url": run.details_url,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": iso(run.started_at),
        "completed_at": iso_or_none(run.completed_at),
        "output": {**output, "annotations_count": 0, "annotations_url": f"{url}/annotations"},
        "check_suite": _small_suite(payloads, suite),
        "app": payloads.app(suite.app),
        "pull_requests": [],
    }


def check_suite_json(payloads: Payloads, suite: CheckSuite) -> dict[str, Any]:
    """A check suite in its events."""
    return {
        **_small_suite(payloads, suite),
        "rerequestable": True,
        "runs_rerequestable": True,
        "latest_check_runs_count": len(suite.runs),
        "check_runs_url": f"{_suite_url(payloads, suite)}/check-runs",
        "head_commit": push_commit(suite.repository.commits[suite.sha]),
    }


def suite_status(suite: CheckSuite) -> str:
    """A suite's status: it is completed when all its runs are."""
    if suite.runs and all(run.status == "completed" for run in suite.runs):
        return "completed"
    return "in_progress" if suite.runs else "queued"


def suite_conclusion(suite: CheckSuite) -> str | None:
    """A suite's conclusion: the first bad one of its runs, else success; None until completed."""
    if suite_status(suite) != "completed":
        return None
    green = {"success", "neutral", "skipped"}
    return next((run.conclusion for run in suite.runs if run.conclusion not in green), "success")


def _small_suite(payloads: Payloads, suite: CheckSuite) -> dict[str, Any]:
    return {
        "id": suite.id,
        "node_id": suite.node_id,
        "head_branch": suite.branch,
        "head_sha": suite.sha,
        "status": suite_status(suite),
        "conclusion": suite_conclusion(suite),
        "url": _suite_url(payloads, suite),
        "before": None,
        "after": suite.sha,
        "pull_requests": [],
        "app": payloads.app(suite.app),
        "created_at": iso(suite.created_at),
        "updated_at": iso(suite.updated_at),
    }


def _suite_url(payloads: Payloads, suite: CheckSuite) -> str:
    return f"{payloads.api}/repos/{suite.repository.full_name}/check-suites/{suite.id}"
