"""A deployment that others run: we show its progress, and warn whom it runs beside (pure)."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import left_alone
from app.lifecycle.deployment.github_facts import status_shown
from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.look_types import Become, Finish, Limits, Now, Read
from app.model.build import Build, BuildState, Origin
from app.model.github.states import GitHubState, is_open, state_of
from app.model.note import Note


def follow(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Show what others report of their deployment."""
    if b.state is not BuildState.EXTERNAL:
        return None
    if b.asked_at is not None:  # our own ask has since said that it is ours
        return Become(record=structs.replace(b, origin=Origin.OURS, state=BuildState.WAITING))
    if b.slack_channelid is None:
        return Finish(due_at=None)
    if f.last_status is UNSET:
        alone = left_alone(b, ("github",), now.wall, limits.give_up)
        return None if alone else Read(what=What.LAST_STATUS)
    status = status_shown(f.last_status)
    if status is not None and status != b.status:
        ended = None if is_open(status) else status.at
        return Become(record=structs.replace(b, status=status, ended_at=ended))
    return None


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
    by = b.created_by
    note = Note(repository_id=b.repository_id, deployment_id=slot.running, facts={"neighbour": by})
    return Finish(due_at=0.0, build=told, notes=(note,), wake=((b.repository_id, slot.running),))
