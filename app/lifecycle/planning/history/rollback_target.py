"""Which deployment a rollback goes back to (pure)."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from app.lifecycle.planning import origins
from app.lifecycle.planning.history.live_deployment import went_live_at
from app.lifecycle.planning.targets.refs import SHORTEST_SHA
from app.model.github.deployment import Deployment
from app.model.github.live import Live
from app.model.github.refs import shown_ref
from app.model.github.states import GitHubState, state_of
from app.model.plan import Payload

_BROKE = (GitHubState.FAILURE, GitHubState.ERROR)


class Success(Struct, frozen=True, kw_only=True):
    """A deployment that went live, and when (`at`, epoch seconds)."""

    at: float
    deployment: Deployment

    @property
    def when(self) -> tuple[float, int]:
        """The order in which deployments went live."""
        return self.at, self.deployment.id


def successes(deployments: Iterable[Deployment]) -> tuple[Success, ...]:
    """The deployments that went live, the latest first."""
    found = (
        Success(at=at, deployment=one)
        for one in deployments
        if (at := went_live_at(one)) is not None
    )
    return tuple(sorted(found, key=lambda one: one.when, reverse=True))


def believed(deployments: Iterable[Deployment], slug: str) -> dict[int, Payload]:
    """The payloads of our own deployments, by deployment id; `slug` is our App's."""
    read = {
        one.id: origins.payload_in(one.payload)
        for one in deployments
        if origins.is_bot(one.creator, slug)
    }
    return {number: payload for number, payload in read.items() if payload is not None}


def previous(
    went: Iterable[Success], live: Live, payloads: Mapping[int, Payload]
) -> Deployment | None:
    """The deployment to go back to: the newest of another commit before the one that is live.

    If the live one was itself a rollback, that means before the deployment that it restored.
    Commits that were rolled back are passed over.
    """
    known = {one.deployment.id: one for one in went}
    content = _content(known, live, payloads)
    left = [known[one] for one in _left(known, payloads)]
    for one in known.values():
        earlier = content is not None and one.when < content.when
        again = any(
            each.deployment.sha == one.deployment.sha and one.when <= each.when for each in left
        )
        if earlier and one.deployment.sha != live.sha and not again:
            return one.deployment
    return None


def named(
    went: Iterable[Success], live: Live, typed: str, number: int | None, sha: str = ""
) -> Deployment | None:
    """The newest success of the ref or commit that was typed, or else of the deployment `number`.

    Successes of another commit than the live one come first. `sha` is what the ref points to now.
    """
    refs = {typed, shown_ref(typed)}
    hexes = typed.lower() if len(typed) >= SHORTEST_SHA else ""
    found = [
        one.deployment
        for one in went
        if one.deployment.ref in refs
        or shown_ref(one.deployment.ref) in refs
        or (hexes and one.deployment.sha.startswith(hexes))
        or one.deployment.sha == sha
    ]
    if not found:
        found = [one.deployment for one in went if one.deployment.id == number]
    return next((one for one in found if one.sha != live.sha), found[0] if found else None)


def broke_since(deployments: Iterable[Deployment], live: Live) -> Deployment | None:
    """The newest deployment if it failed after what is live: it may have changed something."""
    newest = max(deployments, key=lambda one: one.id, default=None)
    if newest is None or newest.id <= live.deployment_id:
        return None
    return newest if state_of(newest.status) in _BROKE else None


def _content(
    known: Mapping[int, Success], live: Live, payloads: Mapping[int, Payload]
) -> Success | None:
    """The success that is live in effect: a rollback stands for the deployment that it restored."""
    content = known.get(live.deployment_id)
    while content is not None:
        payload = payloads.get(content.deployment.id)
        restored = known.get(payload.target) if payload and payload.target else None
        if restored is None or restored.when >= content.when:
            return content
        content = restored
    return None


def _left(known: Mapping[int, Success], payloads: Mapping[int, Payload]) -> list[int]:
    """The ids of the deployments that successful rollbacks have left."""
    left = (one.rollback_of for number, one in payloads.items() if number in known)
    return [number for number in left if number is not None and number in known]
