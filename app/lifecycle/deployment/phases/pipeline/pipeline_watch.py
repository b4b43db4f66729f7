"""From a pipeline to its outcome: reports, the watch, cancel and timeout."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import fresh_start, given_up, outage, waits
from app.lifecycle.deployment.phases.pipeline.ci_controls import (
    being_canceled,
    never_stopped,
    no_longer_followed,
    open_workflows,
    overdue,
    stop_following,
    time_out,
    to_cancel,
)
from app.lifecycle.deployment.phases.pipeline.next_reading import next_reading_at, rerun_checked_at
from app.lifecycle.deployment.phases.starting.queueing import occupy
from app.lifecycle.deployment.phases.transitions import (
    closed_with,
    ended,
    stopped,
)
from app.lifecycle.deployment.pipeline_outcome import (
    Outcome,
    judge_pipeline,
    judge_reports,
    progress,
)
from app.lifecycle.deployment.step_types import BuildStep, CancelPipeline, Facts, What
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.model.build import Build, BuildState
from app.model.ci import CIState
from app.model.reasons.pipeline import (
    ApprovalTimedOut,
    JobFailed,
    WorkflowNamedDifferently,
)
from app.model.waiting import Wait

SETTLED = 60.0
"""Seconds after which a pipeline that shows no workflows is believed to have none."""

UNSEEN_OFTEN = 5
"""Failed tries in a row after which an outcome is reported without its details."""

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
    news = b.reports_considered < len(b.reports)
    only = b.plan.run.workflow if b.plan else None
    if news and only is not None:
        outcome = judge_reports(b.reports.values(), only=only)
        if outcome is None and not _misnamed(b):
            return Become(record=structs.replace(b, reports_considered=len(b.reports)))
        if outcome is not None and outcome.kind.ended and not _to_be_explained(b, outcome):
            return Become(record=_concluded(b, outcome, now, limits))
    if b.pipeline_ended and not news:
        return _revisit(b, now, limits)
    waiting = waits(b, "ci", now.wall)
    if never_stopped(b, limits) and waiting:
        return Become(record=structs.replace(b, pipeline_ended=True))
    if (news or never_stopped(b, limits)) and not waiting:
        return Read(what=What.READING)
    if given_up(b, "ci", limits.give_up):
        why = outage(b, "ci")
        lost = b if b.state.ended else ended(b, BuildState.ERRORED, now, why)
        return Become(
            record=structs.replace(lost, pipeline_ended=True, reports_considered=len(b.reports))
        )
    if waiting:
        return None
    if to_cancel(b) or overdue(b, limits) or now.wall >= next_reading_at(b, limits):
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
    at = rerun_checked_at(b, now, limits)
    return Read(what=What.READING) if at is not None and now.wall >= at else None


def _after_reading(
    b: Build, before: Build, outcome: Outcome, f: Facts, now: Now, limits: Limits
) -> BuildStep | None:
    """Act on the outcome of the pipeline so far."""
    if outcome.kind in _JOBS_TELL and outcome.workflow is not None:
        asked = f.jobs is not UNSET or waits(b, "ci", now.wall)
        told = b.state is _JOBS_TELL[outcome.kind] and not being_canceled(b)
        on_hold = outcome.kind is CIState.ON_HOLD  # by now it may be the next job
        if not asked and (on_hold or not told):
            return Read(what=What.JOBS, of=outcome.workflow.id)
        if f.jobs is not UNSET:
            b = structs.replace(b, jobs=progress(f.jobs, outcome.workflow.id))
    if outcome.kind.ended:
        after = _concluded(b, outcome, now, limits)
        return Become(record=after) if after != before else None
    if b.state.ended and no_longer_followed(b, outcome):
        return Become(record=b) if b != before else None
    b = structs.replace(_continued(b, outcome, f, now), reports_considered=len(b.reports))
    if never_stopped(b, limits):
        return stop_following(b, outcome, f)
    open_ones = open_workflows(f) if to_cancel(b) else ()
    if open_ones:
        return CancelPipeline(workflow_ids=open_ones, build=stopped(b, now, limits))
    if overdue(b, limits):
        return time_out(b, f, now)
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
        reports_considered=len(b.reports),
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
            runs_beside=None,
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


def _misnamed(b: Build) -> bool:
    """Whether workflows with other names are followed, so that their reports are news."""
    return any(isinstance(one, WorkflowNamedDifferently) for one in b.waits_for)
