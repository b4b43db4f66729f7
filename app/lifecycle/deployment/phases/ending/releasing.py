"""Giving the environment's slot back, and recording a success on it, in one transaction."""

from msgspec import UNSET, structs

from app.lifecycle.deployment import slot_queue as slots
from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.look_types import Become, Finish, Limits, Now, Read
from app.lifecycle.planning.history.rollback_hold import after_success
from app.model.build import Build, BuildState
from app.model.github.states import GitHubState, state_of
from app.model.slot import Listing, SlotChange


def release(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Leave the slot or the line once nothing of this deployment runs any more.

    A success, also of a deployment that others run, drops older ones that wait; a rollback's
    success holds automatic deployments from then on.
    """
    over = b.state.ended and b.pipeline_ended
    leaves = over and b.standing is not Listing.UNLISTED
    news = _succeeded(b) and not b.success_told
    if not leaves and not news:
        return None
    slot = f.slot_of(b)
    if slot is UNSET:
        return Read(what=What.SLOT)
    after, woken = slots.leave(slot, b.deployment_id) if leaves else (slot, ())
    if news:
        after, dropped = slots.succeed(after, b.deployment_id)
        after = after_success(after, b)
        waiting = after.aside if slot.hold is not None else ()
        woken = (*dropped, *woken, *(place.deployment_id for place in waiting))
    told = structs.replace(b, success_told=b.success_told or news)
    if leaves:
        told = structs.replace(told, standing=Listing.UNLISTED)
    if after == slot and not woken:
        return Become(record=told)
    return Finish(
        due_at=0.0,
        build=told,
        slot=SlotChange(before=slot, after=after) if after != slot else None,
        wake=tuple((b.repository_id, deployment_id) for deployment_id in dict.fromkeys(woken)),
    )


def _succeeded(b: Build) -> bool:
    if b.state is BuildState.EXTERNAL:
        return state_of(b.status) == GitHubState.SUCCESS
    return b.state is BuildState.SUCCEEDED
