"""A pipeline that runs already, found again or rerun: it takes the slot if that is free (pure)."""

from msgspec import UNSET, structs

from app.lifecycle.deployment import slot_queue as slots
from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.look_types import Become, Finish, Now, Read
from app.model.build import Build
from app.model.slot import Listing, SlotChange


def occupy(b: Build, f: Facts, now: Now) -> BuildStep:
    """Record a build whose pipeline runs already, with the slot if that is free.

    If another has the slot, that keeps it: the two run side by side, and people are told.
    """
    if b.occupies_slot or not b.exclusive:
        return Become(record=b)
    slot = f.slot_of(b)
    if slot is UNSET:
        return Read(what=What.SLOT)
    if slot.running not in (None, b.deployment_id):
        return Become(record=structs.replace(b, beside=slot.running))
    taken = slots.take(slot, b.deployment_id, now.wall)
    return Finish(
        due_at=0.0,
        build=structs.replace(b, slot=slot.name, standing=Listing.RUNNING, beside=None),
        slot=SlotChange(before=slot, after=taken),
    )
