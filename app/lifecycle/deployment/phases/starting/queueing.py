"""The environment's line: entering it, waiting in it, and taking the slot with the trigger."""

from msgspec import UNSET, structs, to_builtins

from app.lifecycle.deployment import slot_queue as slots
from app.lifecycle.deployment.phases.starting.judging import (
    end_superseded,
    freshly_judged,
    judge,
    place_of,
    yield_to_newer,
)
from app.lifecycle.deployment.phases.transitions import deployments_page
from app.lifecycle.deployment.step_types import BuildStep, Facts, TriggerPipeline, What
from app.lifecycle.look_types import Become, Finish, Limits, Now, Read
from app.lifecycle.planning.pipelines.parameters import with_deployment_id
from app.model.build import Build
from app.model.build_parts import CancelRequest
from app.model.note import Note
from app.model.plan import Concurrency, Person, Plan
from app.model.reasons.gates import Busy
from app.model.slot import Listing, Rank, Slot, SlotChange


def take_slot(b: Build, plan: Plan, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Enter the line; the first in it takes the slot with the trigger's intent.

    In the look that enters the line, or takes the slot after a wait, all gates are judged again.
    """
    read = f.slot_of(b)
    if read is UNSET:
        return Read(what=What.SLOT)
    newer = _superseded(b, read, f, now, limits)
    if newer is not None:
        return newer
    slot = read
    if slot.running not in (None, b.deployment_id):
        if f.ahead is UNSET:
            return Read(what=What.AHEAD, of=str(slot.running))
        if not _may_still_run(f.ahead):
            slot, _ = slots.leave(slot, slot.running)
    entered, replaced = slots.enter(slot, place_of(b), cancels=_cancels(b))
    first = slots.may_start(entered, b.deployment_id)
    if (first or b.standing is not Listing.IN_LINE) and not freshly_judged(b, now, limits):
        return judge(b, f, now, limits)
    if first:
        yields = yield_to_newer(b, entered, f, now, limits)
        if yields is not None:
            return yields
        taken = slots.take(entered, b.deployment_id, now.wall)
        return TriggerPipeline(
            run=with_deployment_id(plan.run, b.deployment_id),
            slot=SlotChange(before=read, after=taken),
        )
    if f.ahead is UNSET:
        return Read(what=What.AHEAD, of=str(_ahead(entered)))
    if slot.running is None and f.ahead is not None and f.ahead.state.ended:
        return _drop(b, read, f.ahead.deployment_id)
    busy = _busy(b, entered, f.ahead, limits)
    change = SlotChange(before=read, after=entered)
    return _wait_in_line(b, change, replaced, busy, _cancel(b, entered, f.ahead, now))


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
        return Become(record=structs.replace(b, runs_beside=slot.running))
    taken = slots.take(slot, b.deployment_id, now.wall)
    return Finish(
        due_at=0.0,
        build=structs.replace(b, slot=slot.name, standing=Listing.RUNNING, runs_beside=None),
        slot=SlotChange(before=slot, after=taken),
    )


def left_behind(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """The next read, or its end if a newer one has succeeded or replaced it there.

    The slot tells what GitHub no longer does: a newer deployment that has succeeded stays the
    newest, even if an older one went live after it.
    """
    slot = f.slot_of(b)
    if slot is UNSET:
        return Read(what=What.SLOT)
    return _superseded(b, slot, f, now, limits)


def _superseded(b: Build, slot: Slot, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Its end if a newer deployment has succeeded, or has replaced it in the line."""
    if slots.overtaken(place_of(b), slot.succeeded):
        return end_superseded(b, slot.succeeded, f, now, limits)
    listed = slot.running == b.deployment_id or slots.in_line(slot, b.deployment_id)
    if listed or b.standing is not Listing.IN_LINE:
        return None
    newer = [p.deployment_id for p in slot.waiting if p.automatic or _cancels(b)]
    by = max((*newer, slot.running or 0))
    return end_superseded(b, by if by > b.deployment_id else None, f, now, limits)


def _drop(b: Build, slot: Slot, over: int) -> Finish:
    """Take a deployment that has ended out of the line, then look again."""
    after, next_up = slots.leave(slot, over)
    return Finish(
        due_at=0.0,
        build=b,
        slot=SlotChange(before=slot, after=after),
        wake=tuple((b.repository_id, deployment_id) for deployment_id in next_up),
    )


def _wait_in_line(
    b: Build,
    entered: SlotChange,
    replaced: tuple[int, ...],
    busy: Busy,
    notes: tuple[Note, ...],
) -> BuildStep | None:
    """Take the place in line; the next look cancels what runs (if it is to) and tells people."""
    waiting = structs.replace(
        b, slot=entered.after.name, standing=Listing.IN_LINE, waits_for=(busy,)
    )
    if entered.after != entered.before:
        wake = tuple((b.repository_id, deployment_id) for deployment_id in replaced)
        return Finish(due_at=0.0, build=waiting, slot=entered, wake=wake)
    if notes:
        told = structs.replace(waiting, canceling=entered.after.running)
        return Finish(due_at=0.0, build=told, notes=notes)
    return None if waiting == b else Become(record=waiting)


def _cancels(b: Build) -> bool:
    return b.plan is not None and b.plan.concurrency is Concurrency.CANCEL


def _cancel(b: Build, slot: Slot, ahead: Build | None, now: Now) -> tuple[Note, ...]:
    """Cancel what runs: under `cancel`, or because somebody agreed to that.

    Only once this one has its place in the line, as what waits there would otherwise go first. An
    automatic deployment doesn't cancel a rollback (`ahead`): once it succeeds, that stops automatic
    ones anyway.
    """
    if slot.running is None or slot.running >= b.deployment_id:
        return ()
    if b.standing is not Listing.IN_LINE or b.canceling == slot.running:
        return ()
    if b.plan is not None and b.plan.cancels == slot.running:
        by = b.requester
    elif _cancels(b) and not (place_of(b).automatic and _rolls_back(ahead)):
        by = None
    else:
        return ()
    cancel = CancelRequest(by=by or Person(name=f"deployment {b.deployment_id}"), at=now.wall)
    return (
        Note(
            repository_id=b.repository_id,
            deployment_id=slot.running,
            once={"cancel": to_builtins(cancel)},
        ),
    )


def _rolls_back(ahead: Build | None) -> bool:
    return ahead is not None and place_of(ahead).rank is Rank.ROLLBACK


def _may_still_run(ahead: Build | None) -> bool:
    """Whether the deployment in the slot may still run, by its own record.

    One that is never looked at again would never give the slot back.
    """
    if ahead is None:
        return True
    over = ahead.state.ended and ahead.pipeline_ended
    return ahead.due_at is not None and not over


def _ahead(slot: Slot) -> int:
    """What runs, or else the first in line."""
    return slot.running or slot.waiting[0].deployment_id


def _busy(b: Build, slot: Slot, ahead: Build | None, limits: Limits) -> Busy:
    """What occupies the environment, and this one's position in the line."""
    line = [place.deployment_id for place in slot.waiting]
    asker = ahead.requester if ahead else None
    return Busy(
        environment=b.environment,
        running=_ahead(slot),
        ref=ahead.ref if ahead else "",
        by=asker.display_name if asker else "",
        position=line.index(b.deployment_id) + 1 if b.deployment_id in line else 1,
        url=deployments_page(b, limits),
    )
