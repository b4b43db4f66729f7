"""The gates of a deployment that exists: they open, it waits beside the line, or it ends."""

from collections.abc import Sequence

from msgspec import UNSET, structs

from app.lifecycle.backoff import waits
from app.lifecycle.deployment import slot_queue as slots
from app.lifecycle.deployment.phases.transitions import (
    deployments_page,
    ended,
    planned,
    unwanted_since,
)
from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.look_types import Become, Finish, Limits, Now, Read
from app.lifecycle.planning.gates.question import Verdict
from app.model.build import Build, BuildState, Origin
from app.model.reasons import Reason, RefusedOnGitHub
from app.model.reasons.gates import (
    ChecksFailed,
    ChecksPending,
    ConfigurationInvalid,
    ConfigurationUnreadable,
    RequiresPending,
    Superseded,
)
from app.model.slot import Listing, Place, Rank, Slot, SlotChange
from app.model.triggers import AUTOMATIC, Trigger


def judge(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """What the gates say of the deployment's own commit.

    If they refuse, an automatic deployment waits instead of ending, provided that they were open
    for it once or only an invalid configuration is in the way.
    """
    if f.judgement is UNSET:
        return None if unreadable(b, now) else Read(what=What.JUDGEMENT)
    verdict, plan = f.judgement.verdict, f.judgement.plan
    if plan is not None and planned(b, plan) != b:  # first of all: the plan names its slot
        return Become(record=planned(b, plan))
    if slots.overtaken(place_of(b), f.judgement.newer):
        return end_superseded(b, f.judgement.newer, f, now, limits)
    closed = verdict.refusals or (plan is None and not verdict.waits)
    may_wait = b.trigger in AUTOMATIC and (b.gates_at is not None or _awaits_mending(verdict))
    if closed and not may_wait:
        creator = b.created_by if b.origin is not Origin.OURS else ""
        reason = RefusedOnGitHub(creator=creator, reasons=verdict.refusals)
        return Become(record=ended(b, BuildState.ERRORED, now, reason))
    if closed or verdict.waits:
        return _wait(b, verdict, f, now, limits)
    return Become(
        record=structs.replace(
            _agreed(b, verdict),
            gates_open=True,
            gates_at=now.wall,
            waits_for=b.waits_for if b.standing is Listing.IN_LINE else (),
            waiting_sha=None,
        )
    )


def _awaits_mending(verdict: Verdict) -> bool:
    """Whether only an invalid configuration is in the way, which somebody will fix."""
    invalid = ConfigurationInvalid | ConfigurationUnreadable
    return bool(verdict.refusals) and all(isinstance(one, invalid) for one in verdict.refusals)


def unreadable(b: Build, now: Now) -> bool:
    """Whether a provider that judging needs isn't to be called for now."""
    return waits(b, "github", now.wall) or waits(b, "ci", now.wall)


def freshly_judged(b: Build, now: Now, limits: Limits) -> bool:
    """Whether the gates were judged in this look, or just now without a wait in line since."""
    since = now.wall - (b.gates_at or 0.0)
    return since == 0 or (0 < since < limits.watch and b.standing is not Listing.IN_LINE)


def _agreed(b: Build, verdict: Verdict) -> Build:
    """The build with the approvals that count now: fewer if somebody has lost their access."""
    told = min(b.approvals_told, len(verdict.approved))
    return structs.replace(b, approved=verdict.approved, approvals_told=told)


def _wait(b: Build, verdict: Verdict, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Wait beside the line: only deployments that wait for nothing but their turn are in it."""
    reasons = (*verdict.refusals, *verdict.waits)
    told = any(isinstance(one, ChecksPending | ChecksFailed | RequiresPending) for one in reasons)
    waiting = structs.replace(
        _agreed(b, verdict),
        gates_open=False,
        waits_for=reasons,
        waiting_sha=b.sha if told else None,
    )
    slot = f.slot_of(b)
    if slot is UNSET:
        return Read(what=What.SLOT)
    if _at_common_gate(reasons):
        yields = yield_to_newer(b, slot, f, now, limits)
        if yields is not None:
            return yields
    after, next_up = slots.set_aside(slot, place_of(b))
    if b.standing is Listing.ASIDE or after == slot:
        return Become(record=waiting) if waiting != b else None
    has_room = place_of(b) in after.aside
    listed = structs.replace(
        waiting,
        state=BuildState.WAITING,
        slot=slot.name,
        standing=Listing.ASIDE if has_room else Listing.UNLISTED,
    )
    woken = (*next_up, *(_older(b, slot) if _at_common_gate(reasons) else ()))
    wake = tuple((b.repository_id, deployment_id) for deployment_id in woken)
    return Finish(due_at=0.0, build=listed, slot=SlotChange(before=slot, after=after), wake=wake)


def yield_to_newer(b: Build, slot: Slot, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """End it if a newer automatic deployment waits for the same closed gate.

    So only the newest starts when the gate opens, in whatever order they are looked at then.
    """
    newest = max((p.deployment_id for p in slot.aside if p.automatic), default=0)
    if not place_of(b).automatic or newest <= b.deployment_id:
        return None
    if f.newest is UNSET:
        return Read(what=What.NEWEST, of=str(newest))
    other = f.newest
    if other is None or other.state is not BuildState.WAITING or unwanted_since(other) is not None:
        return None
    if not _at_common_gate(other.waits_for):
        return None
    return end_superseded(b, newest, f, now, limits)


def _at_common_gate(reasons: Sequence[Reason]) -> bool:
    """Whether it waits only for gates that stop every automatic deployment there."""
    return bool(reasons) and all(one.holds_all for one in reasons)


def _older(b: Build, slot: Slot) -> tuple[int, ...]:
    """The automatic deployments beside the line that are older than this automatic one."""
    number = b.deployment_id if place_of(b).automatic else 0
    return tuple(p.deployment_id for p in slot.aside if p.automatic and p.deployment_id < number)


def place_of(b: Build) -> Place:
    """Its place, in the line or beside it."""
    rank = Rank.ROLLBACK if b.trigger == Trigger.ROLLBACK else Rank.ASKED
    return Place(deployment_id=b.deployment_id, rank=rank, automatic=b.trigger in AUTOMATIC)


def end_superseded(b: Build, newer: int | None, f: Facts, now: Now, limits: Limits) -> BuildStep:
    """End it because of a newer deployment, which its record describes if there is one."""
    if newer is None:
        return Become(record=ended(b, BuildState.INACTIVE, now, Superseded()))
    if f.newest is UNSET:
        return Read(what=What.NEWEST, of=str(newer))
    known = f.newest if f.newest is not None and f.newest.deployment_id == newer else None
    asker = known.requester if known else None
    reason = Superseded(
        by=newer,
        ref=known.ref if known else "",
        sha=known.sha if known else "",
        requester=asker.display_name if asker else "",
        url=deployments_page(b, limits),
    )
    return Become(record=ended(b, BuildState.INACTIVE, now, reason))
