"""When a pipeline is looked at again without being asked to: the watch, and for a rerun (pure)."""

from app.lifecycle.backoff import left_alone
from app.lifecycle.deployment.phases.transitions import unwanted_since
from app.lifecycle.look_types import Limits, Now
from app.model.build import Build, BuildState

HURRY = 5.0
"""Seconds between looks at a pipeline that was just told to stop, or to go on."""

RERUN_WITHIN = 3600.0
"""Seconds for which a pipeline that did not succeed is expected to be rerun."""

_RERUN = (BuildState.FAILED, BuildState.ERRORED, BuildState.CANCELED)


def revisited_at(b: Build, now: Now, limits: Limits) -> float | None:
    """When that is looked at, ever less often and for an hour; epoch seconds, None: not again.

    By our own clock alone: the CI's, which tells when it ended, may be another.
    """
    if left_alone(b, ("ci",), now.wall, limits.give_up):
        return None
    if not b.pipeline_ended or b.workflow_id is None or b.state not in _RERUN or b.restored:
        return None
    began = b.concluded_at or b.ended_at or 0.0
    last = max(b.looked_at or 0.0, began)
    at = last + max(limits.watch, last - began)
    return at if at - began <= RERUN_WITHIN else None


def next_look(b: Build, limits: Limits) -> float:
    """When the pipeline is to be looked at again without being asked to; epoch seconds.

    Soon after it was told something; a moment that lies far ahead is of a clock that was wrong.
    """
    since = b.looked_at or b.started_at or 0.0
    told = max(unwanted_since(b) or 0.0, b.passed_on.at if b.passed_on else 0.0)
    hurry = abs(since - told) < limits.watch
    return since + (min(limits.watch, HURRY) if hurry else limits.watch)
