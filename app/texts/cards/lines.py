"""The lines of the live message below its headline, state by state."""

from collections.abc import Callable

from msgspec import structs

from app.model.build import Build, BuildState
from app.model.build_parts import JobProgress
from app.model.reasons.ci import CIDown, CISkipped, CIUnseen
from app.model.reasons.deployments import PullRequestClosed
from app.model.reasons.gates import Superseded
from app.model.reasons.pipeline import (
    ApprovalJobWaiting,
    ApprovalTimedOut,
    CIConfigError,
    CINoTagFilter,
    CINoWorkflow,
    JobFailed,
    PipelineCanceledElsewhere,
    PipelineDoubled,
    RunsBeside,
    TimedOut,
    WorkflowFailed,
    WorkflowNamedDifferently,
)
from app.texts.cards.remarks import by_others, neighbour
from app.texts.cards.stuck import misnamed, stuck_at, stuck_line, unanswered
from app.texts.failures.catalogue import explain, explain_all
from app.texts.links import name_of, ran_before, site_link
from app.texts.markup import bold, code, link, local_time
from app.texts.phrases import day_time

_SHOWN_OR_GONE = (BuildState.SUCCEEDED, BuildState.INACTIVE)


def happening(build: Build, *, before: bool = False) -> tuple[str, ...]:
    """What the state means for the reader and what comes next (markup).

    With `before`, a deployment that didn't succeed also says what was live before it.
    """
    if build.cancel is not None and build.stoppable:
        by, at = name_of(build.cancel.by), local_time(build.cancel.at)
        did = "rejected" if build.cancel.rejected else "canceled"
        said = f"{by} {did} this at {at}. Waiting for CircleCI to stop."
        return (said, *stuck_line(build))
    lines = _HAPPENING[build.state](build)
    instead = _before(build) if before else ()
    return (*lines, *by_others(build), *neighbour(build), *beside(build), *instead, *doubled(build))


def doubled(build: Build) -> tuple[str, ...]:
    """A line about a second pipeline that was started by accident, and canceled (markup)."""
    if not build.second_pipeline:
        return ()
    told = PipelineDoubled(
        kept=build.build_number, kept_url=build.build_url, canceled_url=build.second_pipeline
    )
    return (explain(told),)


def beside(build: Build) -> tuple[str, ...]:
    """A line that says that another deployment runs in the environment as well (markup)."""
    if build.runs_beside is None or build.state.ended:
        return ()
    return (explain(RunsBeside(running=build.runs_beside, environment=build.environment)),)


def live_url(build: Build) -> str:
    """The URL of the deployed site; empty if unknown."""
    others = build.seen_others.environment_url if build.seen_others else ""
    return build.deploy_url or (build.status.environment_url if build.status else "") or others


def log_url(build: Build) -> str:
    """The URL of the logs; empty if unknown."""
    return build.build_url or (build.status.log_url if build.status else "")


def _waiting(build: Build) -> tuple[str, ...]:
    reasons = [*build.waits_for]
    stuck = stuck_at(build)
    if stuck is not None and stuck.name not in {reason.name for reason in reasons}:
        reasons.append(stuck)
    if reasons:
        return (explain_all(reasons, waits=True),)
    if unanswered(build):
        return (explain(CIDown(unsure=True)),)
    return ("The pipeline is about to start.",)


def _running(build: Build) -> tuple[str, ...]:
    job = build.jobs.current if build.jobs else ""
    begun = build.running_since
    running = "Rerunning on CircleCI" if build.reruns else "Running"
    since = f" since {local_time(begun)}" if begun else ""
    said = f"{running}{since}{f' · {code(job)}' if job else ''}"
    return (said, *misnamed(build, log_url(build)), *stuck_line(build))


def _on_hold(build: Build) -> tuple[str, ...]:
    job = build.jobs.approval if build.jobs else ""
    listed = build.plan.approvers if build.plan else ()
    held = explain(
        ApprovalJobWaiting(
            job=job, url=log_url(build), listed=listed, refused=build.approval_refused
        )
    )
    return (held, *misnamed(build, log_url(build)), *stuck_line(build))


def _succeeded(build: Build) -> tuple[str, ...]:
    live, logs = live_url(build), log_url(build)
    parts = [
        f"Open {site_link(live)}" if live else "",
        link(logs, "logs") if logs else "",
        explain(build.reason) if build.reason else "",
    ]
    shown = " · ".join(part for part in parts if part)
    return (shown,) if shown else ()


def _failed(build: Build) -> tuple[str, ...]:
    jobs, reason = build.jobs, build.reason or JobFailed()
    if isinstance(reason, JobFailed):
        job = reason.job or (jobs.failed if jobs else "")
        url = reason.url or (jobs.failed_url if jobs else "") or log_url(build)
        reason = structs.replace(reason, job=job, url=url)
    return (explain(reason),)


_OF_PIPELINE = (
    CIConfigError
    | CINoTagFilter
    | CINoWorkflow
    | CISkipped
    | CIUnseen
    | WorkflowNamedDifferently
    | ApprovalTimedOut
    | PipelineCanceledElsewhere
    | TimedOut
    | WorkflowFailed
)
"""Reasons whose sentence links the pipeline."""


def _ended(build: Build) -> tuple[str, ...]:
    reason = build.why
    if isinstance(reason, _OF_PIPELINE) and not reason.url:
        reason = structs.replace(reason, url=log_url(build))
    if reason is None:
        return ()
    said = explain(reason)
    if isinstance(reason, Superseded) and not build.ran:
        said = f"{said} This one was never started."
    if isinstance(reason, PullRequestClosed) and build.ran:
        said = f"{said} Nothing was torn down: what was deployed there is still there."
    if isinstance(reason, TimedOut) and build.occupies_slot:
        said = f"{said} Until it ends, nothing else starts in {bold(build.environment)}."
    stuck = stuck_line(build) if build.left_running else ()
    return (said, *stuck)


def _external(build: Build) -> tuple[str, ...]:
    description = build.status.description if build.status else ""
    live, logs = live_url(build), log_url(build)
    parts = [
        code(description) if description else "",
        f"Open {site_link(live)}" if live else "",
        link(logs, "logs") if logs else "",
    ]
    shown = " · ".join(part for part in parts if part)
    return (shown,) if shown else ()


_HAPPENING: dict[BuildState, Callable[[Build], tuple[str, ...]]] = {
    BuildState.WAITING: _waiting,
    BuildState.TRIGGERING: _waiting,
    BuildState.RUNNING: _running,
    BuildState.ON_HOLD: _on_hold,
    BuildState.SUCCEEDED: _succeeded,
    BuildState.FAILED: _failed,
    BuildState.ERRORED: _ended,
    BuildState.CANCELED: _ended,
    BuildState.INACTIVE: _ended,
    BuildState.EXTERNAL: _external,
}


def _before(build: Build) -> tuple[str, ...]:
    """What was live before a deployment that didn't succeed (markup).

    Once its pipeline ran, nobody knows what is live now: a job may have stopped halfway.
    """
    live = build.live_before
    ended = build.state in (BuildState.FAILED, BuildState.ERRORED, BuildState.CANCELED)
    if live is None or not ended:
        return ()
    before = ran_before(build, live)
    if not build.ran:
        return (f"{before} is still live in {bold(build.environment)}.",)
    since = day_time(live.since)
    jobs = build.jobs or JobProgress()
    job = jobs.failed or jobs.stopped or jobs.current
    what = code(job) if job else "the pipeline"
    return (f"Before this, {before} was live (since {since}); {what} may have changed something.",)


def link_meanwhile(build: Build) -> tuple[str, ...]:
    """A link to the site that is still live until this deployment succeeds (markup)."""
    url = live_url(build)
    if not url or build.live_before is None or build.state in _SHOWN_OR_GONE:
        return ()
    return (f"Until then: {site_link(url)}",)
