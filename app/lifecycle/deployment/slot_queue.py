"""An environment's line: what runs, what waits, what is next (pure).

Rollbacks go first, then lower deployment ids. People's requests wait in order; of automatic ones
only the newest waits, and under `cancel` only the newest of all. A deployment that waits for
something other than its turn is listed beside the line. Whatever is older than a success is
dropped.

Most functions return the slot and the ids of the deployments to look at again because of the
change.
"""

from collections.abc import Iterable

from msgspec import structs

from app.model.slot import MOST_ASIDE, Place, Rank, Slot


def enter(slot: Slot, place: Place, *, cancels: bool = False) -> tuple[Slot, tuple[int, ...]]:
    """The slot with the deployment in line; to look at again: those it replaces, and the next up.

    A deployment that is already in line changes nothing. One that is older than another may be
    replaced itself. With `cancels`, the newest replaces people's requests, too.
    """
    if slot.running == place.deployment_id or in_line(slot, place.deployment_id):
        return slot, ()
    line = sorted((*slot.waiting, place), key=lambda p: (p.rank, p.deployment_id))
    replaced = _replaced(line, place, cancels=cancels)
    kept = tuple(p for p in line if p.deployment_id not in replaced)
    after = structs.replace(slot, waiting=kept, aside=_without(slot.aside, place.deployment_id))
    first = kept[0].deployment_id
    others = (first,) if slot.running is None and first != place.deployment_id else ()
    return after, replaced + others


def _replaced(line: Iterable[Place], place: Place, *, cancels: bool) -> tuple[int, ...]:
    """The ids that leave the line because only the newest of their kind may wait."""
    if cancels and place.rank is not Rank.ROLLBACK:
        alike = [p.deployment_id for p in line if p.rank is not Rank.ROLLBACK]
    elif place.automatic:
        alike = [p.deployment_id for p in line if p.automatic]
    else:
        return ()
    return tuple(sorted(alike)[:-1])


def in_line(slot: Slot, deployment_id: int) -> bool:
    """Whether the deployment waits in the line."""
    return any(place.deployment_id == deployment_id for place in slot.waiting)


def may_start(slot: Slot, deployment_id: int) -> bool:
    """Whether the deployment has the slot, or is first in line while the slot is free."""
    if slot.running is not None:
        return slot.running == deployment_id
    return bool(slot.waiting) and slot.waiting[0].deployment_id == deployment_id


def take(slot: Slot, deployment_id: int, now: float) -> Slot:
    """The slot with the deployment running; the caller has asked `may_start`."""
    return structs.replace(
        slot,
        running=deployment_id,
        since=now,
        waiting=_without(slot.waiting, deployment_id),
        aside=_without(slot.aside, deployment_id),
    )


def leave(slot: Slot, deployment_id: int) -> tuple[Slot, tuple[int, ...]]:
    """The slot without the deployment; to look at again: who is next up because of that."""
    freed = slot.running == deployment_id
    after = structs.replace(
        slot,
        running=None if freed else slot.running,
        since=None if freed else slot.since,
        waiting=_without(slot.waiting, deployment_id),
        aside=_without(slot.aside, deployment_id),
    )
    moved = freed or after.waiting != slot.waiting
    return after, _next_up(after) if moved else ()


def set_aside(slot: Slot, place: Place) -> tuple[Slot, tuple[int, ...]]:
    """The slot with the deployment beside its line if there is room; to look at again: the next."""
    after, next_up = leave(slot, place.deployment_id)
    if len(after.aside) >= MOST_ASIDE:
        return after, next_up
    beside = sorted((*after.aside, place), key=lambda p: p.deployment_id)
    return structs.replace(after, aside=tuple(beside)), next_up


def succeed(slot: Slot, deployment_id: int) -> tuple[Slot, tuple[int, ...]]:
    """The slot after a success; to look at again: older ones that waited, and the next up."""
    newest = max(deployment_id, slot.succeeded or 0)
    older = [p for p in (*slot.waiting, *slot.aside) if overtaken(p, newest)]
    after = structs.replace(
        slot,
        succeeded=newest,
        waiting=tuple(p for p in slot.waiting if p not in older),
        aside=tuple(p for p in slot.aside if p not in older),
    )
    dropped = tuple(p.deployment_id for p in older)
    return after, dropped + (_next_up(after) if dropped else ())


def overtaken(place: Place, succeeded: int | None) -> bool:
    """Whether something newer succeeded there; never for a rollback, which goes back on purpose."""
    older = succeeded is not None and succeeded > place.deployment_id
    return older and place.rank is not Rank.ROLLBACK


def _next_up(slot: Slot) -> tuple[int, ...]:
    return (slot.waiting[0].deployment_id,) if slot.running is None and slot.waiting else ()


def _without(places: tuple[Place, ...], deployment_id: int) -> tuple[Place, ...]:
    return tuple(place for place in places if place.deployment_id != deployment_id)
