"""A success replaces the deployment that was live before it, and leaves a note on its record."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import left_alone
from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.look_types import Become, Finish, Limits, Now, Read
from app.lifecycle.planning.history.live_deployment import live_in
from app.model.build import Build, BuildState
from app.model.github.live import WentLive
from app.model.github.states import GitHubState
from app.model.note import Entry, Note
from app.model.plan import Person
from app.model.slot import SlotChange


def replace_others(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Once GitHub shows its success, note on whatever else is active there what replaced it.

    That is the one that went live last; if this success comes late, this one is itself replaced.
    """
    mine = _went_live(b)
    if mine is None or b.replaced_others == mine.at:
        return None
    slot = f.slot_of(b)
    if slot is UNSET:
        return Read(what=What.SLOT)
    known = (mine,) if slot.live is None else (mine, slot.live)
    last = max(known, key=lambda one: one.at)
    active = {one.deployment_id for one in known} | {*(b.plan.active if b.plan else ())}
    others = sorted(active - {last.deployment_id, b.deployment_id})
    done = structs.replace(b, replaced_others=mine.at)
    if last.deployment_id != b.deployment_id:
        done = structs.replace(done, replaced={**b.replaced, str(last.deployment_id): last})
    if not others and slot.live == last:
        return Become(record=done)
    return Finish(
        due_at=0.0,
        build=done,
        slot=SlotChange(before=slot, after=structs.replace(slot, live=last)),
        notes=tuple(_note(b, number, last) for number in others),
    )


def give_way(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """A success that reaches GitHub late isn't shown as live if something else is by now.

    Our own clock tells how late it is, the CI's clock what went live last.
    """
    told = b.status is not None and b.status.state == GitHubState.SUCCESS
    at = b.deployed_at
    if b.state is not BuildState.SUCCEEDED or at is None or told:
        return None
    if now.wall - (b.concluded_at or at) <= limits.lease / 2:
        return None
    slot = f.slot_of(b)
    if slot is UNSET:
        return Read(what=What.SLOT)
    last = slot.live
    if last is None or last.at <= at or str(last.deployment_id) in b.replaced:
        return None
    return Become(record=structs.replace(b, replaced={**b.replaced, str(last.deployment_id): last}))


def learn_live_before(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Read once for each rerun what is live before it, as that may have changed since the plan.

    As long as GitHub doesn't answer, people aren't told what was live.
    """
    known = b.live_known == b.reruns or b.state is BuildState.EXTERNAL
    if known or left_alone(b, ("github",), now.wall, limits.give_up):
        return None
    if f.deployments is UNSET:
        return Read(what=What.DEPLOYMENTS)
    return Become(record=structs.replace(b, live_then=live_in(f.deployments), live_known=b.reruns))


def _note(b: Build, number: int, by: WentLive) -> Note:
    """The note on a record that is replaced; if the store has lost the record, this creates it."""
    return Note(
        repository_id=b.repository_id,
        deployment_id=number,
        facts={"repository": b.repository, "installation_id": b.installation_id},
        entry=Entry(attribute="replaced", key=str(by.deployment_id), value=by),
    )


def _went_live(b: Build) -> WentLive | None:
    """The live deployment that this build has become, once GitHub shows its success."""
    status = b.status
    if b.state is not BuildState.SUCCEEDED or b.deployed_at is None or status is None:
        return None
    if not status.id or status.state != GitHubState.SUCCESS:
        return None
    left, who = b.plan.payload.rollback_of if b.plan else None, b.requester or Person()
    return WentLive(
        deployment_id=b.deployment_id,
        ref=b.ref,
        sha=b.sha,
        environment=b.environment,
        at=b.deployed_at,
        status=status.id,
        left=left,
        by=who.display_name if left is not None else "",
    )
