"""What a pipeline has come to: CircleCI's words turned into ours (pure).

https://circleci.com/docs/api/v2/ lists the states of pipelines, workflows and jobs.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from msgspec import Struct, structs

from app.model.build import JobProgress, Reason, WorkflowReport
from app.model.ci import Job, Workflow


class OutcomeKind(StrEnum):
    """Where a pipeline stands; from `success` on it has ended."""

    PENDING = "pending"
    RUNNING = "running"
    HELD = "held"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"
    CANCELED = "canceled"

    @property
    def ended(self) -> bool:
        """Whether nothing of the pipeline is open."""
        return self not in (self.PENDING, self.RUNNING, self.HELD)


class Outcome(Struct, frozen=True, kw_only=True):
    """What a pipeline has come to, why, and the workflow that decided it."""

    kind: OutcomeKind
    reason: Reason | None = None
    workflow: Workflow | None = None


KINDS: dict[str, OutcomeKind] = {
    "success": OutcomeKind.SUCCESS,
    "failed": OutcomeKind.FAILURE,
    "error": OutcomeKind.ERROR,
    "unauthorized": OutcomeKind.ERROR,
    "not_run": OutcomeKind.ERROR,
    "canceled": OutcomeKind.CANCELED,
    "on_hold": OutcomeKind.HELD,
    "running": OutcomeKind.RUNNING,
    "failing": OutcomeKind.RUNNING,  # jobs of it still run
}
"""A workflow's status; one that CircleCI may add some day counts as running."""

_WEIGHT = (
    OutcomeKind.RUNNING,
    OutcomeKind.HELD,
    OutcomeKind.FAILURE,
    OutcomeKind.ERROR,
    OutcomeKind.CANCELED,
    OutcomeKind.SUCCESS,
)
"""Which of several workflows speaks for the pipeline: the first kind that one of them has."""


def judge_pipeline(
    workflows: Sequence[Workflow],
    *,
    state: str,
    errors: Sequence[tuple[str, str]] = (),
    only: str | None = None,
    settled: bool = True,
) -> Outcome:
    """What a pipeline as read has come to; `state` and `errors` are the pipeline's own.

    With `only` that workflow alone counts. What nobody canceled was canceled by CircleCI
    itself, in favour of a newer pipeline (auto-cancel, serial groups): superseded. A created
    pipeline without a workflow is an error once it is `settled`: old enough that its
    workflows would be listed.
    """
    counted = newest_of_each(workflow for workflow in workflows if workflow.tag != "setup")
    if only is not None:
        counted = [workflow for workflow in counted if workflow.name == only]
    heaviest = _heaviest(counted)
    if heaviest is not None and (only is not None or not heaviest.kind.ended):
        return heaviest
    if state == "errored" or (errors and heaviest is None):
        return Outcome(kind=OutcomeKind.ERROR, reason=_config_reason(errors))
    setup = _heaviest(newest_of_each(each for each in workflows if each.tag == "setup"))
    if state != "created":
        return _being_made(heaviest, setup)
    if heaviest is not None:
        return heaviest
    if setup is not None and setup.kind is not OutcomeKind.SUCCESS:
        return setup
    return _without_workflow(only, settled=settled)


def judge_reports(reports: Iterable[WorkflowReport], *, only: str) -> Outcome | None:
    """What webhooks said of the one workflow that counts; None while they said nothing of it.

    A webhook does not say who canceled.
    """
    named = [report for report in reports if report.name == only]
    if not named:
        return None
    newest = workflow_of(max(named, key=lambda report: (report.at, report.id)))
    outcome = _outcome(newest)
    if outcome.kind is not OutcomeKind.CANCELED:
        return outcome
    reason = Reason(name="pipeline_canceled_elsewhere", details={"url": newest.url})
    return structs.replace(outcome, reason=reason)


def workflow_of(report: WorkflowReport) -> Workflow:
    """A workflow as a webhook reported it."""
    return Workflow(
        id=report.id,
        name=report.name,
        status=report.status,
        created_at=report.at,
        stopped_at=report.at,
        url=report.url,
    )


def newest_of_each(workflows: Iterable[Workflow]) -> list[Workflow]:
    """The newest workflow of each name: a rerun replaces what it repeats. By name."""
    newest: dict[str, Workflow] = {}
    for workflow in workflows:
        known = newest.get(workflow.name)
        if known is None or (known.created_at, known.id) < (workflow.created_at, workflow.id):
            newest[workflow.name] = workflow
    return [newest[name] for name in sorted(newest)]


def progress(jobs: Sequence[Job]) -> JobProgress:
    """How far the jobs are: what runs, what failed, what waits for a person."""
    current = next((job for job in jobs if job.status in ("running", "queued")), None)
    failed = next((job for job in jobs if job.status in _JOB_FAILED), None)
    held = next((job for job in jobs if job.type == "approval" and job.status == "on_hold"), None)
    return JobProgress(
        done=sum(job.status in _JOB_DONE for job in jobs),
        total=len(jobs),
        current=current.name if current else "",
        failed=failed.name if failed else "",
        failed_url=failed.url if failed else "",
        approval=held.name if held else "",
    )


_JOB_FAILED = ("failed", "timedout", "infrastructure_fail", "terminated-unknown", "unauthorized")
_JOB_DONE = ("success", *_JOB_FAILED, "canceled", "not_run")


def _being_made(heaviest: Outcome | None, setup: Outcome | None) -> Outcome:
    """A pipeline that is still being made: open, unless its setup did not end well."""
    if heaviest is None and setup is None:
        return Outcome(kind=OutcomeKind.PENDING)
    if heaviest is None and setup is not None and setup.kind is not OutcomeKind.SUCCESS:
        return setup
    first = heaviest or setup
    return Outcome(kind=OutcomeKind.RUNNING, workflow=first.workflow if first else None)


def _heaviest(workflows: Sequence[Workflow]) -> Outcome | None:
    outcomes = [_outcome(workflow) for workflow in workflows]
    return min(outcomes, key=lambda outcome: _WEIGHT.index(outcome.kind), default=None)


def _outcome(workflow: Workflow) -> Outcome:
    kind = KINDS.get(workflow.status, OutcomeKind.RUNNING)
    return Outcome(kind=kind, reason=_workflow_reason(workflow, kind), workflow=workflow)


def _workflow_reason(workflow: Workflow, kind: OutcomeKind) -> Reason | None:
    details = {"workflow": workflow.name, "url": workflow.url, "status": workflow.status}
    if kind is OutcomeKind.HELD:
        return Reason(name="approval_job_waiting", details=details)
    if kind is OutcomeKind.FAILURE:
        return Reason(name="job_failed", details=details)
    if kind is OutcomeKind.ERROR:
        return Reason(name="workflow_failed", details=details)
    if kind is OutcomeKind.CANCELED and workflow.canceled_by:
        by = {**details, "by": workflow.canceled_by}
        return Reason(name="pipeline_canceled_elsewhere", details=by)
    if kind is OutcomeKind.CANCELED:
        return Reason(name="superseded", details={"workflow": workflow.name})
    return None


def _config_reason(errors: Sequence[tuple[str, str]]) -> Reason:
    """The first error; a plan's limit is told apart, because the way out is another."""
    kind, message = errors[0] if errors else ("other", "")
    name = "circleci_plan_limit" if kind == "plan" else "circleci_config_error"
    return Reason(name=name, details={"message": message, "type": kind})


def _without_workflow(only: str | None, *, settled: bool) -> Outcome:
    if not settled:
        return Outcome(kind=OutcomeKind.PENDING)
    reason = Reason(name="circleci_no_workflow", details={"workflow": only or ""})
    return Outcome(kind=OutcomeKind.ERROR, reason=reason)
