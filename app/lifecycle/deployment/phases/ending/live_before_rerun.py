"""What was live when a pipeline was run again on the CI's page (pure)."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import left_alone
from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.lifecycle.planning.history.live_deployment import live_in
from app.model.build import Build, BuildState


def learn_live_before(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Read once for each rerun what is live before it, as that may have changed since the plan.

    As long as GitHub doesn't answer, people aren't told what was live.
    """
    known = b.live_known == b.reruns or b.state is BuildState.EXTERNAL
    if known or left_alone(b, ("github",), now.wall, limits.give_up):
        return None
    if f.there is UNSET:
        return Read(what=What.THERE)
    return Become(record=structs.replace(b, live_then=live_in(f.there), live_known=b.reruns))
