"""Giving the environment's slot back, in the transaction that records the end."""

from msgspec import UNSET, structs

from app.lifecycle.deployment import slot_queue as slots
from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.look_types import Finish, Limits, Now, Read
from app.model.build import Build
from app.model.slot import SlotChange


def release(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Leave the slot or the line once nothing of this deployment runs any more."""
    if not b.occupies_slot and not b.in_line:
        return None
    if not b.state.ended or not b.pipeline_ended:
        return None
    if f.slot is UNSET:
        return Read(what=What.SLOT)
    after, next_up = slots.leave(f.slot, b.deployment_id)
    return Finish(
        due_at=0.0,
        build=structs.replace(b, occupies_slot=False, in_line=False),
        slot=SlotChange(before=f.slot, after=after) if after != f.slot else None,
        wake=tuple((b.repository_id, deployment_id) for deployment_id in next_up),
    )
