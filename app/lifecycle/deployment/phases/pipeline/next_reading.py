"""When a pipeline is read again unprompted: while it runs, and later for a rerun (pure)."""

from app.lifecycle.backoff import left_alone
from app.lifecycle.deployment.phases.transitions import unwanted_since
from app.lifecycle.look_types import Limits, Now
from app.model.build import Build, BuildState

HURRY = 5.0
"""Seconds between reads of a pipeline that was just told to stop, or to go on."""

RERUN_WITHIN = 3600.0
"""Seconds for which somebody may still rerun a pipeline that didn't succeed."""

_RERUN = (BuildState.FAILED, BuildState.ERRORED, BuildState.CANCELED)


def rerun_checked_at(b: Build, now: Now, limits: Limits) -> float | None:
    """When to look for a rerun next (epoch seconds), less and less often; None: not again.

    By our own clock alone, as the CI's, which tells when the pipeline ended, may differ.
    """
    if left_alone(b, ("ci",), now.wall, limits.give_up):
        return None
    if not b.pipeline_ended or b.workflow_id is None or b.state not in _RERUN or b.restored:
        return None
    began = b.concluded_at or b.ended_at or 0.0
    last = max(b.looked_at or 0.0, began)
    at = last + max(limits.watch, last - began)
    return at if at - began <= RERUN_WITHIN else None


def next_reading_at(b: Build, limits: Limits) -> float:
    """When to read an open pipeline next (epoch seconds): soon, if it was just told something.

    A moment that lies far ahead comes from a wrong clock.
    """
    since = b.looked_at or b.started_at or 0.0
    told = max(unwanted_since(b) or 0.0, b.approval_passed_on.at if b.approval_passed_on else 0.0)
    hurry = abs(since - told) < limits.watch
    return since + (min(limits.watch, HURRY) if hurry else limits.watch)
