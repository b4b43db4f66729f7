"""Controlling a running pipeline: approving a job, canceling workflows (pure)."""

from msgspec import structs

from app.lifecycle.backoff import waits
from app.lifecycle.deployment.phases.transitions import ended, unwanted_since
from app.lifecycle.deployment.pipeline_outcome import Outcome, newest_of_each
from app.lifecycle.deployment.step_types import ApproveJob, BuildStep, CancelPipeline, Facts
from app.lifecycle.look_types import Become, Limits, Now
from app.lifecycle.wait_times import OF_PIPELINE, over
from app.model.build import Build, BuildState
from app.model.ci import CIState, Workflow
from app.model.reasons.pipeline import ApprovalTimedOut, TimedOut
from app.model.waiting import Wait


def pass_on(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Approve the job at the CI once for each approval given here; a rejection goes first.

    The pipeline is read right after that, as no webhook tells that it goes on.
    """
    job = b.jobs.approval_id if b.jobs is not None and b.state is BuildState.ON_HOLD else ""
    approval = b.job_approvals.get(job)
    if b.jobs is None or approval is None or unwanted_since(b) is not None:
        return None
    if b.approval_passed_on == approval or waits(b, "ci", now.wall):
        return None
    passed = structs.replace(b, approval_passed_on=approval, looked_at=None, approval_refused="")
    return ApproveJob(workflow_id=b.jobs.approval_workflow, job_id=job, build=passed)


def being_canceled(b: Build) -> bool:
    """Whether its pipeline was told to stop, and hasn't yet."""
    return b.state in (BuildState.CANCELED, BuildState.INACTIVE) and not b.pipeline_ended


def to_cancel(b: Build) -> bool:
    """Whether somebody wants its pipeline to stop, and something may still run."""
    return unwanted_since(b) is not None and b.stoppable


def open_workflows(f: Facts) -> tuple[str, ...]:
    """The ids of the workflows that can be canceled."""
    return tuple(workflow.id for workflow in _workflows(f) if not workflow.state.ended)


def _workflows(f: Facts) -> list[Workflow]:
    return newest_of_each(f.reading.workflows if f.reading else ())


def overdue(b: Build, limits: Limits) -> bool:
    """Whether its jobs, or an approval, have taken too long."""
    wait = OF_PIPELINE.get(b.state)
    return wait is not None and over(b, wait, limits)


def time_out(b: Build, f: Facts, now: Now) -> BuildStep:
    """End it. Running jobs go on; a workflow that waits for an approval is canceled.

    Otherwise an approval might run old code some day.
    """
    if b.state is BuildState.RUNNING:
        return Become(record=ended(b, BuildState.ERRORED, now, TimedOut(seconds=b.timeout)))
    job = b.jobs.approval if b.jobs else ""
    reason = ApprovalTimedOut(seconds=b.waited[Wait.PEOPLE], job=job)
    after = ended(b, BuildState.ERRORED, now, reason)
    return CancelPipeline(workflow_ids=open_workflows(f), build=after)


def never_stopped(b: Build, limits: Limits) -> bool:
    """Whether it ended for us so long ago that we no longer wait for its pipeline to end."""
    return b.state.ended and not b.pipeline_ended and over(b, Wait.STOP, limits)


def no_longer_followed(b: Build, outcome: Outcome) -> bool:
    """Whether the open workflow is the one that we stopped following, and no rerun."""
    workflow = outcome.workflow
    return b.pipeline_ended and workflow is not None and workflow.id == b.workflow_id


def stop_following(b: Build, outcome: Outcome, f: Facts) -> BuildStep:
    """Stop following its pipeline; a workflow that waits for an approval is canceled."""
    workflow_id = outcome.workflow.id if outcome.workflow else b.workflow_id
    free = structs.replace(b, pipeline_ended=True, workflow_id=workflow_id)
    on_hold = tuple(one.id for one in _workflows(f) if one.state is CIState.ON_HOLD)
    return CancelPipeline(workflow_ids=on_hold, build=free) if on_hold else Become(record=free)
