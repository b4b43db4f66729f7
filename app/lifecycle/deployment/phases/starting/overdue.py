"""Giving up on what has waited too long for its pipeline to start (pure)."""

from app.lifecycle.deployment.phases.transitions import ended
from app.lifecycle.deployment.step_types import BuildStep, Facts
from app.lifecycle.look_types import Become, Limits, Now
from app.lifecycle.wait_times import over, waits_of
from app.model.build import Build, BuildState
from app.model.effects import Effect
from app.model.reasons.base import Linked
from app.model.reasons.gates import ChecksPending, WaitedTooLong


def give_up_waiting(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """End a deployment that has waited too long for something, and still waits for it.

    Earlier phases of this look have read whether it still has to wait, if that could be read.
    """
    if b.state is not BuildState.WAITING or Effect.TRIGGER in b.guards:
        return None
    wait = next((one for one in sorted(waits_of(b)) if over(b, one, limits)), None)
    if wait is None:
        return None
    reason = WaitedTooLong(
        what=wait, seconds=b.waited[wait], environment=b.environment, checks=_awaited(b)
    )
    return Become(record=ended(b, BuildState.ERRORED, now, reason))


def _awaited(b: Build) -> tuple[Linked, ...]:
    """The checks that it waits for, including those that were never reported."""
    pending = [one for one in b.waits_for if isinstance(one, ChecksPending)]
    missing = [Linked(name=name) for one in pending for name in one.missing]
    return (*(check for one in pending for check in one.checks), *missing)
