"""From a deployment to its one pipeline: gates, slot, trigger and the trigger's guard."""

from msgspec import UNSET, structs, to_builtins

from app.lifecycle.backoff import waits
from app.lifecycle.deployment import slot_queue as slots
from app.lifecycle.deployment.phases.ambiguous_trigger import recover, unreadable
from app.lifecycle.deployment.phases.transitions import ended, lost_to, planned
from app.lifecycle.deployment.step_types import BuildStep, Facts, TriggerPipeline, What
from app.lifecycle.look_types import Become, Finish, Limits, Now, Read
from app.lifecycle.planning.deploy_request import AUTOMATIC
from app.lifecycle.planning.parameters import with_deployment_id
from app.model.build import Build, BuildState, CancelRequest, Origin
from app.model.effects import Effect
from app.model.note import Note
from app.model.pages import page
from app.model.plan import Concurrency, Person, Plan
from app.model.reasons import RefusedOnGitHub
from app.model.reasons.gates import Busy, ChecksPending, Superseded
from app.model.slot import Place, Rank, Slot, SlotChange


def start(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """The next step towards the pipeline, while there is none."""
    if b.state not in (BuildState.WAITING, BuildState.TRIGGERING) or b.pipeline_id:
        return None
    if Effect.TRIGGER in b.guards:
        return recover(b, f, now, limits)
    if b.cancel is not None:
        return Become(build=ended(b, BuildState.CANCELED, now, None))
    lost = lost_to(b, now, limits)
    if lost is not None:
        return Become(build=ended(b, BuildState.ERRORED, now, lost))
    if b.judged_sha != b.sha or b.plan is None:
        return _judge(b, f, now)
    if waits(b, "ci", now.wall):
        return None
    if b.occupies_slot or not b.exclusive:
        return TriggerPipeline(run=with_deployment_id(b.plan.run, b.deployment_id))
    return _take_slot(b, b.plan, f, now, limits)


def _judge(b: Build, f: Facts, now: Now) -> BuildStep | None:
    """The gates, on the deployment's own commit."""
    if f.judgement is UNSET:
        return None if unreadable(b, now) else Read(what=What.JUDGEMENT)
    verdict, plan = f.judgement.verdict, f.judgement.plan
    if plan is not None:
        b = planned(b, plan)
    if verdict.refusals or (plan is None and not verdict.waits):
        creator = b.creator if b.origin is not Origin.OURS else ""
        reason = RefusedOnGitHub(creator=creator, reasons=verdict.refusals)
        return Become(build=ended(b, BuildState.ERRORED, now, reason))
    if verdict.waits:
        checks = any(isinstance(reason, ChecksPending) for reason in verdict.waits)
        waiting = structs.replace(b, waits_for=verdict.waits, waiting_sha=b.sha if checks else None)
        return Become(build=waiting) if waiting != b else None
    return Become(
        build=structs.replace(
            b, judged_sha=b.sha, gates_at=now.wall, waits_for=(), waiting_sha=None
        )
    )


def _take_slot(b: Build, plan: Plan, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Enter the line; the first in it takes the slot with the trigger's intent."""
    if f.slot is UNSET:
        return Read(what=What.SLOT)
    slot = f.slot
    if b.in_line and slot.running != b.deployment_id and not slots.in_line(slot, b.deployment_id):
        reason = _superseded(b, slot, limits)
        return Become(build=ended(b, BuildState.INACTIVE, now, reason))
    if slot.running not in (None, b.deployment_id):
        if f.ahead is UNSET:
            return Read(what=What.AHEAD, of=str(slot.running))
        if not _holds(f.ahead):
            slot, _ = slots.leave(slot, slot.running)
    rank = Rank.ROLLBACK if b.trigger == "rollback" else Rank.ASKED
    place = Place(deployment_id=b.deployment_id, rank=rank, automatic=b.trigger in AUTOMATIC)
    entered, replaced = slots.enter(slot, place)
    if slots.may_start(entered, b.deployment_id):
        taken = slots.take(entered, b.deployment_id, now.wall)
        return TriggerPipeline(
            run=with_deployment_id(plan.run, b.deployment_id),
            slot=SlotChange(before=f.slot, after=taken),
        )
    if f.ahead is UNSET:
        return Read(what=What.AHEAD, of=str(_ahead(entered)))
    busy = _busy(b, entered, f.ahead, limits)
    return _wait_in_line(b, SlotChange(before=f.slot, after=entered), replaced, busy, now)


def _wait_in_line(
    b: Build, entered: SlotChange, replaced: tuple[int, ...], busy: Busy, now: Now
) -> BuildStep | None:
    """Take the place in line; once it is ours, the rest of the look says what is waited for."""
    waiting = structs.replace(b, in_line=True, waits_for=(busy,))
    notes = _cancel(b, entered.after, now)
    if entered.after == entered.before:
        if waiting == b:
            return None
        another = notes and notes[0].deployment_id < b.deployment_id  # no rollback that went first
        return Finish(due_at=0.0, build=waiting, notes=notes) if another else Become(build=waiting)
    wake = tuple((b.repository_id, deployment_id) for deployment_id in replaced)
    return Finish(due_at=0.0, build=waiting, slot=entered, wake=wake, notes=notes)


def _cancel(b: Build, slot: Slot, now: Now) -> tuple[Note, ...]:
    """Under `cancel`, tell what runs that this one cancels it."""
    cancels = b.plan is not None and b.plan.concurrency is Concurrency.CANCEL
    if not cancels or slot.running is None:
        return ()
    cancel = CancelRequest(by=Person(name=f"deployment {b.deployment_id}"), at=now.wall)
    return (
        Note(
            repository_id=b.repository_id,
            deployment_id=slot.running,
            once={"cancel": to_builtins(cancel)},
        ),
    )


def _holds(ahead: Build | None) -> bool:
    """Whether something of the deployment in the slot may still run, by its own record.

    One that is looked at no more would never give the slot back.
    """
    if ahead is None:
        return True
    over = ahead.state.ended and ahead.pipeline_ended
    return ahead.due_at is not None and not over


def _ahead(slot: Slot) -> int:
    """What runs, or else the first in line."""
    return slot.running or slot.waiting[0].deployment_id


def _busy(b: Build, slot: Slot, ahead: Build | None, limits: Limits) -> Busy:
    """What has the environment, and how many wait before this one."""
    line = [place.deployment_id for place in slot.waiting]
    return Busy(
        environment=b.environment,
        running=_ahead(slot),
        ref=ahead.ref if ahead else "",
        position=line.index(b.deployment_id) + 1 if b.deployment_id in line else 1,
        url=_page(b, limits),
    )


def _superseded(b: Build, slot: Slot, limits: Limits) -> Superseded:
    """By the newer automatic deployment: it waits, of which there is one, or runs by now."""
    newer = [place.deployment_id for place in slot.waiting if place.automatic]
    by = max((*newer, slot.running or 0))
    known = by > b.deployment_id
    return Superseded(by=by if known else None, url=_page(b, limits) if known else "")


def _page(b: Build, limits: Limits) -> str:
    return page(limits.html, b.repository, "deployments", b.environment)
