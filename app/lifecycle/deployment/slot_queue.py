"""The line of an environment: who runs, who waits, who is next (pure).

Rollbacks go first, then by deployment id. People's requests wait in order; of automatic
ones only the newest waits.
"""

from msgspec import structs

from app.model.slot import Place, Slot


def enter(slot: Slot, place: Place) -> tuple[Slot, tuple[int, ...]]:
    """The slot with the deployment in line, and who is to look again.

    Those are the automatic ones that it replaces, and the first in line of a free slot. One
    that runs or waits already changes nothing; an automatic one that is older than one that
    waits is itself replaced.
    """
    if slot.running == place.deployment_id or in_line(slot, place.deployment_id):
        return slot, ()
    line = sorted((*slot.waiting, place), key=lambda p: (p.rank, p.deployment_id))
    automatic = [p.deployment_id for p in line if p.automatic]
    replaced = tuple(sorted(automatic)[:-1]) if place.automatic else ()
    kept = tuple(p for p in line if p.deployment_id not in replaced)
    after = structs.replace(slot, waiting=kept)
    first = kept[0].deployment_id
    others = (first,) if slot.running is None and first != place.deployment_id else ()
    return after, replaced + others


def in_line(slot: Slot, deployment_id: int) -> bool:
    """Whether the deployment waits."""
    return any(place.deployment_id == deployment_id for place in slot.waiting)


def may_start(slot: Slot, deployment_id: int) -> bool:
    """Whether the slot is free and the deployment first in line, or it is its own already."""
    if slot.running is not None:
        return slot.running == deployment_id
    return bool(slot.waiting) and slot.waiting[0].deployment_id == deployment_id


def take(slot: Slot, deployment_id: int, now: float) -> Slot:
    """The slot with the deployment running; the caller asked `may_start`."""
    left = tuple(place for place in slot.waiting if place.deployment_id != deployment_id)
    return structs.replace(slot, running=deployment_id, since=now, waiting=left)


def leave(slot: Slot, deployment_id: int) -> tuple[Slot, tuple[int, ...]]:
    """The slot without the deployment, running or waiting, and who is to look again.

    That is the first in line, if the slot is free; nobody, if nothing changed.
    """
    left = tuple(place for place in slot.waiting if place.deployment_id != deployment_id)
    freed = slot.running == deployment_id
    if not freed and len(left) == len(slot.waiting):
        return slot, ()
    after = structs.replace(
        slot,
        running=None if freed else slot.running,
        since=None if freed else slot.since,
        waiting=left,
    )
    next_up = (left[0].deployment_id,) if after.running is None and left else ()
    return after, next_up
