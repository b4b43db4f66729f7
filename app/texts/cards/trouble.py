"""What holds a deployment up at a provider, as its card tells it (pure)."""

from msgspec import structs

from app.model.build import Backoff, Build, Effect, Reason
from app.texts.failures.binding import since_begun
from app.texts.failures.outages import down, rate_limited

SHOWN_AFTER = 2
"""Failures in a row of a provider before the card mentions them."""


def troubled(build: Build) -> Reason | None:
    """The provider that holds the build up, once it has failed a few times in a row."""
    for provider in ("ci", "github"):
        pause = build.backoff.get(provider)
        unsure = provider == "ci" and unanswered(build)
        if pause is None or (pause.attempts < SHOWN_AFTER and not unsure):
            continue
        if pause.refused:
            return _refusal(build, pause)
        found = trouble(provider, pause)
        return structs.replace(found, details={**found.details, "unsure": "yes" if unsure else ""})
    return None


def unanswered(build: Build) -> bool:
    """Whether CircleCI may or may not have started it, and nobody is asked which one it is."""
    if build.pipeline_id is not None or build.waits_for:
        return False
    guard = build.guards.get(Effect.TRIGGER)
    return guard is not None and guard.ambiguous


def _refusal(build: Build, pause: Backoff) -> Reason:
    """A lasting refusal, while somebody may still mend it."""
    owner = build.repository.partition("/")[0]
    known = {"repository": build.repository, "owner": owner, "message": pause.error}
    return Reason(name=since_begun(pause.refused), details=known)


def trouble(provider: str, pause: Backoff) -> Reason:
    """Why a provider is being left alone; only what stays the same from try to try."""
    limited = pause.status == 429
    details = {"since": str(int(pause.since))}
    if not limited:
        details |= {"status": str(pause.status or ""), "message": pause.error}
    return Reason(name=rate_limited(provider) if limited else down(provider), details=details)
