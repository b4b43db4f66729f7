"""Records commit statuses and check runs, which CI systems report on a commit."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.github.hub import Hub
from sandbox.github.payloads.checks import check_run_json, check_suite_json, commit_status_event
from sandbox.github.records import (
    AppRecord,
    CheckRun,
    CheckSuite,
    CommitStatus,
    Repository,
    User,
)

OPEN = {"queued", "in_progress", "waiting", "requested", "pending"}


@dataclass(frozen=True, kw_only=True)
class NewCommitStatus:
    """The fields of a new commit status."""

    sha: str
    context: str
    state: str
    creator: User
    description: str | None = None
    target_url: str | None = None


def post_commit_status(hub: Hub, repository: Repository, new: NewCommitStatus) -> CommitStatus:
    """Record a commit status and send `status`."""
    number = hub.state.new_id()
    status = CommitStatus(
        id=number,
        node_id=hub.state.node_id("SC", number),
        context=new.context,
        state=new.state,
        description=new.description,
        target_url=new.target_url,
        creator=new.creator,
        created_at=hub.state.now(),
    )
    repository.statuses.setdefault(new.sha, []).append(hub.state.remember(status))
    payload = commit_status_event(hub.payloads, repository, new.sha, status)
    hub.emit("status", repository, new.creator, payload)
    return status


@dataclass(frozen=True, kw_only=True)
class NewCheckRun:
    """The fields of a new check run, which a `conclusion` completes.

    `workflow` is the GitHub Actions workflow whose job reports it.
    """

    sha: str
    name: str
    app: AppRecord
    status: str = "completed"
    conclusion: str | None = None
    details_url: str = ""
    external_id: str = ""
    workflow: str = ""
    output: dict[str, Any] = field(default_factory=dict)


def post_check_run(hub: Hub, repository: Repository, new: NewCheckRun) -> CheckRun:
    """Record a check run and send its events; an open run of the same name is updated."""
    suite = _suite(hub, repository, new)
    run = next((r for r in suite.runs if r.name == new.name and r.status in OPEN), None)
    action = "completed" if new.conclusion is not None else "created"
    if run is None:
        run = _new_run(hub, suite, new)
        if new.conclusion is not None:
            _tell_run(hub, run, "created")
    finish_run(hub, run, status=new.status, conclusion=new.conclusion)
    _tell_run(hub, run, action)
    if all(item.status == "completed" for item in suite.runs):
        payload = {"action": "completed", "check_suite": check_suite_json(hub.payloads, suite)}
        hub.emit("check_suite", repository, suite.app.bot, payload)
    return run


def finish_run(hub: Hub, run: CheckRun, *, status: str, conclusion: str | None) -> None:
    """Set a run's status; with a conclusion it is completed."""
    run.status = "completed" if conclusion is not None else status
    run.conclusion = conclusion
    run.completed_at = hub.state.now() if conclusion is not None else None
    run.suite.updated_at = hub.state.now()


def _suite(hub: Hub, repository: Repository, new: NewCheckRun) -> CheckSuite:
    suites = repository.suites.setdefault(new.sha, [])
    known = next((s for s in suites if s.app is new.app and s.workflow == new.workflow), None)
    if known is not None:
        return known
    number, now = hub.state.new_id(), hub.state.now()
    branch = next((b for b, sha in repository.branches.items() if sha == new.sha), None)
    suite = CheckSuite(
        id=number,
        node_id=hub.state.node_id("CS", number),
        app=new.app,
        sha=new.sha,
        branch=branch,
        repository=repository,
        created_at=now,
        updated_at=now,
        workflow=new.workflow,
    )
    suites.append(hub.state.remember(suite))
    return suite


def _new_run(hub: Hub, suite: CheckSuite, new: NewCheckRun) -> CheckRun:
    number = hub.state.new_id()
    run = CheckRun(
        id=number,
        node_id=hub.state.node_id("CR", number),
        name=new.name,
        status="queued" if new.status == "completed" else new.status,
        conclusion=None,
        details_url=new.details_url or f"https://ci.example.com/{number}",
        external_id=new.external_id,
        output=dict(new.output),
        suite=suite,
        started_at=hub.state.now(),
        completed_at=None,
    )
    suite.runs.append(hub.state.remember(run))
    return run


def _tell_run(hub: Hub, run: CheckRun, action: str) -> None:
    payload = {"action": action, "check_run": check_run_json(hub.payloads, run)}
    hub.emit("check_run", run.suite.repository, run.suite.app.bot, payload)
