"""GraphQL: commit statuses and check runs."""

from dataclasses import dataclass
from typing import Any

from sandbox.github.graphql.context import Context, connection
from sandbox.github.graphql.git import Ref, find_ref
from sandbox.github.payloads.accounts import WEB, iso, iso_or_none
from sandbox.github.payloads.checks import suite_conclusion, suite_status
from sandbox.github.records import CheckRun, CheckSuite, Commit, CommitStatus
from sandbox.github.state import latest_statuses


@dataclass(frozen=True, kw_only=True)
class StatusContext:
    """A commit status together with its commit."""

    status: CommitStatus
    commit: Commit


@dataclass(frozen=True, kw_only=True)
class Rollup:
    """All statuses and check runs of a commit."""

    commit: Commit
    items: list[CheckRun | StatusContext]


def _rollup(commit: Commit, _: Context) -> Rollup | None:
    repository = commit.repository
    items: list[CheckRun | StatusContext] = [
        run
        for suite in repository.suites.get(commit.sha, [])
        for run in {run.name: run for run in suite.runs}.values()
    ]
    items += [
        StatusContext(status=status, commit=commit)
        for status in latest_statuses(repository, commit.sha)
    ]
    return Rollup(commit=commit, items=items) if items else None


def _rollup_state(rollup: Rollup, _: Context) -> str:
    words = {
        (item.conclusion or "pending") if isinstance(item, CheckRun) else item.status.state
        for item in rollup.items
    } - {"neutral", "skipped", "success"}
    if words - {"pending"}:
        return "FAILURE"
    return "PENDING" if words else "SUCCESS"


def _contexts(rollup: Rollup, _: Context, **arguments: Any) -> dict[str, Any]:
    page = connection("contexts", rollup.items, arguments)
    runs = sum(isinstance(item, CheckRun) for item in rollup.items)
    return {**page, "checkRunCount": runs, "statusContextCount": len(rollup.items) - runs}


def _branch(suite: CheckSuite, _: Context) -> Ref | None:
    return (
        None if suite.branch is None else find_ref(suite.repository, f"refs/heads/{suite.branch}")
    )


def _workflow_run(suite: CheckSuite, _: Context) -> dict[str, Any] | None:
    workflow = {"id": f"W_{suite.workflow}", "name": suite.workflow}
    return {"id": f"WFR_{suite.node_id}", "workflow": workflow} if suite.workflow else None


CHECK_RUN: dict[str, Any] = {
    "status": lambda run, _: run.status.upper(),
    "conclusion": lambda run, _: run.conclusion.upper() if run.conclusion else None,
    "detailsUrl": lambda run, _: run.details_url,
    "startedAt": lambda run, _: iso(run.started_at),
    "completedAt": lambda run, _: iso_or_none(run.completed_at),
    "checkSuite": lambda run, _: run.suite,
    "repository": lambda run, _: run.suite.repository,
    "summary": lambda run, _: run.output.get("summary"),
    "title": lambda run, _: run.output.get("title"),
    "url": lambda run, _: f"{WEB}/{run.suite.repository.full_name}/runs/{run.id}",
    "permalink": lambda run, _: f"{WEB}/{run.suite.repository.full_name}/runs/{run.id}",
}

FIELDS: dict[str, dict[str, Any]] = {
    "Commit": {"statusCheckRollup": _rollup},
    "StatusCheckRollup": {
        "id": lambda rollup, _: f"SCR_{rollup.commit.sha}",
        "state": _rollup_state,
        "contexts": _contexts,
    },
    "CheckRun": CHECK_RUN,
    "CheckSuite": {
        "status": lambda suite, _: suite_status(suite).upper(),
        "conclusion": lambda suite, _: (suite_conclusion(suite) or "").upper() or None,
        "branch": _branch,
        "workflowRun": _workflow_run,
        "commit": lambda suite, _: suite.repository.commits[suite.sha],
    },
    "Workflow": {"id": lambda workflow, _: workflow["id"]},
    "WorkflowRun": {"id": lambda run, _: run["id"]},
    "StatusContext": {
        "id": lambda item, _: item.status.node_id,
        "context": lambda item, _: item.status.context,
        "state": lambda item, _: item.status.state.upper(),
        "targetUrl": lambda item, _: item.status.target_url,
        "description": lambda item, _: item.status.description,
        "createdAt": lambda item, _: iso(item.status.created_at),
        "creator": lambda item, _: item.status.creator,
    },
}
