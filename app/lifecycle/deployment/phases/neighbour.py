"""Somebody else's deployment beside ours: we can't hold it back, so people are told."""

from msgspec import UNSET, structs

from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.look_types import Become, Finish, Limits, Now, Read
from app.model.build import Build, BuildState, Origin
from app.model.github.states import GitHubState, state_of
from app.model.note import Note


def announce(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Note once, on the deployment that runs there, that somebody else's has begun beside it."""
    begun = b.state is BuildState.EXTERNAL and state_of(b.status) == GitHubState.IN_PROGRESS
    if not begun or b.announced or b.origin is not Origin.FOREIGN:
        return None
    slot = f.slot_of(b)
    if slot is UNSET:
        return Read(what=What.SLOT)
    told = structs.replace(b, announced=True)
    if slot.running is None:
        return Become(record=told)
    by = b.app_slug or b.creator
    note = Note(repository_id=b.repository_id, deployment_id=slot.running, facts={"neighbour": by})
    return Finish(due_at=0.0, build=told, notes=(note,), wake=((b.repository_id, slot.running),))
