"""From a pipeline to its outcome: reports, the watch, cancel and timeout."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import fresh_start, given_up, outage, waits
from app.lifecycle.deployment.phases.pipeline.looking_again import next_look, revisited_at
from app.lifecycle.deployment.phases.pipeline.occupy_slot import occupy
from app.lifecycle.deployment.phases.transitions import (
    closed_with,
    ended,
    stopped,
    unwanted_since,
)
from app.lifecycle.deployment.pipeline_outcome import (
    Outcome,
    judge_pipeline,
    judge_reports,
    newest_of_each,
    progress,
)
from app.lifecycle.deployment.step_types import BuildStep, CancelPipeline, Facts, What
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.lifecycle.wait_times import OF_PIPELINE, over
from app.model.build import Build, BuildState
from app.model.ci import CIState, Workflow
from app.model.reasons.pipeline import (
    ApprovalTimedOut,
    JobFailed,
    TimedOut,
    WorkflowNamedDifferently,
)
from app.model.waiting import Wait

SETTLED = 60.0
"""Seconds after which a pipeline that shows no workflows is believed to have none."""

UNSEEN_OFTEN = 5
"""Failed tries in a row after which an outcome is told without its details."""

_STATES = {
    CIState.SUCCESS: BuildState.SUCCEEDED,
    CIState.FAILURE: BuildState.FAILED,
    CIState.ERROR: BuildState.ERRORED,
    CIState.CANCELED: BuildState.CANCELED,
}

_JOBS_TELL = {
    CIState.FAILURE: BuildState.FAILED,
    CIState.CANCELED: BuildState.CANCELED,
    CIState.ON_HOLD: BuildState.ON_HOLD,
}
"""Outcomes for which people are told the job: it failed, was stopped, or waits for approval."""


def watch(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """The next step of a build that has a pipeline."""
    if b.pipeline_id is None or b.state is BuildState.EXTERNAL:
        return None
    if f.reading is UNSET:
        return _before_reading(b, now, limits)
    outcome = judge_pipeline(
        f.reading,
        only=b.plan.run.workflow if b.plan else None,
        tag=b.plan.run.tag if b.plan else None,
        settled=b.waited.get(Wait.RUN, 0.0) >= SETTLED,
    )
    return _after_reading(structs.replace(b, looked_at=now.wall), b, outcome, f, now, limits)


def _before_reading(b: Build, now: Now, limits: Limits) -> BuildStep | None:
    """Webhooks suffice if a single named workflow counts; otherwise the pipeline is read."""
    news = b.considered < len(b.reports)
    only = b.plan.run.workflow if b.plan else None
    if news and only is not None:
        outcome = judge_reports(b.reports.values(), only=only)
        if outcome is None and not _misnamed(b):
            return Become(record=structs.replace(b, considered=len(b.reports)))
        if outcome is not None and outcome.kind.ended and not _to_be_explained(b, outcome):
            return Become(record=_concluded(b, outcome, now, limits))
    if b.pipeline_ended and not news:
        return _revisit(b, now, limits)
    waiting = waits(b, "ci", now.wall)
    if _never_stopped(b, limits) and waiting:
        return Become(record=structs.replace(b, pipeline_ended=True))
    if (news or _never_stopped(b, limits)) and not waiting:
        return Read(what=What.READING)
    if given_up(b, "ci", limits.give_up):
        why = outage(b, "ci")
        lost = b if b.state.ended else ended(b, BuildState.ERRORED, now, why)
        return Become(record=structs.replace(lost, pipeline_ended=True, considered=len(b.reports)))
    if waiting:
        return None
    if _to_cancel(b) or _overdue(b, limits) or now.wall >= next_look(b, limits):
        return Read(what=What.READING)
    return None


def _to_be_explained(b: Build, outcome: Outcome) -> bool:
    """Whether its webhook leaves out what people are told: the job that failed, who canceled.

    If the CI hasn't shown that for a while, the webhook is enough.
    """
    pause = b.backoff.get("ci")
    if pause is not None and pause.attempts >= UNSEEN_OFTEN:
        return False
    return outcome.kind in (CIState.CANCELED, CIState.FAILURE)


def _revisit(b: Build, now: Now, limits: Limits) -> BuildStep | None:
    """Check whether a pipeline that didn't succeed was rerun, which no webhook reports."""
    at = revisited_at(b, now, limits)
    return Read(what=What.READING) if at is not None and now.wall >= at else None


def _after_reading(
    b: Build, before: Build, outcome: Outcome, f: Facts, now: Now, limits: Limits
) -> BuildStep | None:
    """Act on the outcome of the pipeline so far."""
    if outcome.kind in _JOBS_TELL and outcome.workflow is not None:
        asked = f.jobs is not UNSET or waits(b, "ci", now.wall)
        told = b.state is _JOBS_TELL[outcome.kind] and not _being_canceled(b)
        held = outcome.kind is CIState.ON_HOLD  # by now it may be the next job
        if not asked and (held or not told):
            return Read(what=What.JOBS, of=outcome.workflow.id)
        if f.jobs is not UNSET:
            b = structs.replace(b, jobs=progress(f.jobs, outcome.workflow.id))
    if outcome.kind.ended:
        after = _concluded(b, outcome, now, limits)
        return Become(record=after) if after != before else None
    if b.state.ended and _let_go_of(b, outcome):
        return Become(record=b) if b != before else None
    b = structs.replace(_continued(b, outcome, f, now), considered=len(b.reports))
    if _never_stopped(b, limits):
        return _let_go(b, outcome, f)
    open_ones = _open(f) if _to_cancel(b) else ()
    if open_ones:
        return CancelPipeline(workflow_ids=open_ones, build=stopped(b, now, limits))
    if _overdue(b, limits):
        return _time_out(b, f, now)
    if before.state.ended and before.pipeline_ended:
        return occupy(b, f, now)
    return Become(record=b) if b != before else None


def _concluded(b: Build, outcome: Outcome, now: Now, limits: Limits) -> Build:
    """The build with its pipeline's outcome, which wins over what ended it before.

    Whatever the outcome, nothing is live once the pull request was closed.
    """
    workflow = outcome.workflow
    state = _STATES[outcome.kind]
    same = b.pipeline_ended and b.workflow_id == (workflow.id if workflow else None)
    ended_at = b.ended_at if same else (workflow.stopped_at if workflow else None) or now.wall
    reason = outcome.reason
    if state is BuildState.CANCELED and b.cancel is not None:
        reason = None
    if state is BuildState.CANCELED and isinstance(b.reason, ApprovalTimedOut):
        state, reason = b.state, b.reason  # we canceled it ourselves
    if isinstance(reason, JobFailed) and b.jobs is not None and b.jobs.failed:
        reason = structs.replace(reason, job=b.jobs.failed, url=b.jobs.failed_url)
    if b.closed is not None:
        state, reason = BuildState.INACTIVE, closed_with(b, b.closed, limits)
    elif same and b.state is BuildState.INACTIVE:  # it has been replaced since
        state, reason = b.state, b.reason
    return structs.replace(
        b,
        state=state,
        reason=reason,
        considered=len(b.reports),
        workflow=workflow.name if workflow else b.workflow,
        workflow_id=workflow.id if workflow else b.workflow_id,
        ended_at=ended_at,
        concluded_at=b.concluded_at if same else now.wall,
        deployed_at=ended_at if state is BuildState.SUCCEEDED else b.deployed_at,
        pipeline_ended=True,
        reruns=b.reruns + (b.pipeline_ended and not same),
        on_hold_since=None,
        jobs=b.jobs if state in (BuildState.FAILED, BuildState.CANCELED) else None,
        backoff=b.backoff if same else fresh_start(b),
    )


def _continued(b: Build, outcome: Outcome, f: Facts, now: Now) -> Build:
    """The build of an open pipeline; if the pipeline had ended before, it was rerun.

    Its jobs are those read in this look, if any.
    """
    if b.state.ended and not b.pipeline_ended:
        return b
    if b.state.ended:
        b = structs.replace(
            b,
            ended_at=None,
            reason=None,
            cancel=None,
            closed=None,
            pipeline_ended=False,
            jobs=b.jobs if f.jobs is not UNSET else None,
            waited={},
            reruns=b.reruns + 1,
            notified=None,
            beside=None,
        )
    if outcome.kind is CIState.ON_HOLD:
        since = b.on_hold_since or now.wall
        return structs.replace(
            b,
            state=BuildState.ON_HOLD,
            on_hold_since=since,
            waits_for=(outcome.reason,) if outcome.reason else (),
        )
    return structs.replace(
        b,
        state=BuildState.RUNNING,
        on_hold_since=None,
        waits_for=(outcome.reason,) if outcome.reason else (),
        jobs=None,
    )


def _being_canceled(b: Build) -> bool:
    return b.state in (BuildState.CANCELED, BuildState.INACTIVE) and not b.pipeline_ended


def _to_cancel(b: Build) -> bool:
    return unwanted_since(b) is not None and b.stoppable


def _open(f: Facts) -> tuple[str, ...]:
    """The ids of the workflows that can be canceled."""
    return tuple(workflow.id for workflow in _workflows(f) if not workflow.state.ended)


def _workflows(f: Facts) -> list[Workflow]:
    return newest_of_each(f.reading.workflows if f.reading else ())


def _overdue(b: Build, limits: Limits) -> bool:
    """Whether its jobs, or an approval, have taken too long."""
    wait = OF_PIPELINE.get(b.state)
    return wait is not None and over(b, wait, limits)


def _time_out(b: Build, f: Facts, now: Now) -> BuildStep:
    """End it. Running jobs go on; a workflow that waits for an approval is canceled.

    Otherwise an approval might run old code some day.
    """
    if b.state is BuildState.RUNNING:
        return Become(record=ended(b, BuildState.ERRORED, now, TimedOut(seconds=b.timeout)))
    job = b.jobs.approval if b.jobs else ""
    reason = ApprovalTimedOut(seconds=b.waited[Wait.PEOPLE], job=job)
    over = ended(b, BuildState.ERRORED, now, reason)
    return CancelPipeline(workflow_ids=_open(f), build=over)


def _never_stopped(b: Build, limits: Limits) -> bool:
    """Whether it ended for us so long ago that we no longer wait for its pipeline to end."""
    return b.state.ended and not b.pipeline_ended and over(b, Wait.STOP, limits)


def _let_go_of(b: Build, outcome: Outcome) -> bool:
    """Whether the open workflow is the one that we stopped following, and no rerun."""
    workflow = outcome.workflow
    return b.pipeline_ended and workflow is not None and workflow.id == b.workflow_id


def _let_go(b: Build, outcome: Outcome, f: Facts) -> BuildStep:
    """Stop following its pipeline; a workflow that waits for an approval is canceled."""
    workflow_id = outcome.workflow.id if outcome.workflow else b.workflow_id
    free = structs.replace(b, pipeline_ended=True, workflow_id=workflow_id)
    held = tuple(one.id for one in _workflows(f) if one.state is CIState.ON_HOLD)
    return CancelPipeline(workflow_ids=held, build=free) if held else Become(record=free)


def _misnamed(b: Build) -> bool:
    """Whether workflows with other names are followed, so that their reports are news."""
    return any(isinstance(one, WorkflowNamedDifferently) for one in b.waits_for)
