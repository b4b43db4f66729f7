"""From a pipeline to its outcome: reports, the watch, cancel and timeout."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import given_up, waits
from app.lifecycle.outcomes import (
    KINDS,
    Outcome,
    OutcomeKind,
    judge_pipeline,
    judge_reports,
    newest_of_each,
    progress,
)
from app.lifecycle.phases.starting import claimed, ended, running
from app.lifecycle.step import (
    Become,
    BuildStep,
    CancelDouble,
    CancelPipeline,
    Facts,
    Limits,
    Now,
    Read,
    What,
)
from app.model.build import Build, BuildState, Reason

SETTLED = 60.0
"""Seconds after which a pipeline without workflows is taken to have none."""

HURRY = 5.0
"""Seconds between looks at a pipeline that was just told to stop."""

_STATES = {
    OutcomeKind.SUCCESS: BuildState.SUCCEEDED,
    OutcomeKind.FAILURE: BuildState.FAILED,
    OutcomeKind.ERROR: BuildState.ERRORED,
    OutcomeKind.CANCELED: BuildState.CANCELED,
}


def watch(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """The next step of a build that has a pipeline."""
    if b.pipeline_id is None or b.state is BuildState.EXTERNAL:
        return None
    if f.reading is UNSET:
        return _before_reading(b, now, limits)
    if f.reading is None:
        gone = Reason(name="circleci_no_workflow", details={"message": "pipeline not found"})
        over = structs.replace(ended(b, BuildState.ERRORED, now, gone), pipeline_ended=True)
        over = structs.replace(b if b.pipeline_ended else over, considered=len(b.reports))
        return Become(build=over) if over != b else None
    outcome = judge_pipeline(
        f.reading.workflows,
        state=f.reading.state,
        errors=f.reading.errors,
        only=b.run.workflow if b.run else None,
        settled=now.wall - (b.started_at or now.wall) >= SETTLED,
    )
    return _after_reading(structs.replace(b, looked_at=now.wall), b, outcome, f, now, limits)


def search_again(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """One more search after the outcome of a trigger that was ever ambiguous."""
    if not b.state.ended or b.searched_again or b.guard is None:
        return None
    if not b.unsure and not b.guard.ambiguous:
        return None
    if now.wall - (b.ended_at or 0.0) >= limits.give_up:
        return Become(build=_searched(b))
    if now.waited.get("trigger", 0.0) < 2 * limits.lease or waits(b, "circleci", now.wall):
        return None
    if f.pipelines is UNSET:
        return Read(what=What.PIPELINES)
    mine = claimed(b, f.pipelines)
    if b.pipeline_id is None and mine:
        return Become(build=running(b, mine[0], now))
    done = _searched(b)
    seconds = [pipeline for pipeline in mine if pipeline.id != b.pipeline_id]
    if seconds:
        return CancelDouble(
            pipeline=seconds[0], build=structs.replace(done, doubled=seconds[0].url)
        )
    return Become(build=done)


def _searched(b: Build) -> Build:
    """Nothing more is looked for: what has no pipeline by now has none that could still run."""
    over = b.pipeline_ended or b.pipeline_id is None
    return structs.replace(b, searched_again=True, pipeline_ended=over)


def _before_reading(b: Build, now: Now, limits: Limits) -> BuildStep | None:
    """Reports suffice where one named workflow counts; otherwise CircleCI is asked."""
    news = b.considered < len(b.reports)
    if news and b.run is not None and b.run.workflow is not None:
        outcome = judge_reports(b.reports.values(), only=b.run.workflow)
        if outcome is None:
            return Become(build=structs.replace(b, considered=len(b.reports)))
        if outcome.kind.ended and outcome.kind is not OutcomeKind.FAILURE:
            return Become(build=_concluded(b, outcome, now))
    if b.pipeline_ended and not news:
        return None
    waiting = waits(b, "circleci", now.wall)
    if news and not waiting:
        return Read(what=What.READING)
    if _lost(b, now, limits):
        why = Reason(name="circleci_down")
        lost = b if b.state.ended else ended(b, BuildState.ERRORED, now, why)
        return Become(build=structs.replace(lost, pipeline_ended=True, considered=len(b.reports)))
    if waiting:
        return None
    if _to_cancel(b) or _overdue(b, now) or now.wall >= next_look(b, limits):
        return Read(what=What.READING)
    return None


def _lost(b: Build, now: Now, limits: Limits) -> bool:
    """Whether nothing is to be heard of the pipeline any more.

    CircleCI has not answered for too long, or what ended long ago has not stopped since.
    """
    if given_up(b, "circleci", now.wall, limits.give_up):
        return True
    return b.state.ended and now.wall - (b.ended_at or now.wall) >= limits.give_up


def next_look(b: Build, limits: Limits) -> float:
    """When the pipeline is to be looked at again without being asked to; epoch seconds."""
    since = b.looked_at or b.started_at or 0.0
    hurry = b.cancel is not None and since < b.cancel.at + limits.watch
    return since + (min(limits.watch, HURRY) if hurry else limits.watch)


def times_out_at(b: Build) -> float | None:
    """When a running deployment has taken too long; time spent held does not count."""
    if b.state is not BuildState.RUNNING or b.started_at is None:
        return None
    return b.started_at + b.timeout + b.held_for


def _after_reading(
    b: Build, before: Build, outcome: Outcome, f: Facts, now: Now, limits: Limits
) -> BuildStep | None:
    """Act on what the pipeline has come to."""
    if outcome.kind is OutcomeKind.FAILURE and outcome.workflow is not None:
        asked = f.jobs is not UNSET or waits(b, "circleci", now.wall)
        if not asked and b.state is not BuildState.FAILED:
            return Read(what=What.JOBS, of=outcome.workflow.id)
        if f.jobs is not UNSET:
            b = structs.replace(b, jobs=progress(f.jobs))
    if outcome.kind.ended:
        after = _concluded(b, outcome, now)
        return Become(build=after) if after != before else None
    b = structs.replace(_continued(b, outcome, now), considered=len(b.reports))
    open_ones = _open(f) if _to_cancel(b) else ()
    if open_ones:
        return _cancel(b, open_ones, now)
    if _overdue(b, now):
        reason = Reason(name="timed_out", details={"seconds": str(int(b.timeout))})
        return Become(build=ended(b, BuildState.ERRORED, now, reason))
    return Become(build=b) if b != before else None


def _concluded(b: Build, outcome: Outcome, now: Now) -> Build:
    """The build with its pipeline's outcome, which wins over what ended it before."""
    workflow = outcome.workflow
    state = _STATES[outcome.kind]
    same = b.pipeline_ended and b.workflow_id == (workflow.id if workflow else None)
    ended_at = b.ended_at if same else (workflow.stopped_at if workflow else None) or now.wall
    reason = outcome.reason
    if state is BuildState.CANCELED and b.cancel is not None:
        reason = None
    if state is BuildState.FAILED and reason is not None and b.jobs is not None and b.jobs.failed:
        details = {**reason.details, "job": b.jobs.failed, "url": b.jobs.failed_url}
        reason = structs.replace(reason, details=details)
    return structs.replace(
        b,
        state=state,
        reason=reason,
        considered=len(b.reports),
        workflow=workflow.name if workflow else b.workflow,
        workflow_id=workflow.id if workflow else b.workflow_id,
        ended_at=ended_at,
        deployed_at=ended_at if state is BuildState.SUCCEEDED else b.deployed_at,
        pipeline_ended=True,
        reruns=b.reruns + (b.pipeline_ended and not same),
        held_since=None,
        backoff=b.backoff if same else {},
    )


def _continued(b: Build, outcome: Outcome, now: Now) -> Build:
    """The build of an open pipeline. One that ended before and runs again was rerun."""
    if b.state.ended and not b.pipeline_ended:
        return b
    if b.state.ended:
        b = structs.replace(
            b,
            ended_at=None,
            reason=None,
            cancel=None,
            pipeline_ended=False,
            reruns=b.reruns + 1,
            notified=None,
        )
    if outcome.kind is OutcomeKind.HELD:
        since = b.held_since or now.wall
        return structs.replace(
            b,
            state=BuildState.HELD,
            held_since=since,
            waits_for=(outcome.reason,) if outcome.reason else (),
        )
    held_for = b.held_for + (now.wall - b.held_since if b.held_since else 0.0)
    return structs.replace(
        b, state=BuildState.RUNNING, held_since=None, held_for=held_for, waits_for=()
    )


def _to_cancel(b: Build) -> bool:
    return b.cancel is not None and not b.state.ended


def _open(f: Facts) -> tuple[str, ...]:
    """The workflows that can be canceled; a pipeline that has none yet is asked again soon."""
    return tuple(
        workflow.id
        for workflow in newest_of_each(f.reading.workflows if f.reading else ())
        if not KINDS.get(workflow.status, OutcomeKind.RUNNING).ended
    )


def _cancel(b: Build, open_ones: tuple[str, ...], now: Now) -> BuildStep:
    """Cancel what is open."""
    return CancelPipeline(workflow_ids=open_ones, build=ended(b, BuildState.CANCELED, now, None))


def _overdue(b: Build, now: Now) -> bool:
    at = times_out_at(b)
    return at is not None and now.wall >= at
