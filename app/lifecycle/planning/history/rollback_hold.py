"""Whether a rollback holds the automatic deployments of an environment (pure)."""

from collections.abc import Iterable, Mapping

from msgspec import structs

from app.lifecycle.planning.history.live_deployment import went_live_at
from app.lifecycle.planning.history.rollback_target import believed
from app.model.build import Build, BuildState, Origin
from app.model.github.deployment import Deployment
from app.model.plan import Payload
from app.model.slot import Hold, Slot
from app.model.triggers import AUTOMATIC


def hold_on(slot: Slot, deployments: Iterable[Deployment], slug: str) -> Hold | None:
    """The hold on an environment, by its slot and its deployments on GitHub; None if there is none.

    After a loss of the store only GitHub shows it; right after the rollback only the slot does.
    `slug` is our App's.
    """
    listed = {one.id: one for one in deployments}
    payloads = believed(listed.values(), slug)
    known = _newest(slot.hold, _on_github(listed, payloads))
    if known is None or known.rollback <= (slot.resumed or 0):
        return None
    left = listed.get(known.left)
    sha = left.sha if left else known.sha
    over = any(
        one.id > known.rollback
        and one.sha != sha
        and _by_person(one, payloads.get(one.id), slug)
        and went_live_at(one) is not None
        for one in listed.values()
    )
    return None if over else known


def hold_of(b: Build) -> Hold | None:
    """The hold that a deployment causes; None unless it is a rollback that has succeeded."""
    payload = b.plan.payload if b.plan is not None and b.origin is Origin.OURS else None
    if payload is None or payload.rollback_of is None or b.state is not BuildState.SUCCEEDED:
        return None
    live = b.live_before
    known = live is not None and live.deployment_id == payload.rollback_of
    return Hold(
        rollback=b.deployment_id,
        left=payload.rollback_of,
        since=b.ended_at or 0.0,
        by=payload.requester or payload.login or "",
        sha=live.sha if live is not None and known else "",
    )


def after_success(slot: Slot, b: Build) -> Slot:
    """The slot after this success: a rollback causes a hold, a person's deployment ends one.

    It doesn't end the hold if it deploys the very commit that the rollback left. If that commit
    isn't known here, `hold_on` decides by GitHub's list.
    """
    mine, before = hold_of(b), slot.hold
    if mine is not None:
        newer = mine.rollback > max(slot.resumed or 0, before.rollback if before else 0)
        return structs.replace(slot, hold=mine) if newer else slot
    asked = b.trigger not in AUTOMATIC and b.origin is not Origin.FOREIGN
    if before is None or not asked or b.deployment_id < before.rollback:
        return slot
    if b.sha == before.sha or not before.sha:
        return slot
    return resumed(slot, before)


def resumed(slot: Slot, hold: Hold) -> Slot:
    """The slot once somebody has resumed automatic deployments."""
    return structs.replace(slot, hold=None, resumed=max(hold.rollback, slot.resumed or 0))


def _on_github(listed: Mapping[int, Deployment], payloads: Mapping[int, Payload]) -> Hold | None:
    found: Hold | None = None
    for number, payload in payloads.items():
        at = went_live_at(listed[number]) if number in listed else None
        if payload.rollback_of is None or at is None:
            continue
        one = Hold(
            rollback=number,
            left=payload.rollback_of,
            since=at,
            by=payload.requester or payload.login or "",
        )
        found = _newest(found, one)
    return found


def _newest(one: Hold | None, other: Hold | None) -> Hold | None:
    if one is None or other is None:
        return one or other
    return one if one.rollback >= other.rollback else other


def _by_person(deployment: Deployment, payload: Payload | None, slug: str) -> bool:
    """Whether a person asked for it, in the chat or on GitHub.

    GitHub also names a person as the creator of what a GitHub Actions job deploys. We never post a
    status on those, as others run them.
    """
    if payload is not None:
        return payload.trigger not in AUTOMATIC
    return deployment.creator_type == "User" and f"{slug}[bot]" in deployment.reported_by
