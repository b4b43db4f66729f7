"""What is live in a pull request's environment ends when the pull request is closed (pure)."""

from app.lifecycle.deployment.phases.transitions import stopped
from app.lifecycle.deployment.step_types import BuildStep, Facts
from app.lifecycle.look_types import Become, Limits, Now
from app.model.build import Build, BuildState


def close(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """A success becomes inactive; what waits or runs is stopped where that is decided."""
    del f
    live = b.state is BuildState.SUCCEEDED and b.pipeline_ended
    return Become(build=stopped(b, now, limits)) if live and b.closed is not None else None
