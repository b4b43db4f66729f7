"""From a deployment to its one pipeline: gates, slot, trigger and the trigger's guard."""

from app.lifecycle.backoff import waits
from app.lifecycle.deployment.phases.starting.judging import freshly_judged, judge
from app.lifecycle.deployment.phases.starting.queueing import left_behind, take_slot
from app.lifecycle.deployment.phases.transitions import (
    ended,
    lost_to,
    stopped,
    unwanted_since,
)
from app.lifecycle.deployment.phases.trigger_guard.ambiguous_trigger import recover
from app.lifecycle.deployment.step_types import BuildStep, Facts, TriggerPipeline
from app.lifecycle.look_types import Become, Limits, Now
from app.lifecycle.planning.pipelines.parameters import with_deployment_id
from app.model.build import Build, BuildState
from app.model.effects import Effect
from app.model.slot import Listing


def start(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """The next step towards the pipeline, as long as there is none."""
    if b.state not in (BuildState.WAITING, BuildState.TRIGGERING) or b.pipeline_id:
        return None
    if Effect.TRIGGER in b.guards:
        return recover(b, f, now, limits)
    if unwanted_since(b) is not None:
        return Become(record=stopped(b, now, limits))
    lost = lost_to(b, now, limits)
    if lost is not None:
        return Become(record=ended(b, BuildState.ERRORED, now, lost))
    if b.standing in (Listing.IN_LINE, Listing.ASIDE):
        newer = left_behind(b, f, now, limits)
        if newer is not None:
            return newer
    if not b.gates_open or b.plan is None:
        return judge(b, f, now, limits)
    if waits(b, "ci", now.wall):
        return None
    if not b.occupies_slot and (b.exclusive or b.standing is Listing.IN_LINE):
        return take_slot(b, b.plan, f, now, limits)
    if not freshly_judged(b, now, limits):
        return judge(b, f, now, limits)
    newer = left_behind(b, f, now, limits)  # something may have succeeded since it was judged
    if newer is not None:
        return newer
    return TriggerPipeline(run=with_deployment_id(b.plan.run, b.deployment_id))
