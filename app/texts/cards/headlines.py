"""The live message's headline: what is happening, in a few words."""

from collections.abc import Callable

from app.model.build import Build, BuildState
from app.model.github.states import state_of
from app.model.reasons.approvals import Rejected
from app.model.reasons.ci import CIUnseen
from app.model.reasons.deployments import DeploymentDeleted, PullRequestClosed, Replaced
from app.model.reasons.gates import Canceled, Superseded
from app.model.reasons.pipeline import (
    ApprovalTimedOut,
    PipelineUndecided,
    TimedOut,
    WorkflowNamedDifferently,
)
from app.texts.cards.description import state_word
from app.texts.cards.stuck import stuck_at, unanswered
from app.texts.links import name_of
from app.texts.markup import code, plain, words
from app.texts.phrases import duration

UNKNOWN = PipelineUndecided | CIUnseen | WorkflowNamedDifferently
"""Reasons for which nobody can tell how the pipeline ended."""

_WAITING = {
    "approval_needed": "Waiting for approval",
    "checks_pending": "Waiting for checks",
    "checks_failed": "Waiting for checks",
    "requires_pending": "Waiting for another environment",
    "locked_out": "Waiting for the lock",
    "frozen_until": "Waiting for the freeze to end",
    "window_closed": "Waiting for a deploy window",
    "busy": "Queued",
    "held_after_rollback": "On hold",
    "configuration_invalid": "On hold",
    "configuration_unreadable": "On hold",
    "circleci_down": "Waiting for CircleCI",
    "circleci_rate_limited": "Waiting for CircleCI",
    "circleci_unseen": "Waiting for CircleCI",
    "github_down": "Waiting for GitHub",
    "github_rate_limited": "Waiting for GitHub",
}
"""Headlines by the name of a reason to wait; the first one that applies is shown."""


def headline(build: Build) -> str:
    """What is happening, in a few words (markup)."""
    if build.cancel is not None and build.stoppable:
        return "Canceling"
    return _HEADLINES[build.state](build)


def standing(build: Build) -> str:
    """The headline as part of a sentence, as plain text."""
    said = plain(headline(build))
    return f"{said[:1].lower()}{said[1:]}"


def took(build: Build) -> float | None:
    """Seconds from its pipeline's start (or its creation) to its end; None if unknown or rerun."""
    begun = build.started_at or build.created_at
    if begun is None or build.ended_at is None or build.reruns:
        return None
    return build.ended_at - begun


def _waiting_head(build: Build) -> str:
    names = {reason.name for reason in build.waits_for}
    for name, head in _WAITING.items():
        if name in names:
            return head
    stuck = stuck_at(build)
    if stuck is not None:
        return _WAITING.get(stuck.name, "Starting")
    return _WAITING["circleci_down"] if unanswered(build) else "Starting"


def _running_head(build: Build) -> str:
    jobs = build.jobs
    if jobs is None or not jobs.total:
        return _deploying(build)
    return f"{_deploying(build)} — {jobs.done} of {jobs.total} jobs"


def _deploying(build: Build) -> str:
    return "Rolling back" if _rolls_back(build) else "Deploying"


def _rolls_back(build: Build) -> bool:
    return build.plan is not None and build.plan.payload.rollback_of is not None


def _succeeded_head(build: Build) -> str:
    seconds = took(build)
    did = "Rolled back" if _rolls_back(build) else "Deployed"
    return did if seconds is None else f"{did} in {duration(seconds)}"


def _failed_head(build: Build) -> str:
    job = build.jobs.failed if build.jobs else ""
    seconds = took(build)
    at = f" at {code(job)}" if job else ""
    return f"Failed{at}" if seconds is None else f"Failed{at} after {duration(seconds)}"


def _errored_head(build: Build) -> str:
    if isinstance(build.reason, TimedOut):
        return f"Timed out after {duration(build.timeout)}"
    if isinstance(build.reason, UNKNOWN):
        return "Outcome unknown"
    if isinstance(build.reason, ApprovalTimedOut):
        return "Never approved"
    if build.pipeline_id is None:
        return "Not started"
    return "Ended with an error"


def superseded(build: Build) -> bool:
    """Whether a newer deployment took its place, in our queue or on CircleCI."""
    return isinstance(build.reason, Superseded)


def _canceled_head(build: Build) -> str:
    if superseded(build):
        return "Superseded"
    if build.cancel is None or not isinstance(build.why, Canceled | Rejected):
        return "Canceled"
    did = "Rejected" if build.cancel.rejected else "Canceled"
    return f"{did} by {name_of(build.cancel.by)}"


def _inactive_head(build: Build) -> str:
    if isinstance(build.reason, DeploymentDeleted):
        return "Deleted on GitHub"
    if isinstance(build.reason, PullRequestClosed):
        return "Closed"
    if isinstance(build.reason, Replaced) and build.reason.rolled_back_by:
        return f"Rolled back by {words(build.reason.rolled_back_by)}"
    return "Superseded" if superseded(build) else "No longer live"


def _external_head(build: Build) -> str:
    return state_word(state_of(build.status)).capitalize()


_HEADLINES: dict[BuildState, Callable[[Build], str]] = {
    BuildState.WAITING: _waiting_head,
    BuildState.TRIGGERING: _waiting_head,
    BuildState.RUNNING: _running_head,
    BuildState.ON_HOLD: lambda _: "Waiting for approval",
    BuildState.SUCCEEDED: _succeeded_head,
    BuildState.FAILED: _failed_head,
    BuildState.ERRORED: _errored_head,
    BuildState.CANCELED: _canceled_head,
    BuildState.INACTIVE: _inactive_head,
    BuildState.EXTERNAL: _external_head,
}
