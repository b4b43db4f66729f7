"""The outcome of a pipeline, decided from its workflows (pure)."""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from app.model.build_parts import JobProgress
from app.model.ci import CIState, Job, PipelineReading, Workflow, WorkflowReport
from app.model.reasons import Reason
from app.model.reasons.ci import CISkipped
from app.model.reasons.gates import Superseded
from app.model.reasons.pipeline import (
    ApprovalJobWaiting,
    CINoTagFilter,
    CINoWorkflow,
    CISetupFailed,
    JobFailed,
    PipelineCanceledElsewhere,
    WorkflowFailed,
    WorkflowNamedDifferently,
)


class Outcome(Struct, frozen=True, kw_only=True):
    """The outcome of a pipeline so far, its reason, and the workflow that decides it."""

    kind: CIState
    reason: Reason | None = None
    workflow: Workflow | None = None


_WEIGHT = (
    CIState.RUNNING,
    CIState.PENDING,
    CIState.ON_HOLD,
    CIState.FAILURE,
    CIState.ERROR,
    CIState.CANCELED,
    CIState.SUCCESS,
)
"""The outcome of several workflows is the first of these kinds that one of them has."""


def judge_pipeline(
    reading: PipelineReading,
    *,
    only: str | None = None,
    tag: str | None = None,
    settled: bool = True,
) -> Outcome:
    """The outcome so far of a pipeline, by what was read of it.

    With `only`, that workflow alone counts. A workflow that no person canceled was canceled by the
    CI in favour of a newer pipeline: it is superseded. A pipeline without any workflow is an error
    once it is `settled`, that is, old enough for its workflows to be listed. `tag` is the tag that
    it was started for, if any.
    """
    problem, workflows = reading.problem, reading.workflows
    counted = works = newest_of_each(workflow for workflow in workflows if not workflow.prepares)
    if only is not None:
        counted = [workflow for workflow in works if workflow.name == only]
    heaviest = _heaviest(counted)
    if heaviest is not None and (only is not None or not heaviest.kind.ended):
        return heaviest
    if problem is not None:
        return Outcome(kind=CIState.ERROR, reason=problem)
    prepares = newest_of_each(each for each in workflows if each.prepares)
    preparing = _heaviest(prepares)
    if only is not None and works:
        closed = reading.made and settled
        differently = WorkflowNamedDifferently(
            asked=only, found=tuple(one.name for one in works), tag=tag or ""
        )
        return _named_differently(differently, (*works, *prepares), closed=closed)
    if not reading.made:
        return _being_made(heaviest, preparing)
    if heaviest is not None:
        return heaviest
    if preparing is not None and preparing.kind is not CIState.SUCCESS:
        return preparing
    return _without_workflow(only, tag, settled=settled)


def judge_reports(reports: Iterable[WorkflowReport], *, only: str) -> Outcome | None:
    """What webhooks reported of the only workflow that counts; None if nothing yet.

    A webhook doesn't tell who canceled.
    """
    named = [report for report in reports if report.name == only]
    if not named:
        return None
    newest = workflow_of(max(named, key=lambda report: (report.at, report.id)))
    outcome = _outcome(newest)
    if outcome.kind is not CIState.CANCELED:
        return outcome
    reason = PipelineCanceledElsewhere(url=newest.url)
    return structs.replace(outcome, reason=reason)


def workflow_of(report: WorkflowReport) -> Workflow:
    """A workflow as a webhook reported it."""
    return Workflow(
        id=report.id,
        name=report.name,
        state=report.state,
        said=report.said,
        created_at=report.at,
        stopped_at=report.at,
        url=report.url,
    )


def newest_of_each(workflows: Iterable[Workflow]) -> list[Workflow]:
    """The newest workflow of each name, sorted by name: a rerun replaces what it repeats."""
    newest: dict[str, Workflow] = {}
    for workflow in workflows:
        known = newest.get(workflow.name)
        if known is None or (known.created_at, known.id) < (workflow.created_at, workflow.id):
            newest[workflow.name] = workflow
    return [newest[name] for name in sorted(newest)]


def progress(jobs: Sequence[Job], workflow_id: str = "") -> JobProgress:
    """How far the jobs of a workflow are: what runs, what failed, what waits for a person.

    A canceled job counts as stopped only if it had begun: otherwise it has no page.
    """
    current = next((job for job in jobs if job.state is CIState.RUNNING), None)
    failed = next((job for job in jobs if job.state is CIState.FAILURE), None)
    stopped = next((job for job in jobs if job.state is CIState.CANCELED and job.url), None)
    on_hold = next((job for job in jobs if job.state is CIState.ON_HOLD), None)
    return JobProgress(
        done=sum(job.state.ended for job in jobs),
        total=len(jobs),
        current=current.name if current else "",
        failed=failed.name if failed else "",
        failed_url=failed.url if failed else "",
        stopped=stopped.name if stopped and not failed else "",
        approval=on_hold.name if on_hold else "",
        approval_id=on_hold.id if on_hold else "",
        approval_workflow=workflow_id if on_hold else "",
    )


def _being_made(heaviest: Outcome | None, preparing: Outcome | None) -> Outcome:
    """A pipeline that is still being made: open, unless its setup workflow failed."""
    if heaviest is None and preparing is None:
        return Outcome(kind=CIState.PENDING)
    if heaviest is None and preparing is not None and preparing.kind is not CIState.SUCCESS:
        return preparing
    first = heaviest or preparing
    return Outcome(kind=CIState.RUNNING, workflow=first.workflow if first else None)


def _heaviest(workflows: Sequence[Workflow]) -> Outcome | None:
    outcomes = [_outcome(workflow) for workflow in workflows]
    return min(outcomes, key=lambda outcome: _WEIGHT.index(outcome.kind), default=None)


def _outcome(workflow: Workflow) -> Outcome:
    return Outcome(kind=workflow.state, reason=_workflow_reason(workflow), workflow=workflow)


def _workflow_reason(workflow: Workflow) -> Reason | None:
    kind, name, url = workflow.state, workflow.name, workflow.url
    if kind is CIState.ON_HOLD:
        return ApprovalJobWaiting(url=url)
    if kind is CIState.FAILURE and workflow.prepares:
        return CISetupFailed(workflow=name, url=url)
    if workflow.skipped:
        return CISkipped(workflow=name, url=url)
    if kind is CIState.FAILURE:
        return JobFailed(workflow=name, url=url)
    if kind is CIState.ERROR:
        return WorkflowFailed(workflow=name, url=url, status=workflow.said)
    if kind is CIState.CANCELED and workflow.canceled_by:
        return PipelineCanceledElsewhere(by=workflow.canceled_by, url=url)
    return Superseded(workflow=name) if kind is CIState.CANCELED else None


def _named_differently(
    reason: WorkflowNamedDifferently, listed: Sequence[Workflow], *, closed: bool
) -> Outcome:
    """A pipeline none of whose workflows has the name that was asked for.

    It is open until all `listed` workflows have ended, setup workflows included, and the list is
    `closed`: no more can come.
    """
    first = _heaviest(listed)
    if first is not None and not first.kind.ended:
        return structs.replace(first, reason=reason)
    if not closed:
        return Outcome(kind=CIState.RUNNING, reason=reason)
    return Outcome(kind=CIState.ERROR, reason=structs.replace(reason, ended=True))


def _without_workflow(only: str | None, tag: str | None, *, settled: bool) -> Outcome:
    if not settled:
        return Outcome(kind=CIState.PENDING)
    if tag is not None:
        return Outcome(kind=CIState.ERROR, reason=CINoTagFilter(tag=tag, workflow=only or ""))
    return Outcome(kind=CIState.ERROR, reason=CINoWorkflow(workflow=only or ""))
