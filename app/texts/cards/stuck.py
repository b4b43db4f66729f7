"""Which provider holds up a deployment, as its card says it (pure)."""

from typing import Literal

from msgspec import structs

from app.model.build import Build
from app.model.effects import Effect
from app.model.outages import down, rate_limited, since_begun, unseen
from app.model.reasons import Reason
from app.model.reasons.pipeline import WorkflowNamedDifferently
from app.texts.failures.catalogue import explain

SHOWN_AFTER = 2
"""The card mentions a provider after so many failures in a row."""

_PROVIDERS: tuple[Literal["ci", "github"], ...] = ("ci", "github")


def stuck_at(build: Build) -> Reason | None:
    """The provider that holds up the deployment, once it has failed a few times in a row.

    The reason leaves out what changes with each try, so that the card isn't edited each time.
    """
    for provider in _PROVIDERS:
        pause = build.backoff.get(provider)
        unsure = provider == "ci" and unanswered(build)
        if pause is None or (pause.attempts < SHOWN_AFTER and not unsure):
            continue
        if provider == "ci" and pause.refused is not None and _may_run(build):
            return unseen(pause, url=build.build_url)
        if pause.refused is not None:
            return since_begun(pause.refused, repository=build.repository)
        if pause.status == 429:
            return rate_limited(provider, pause)
        return down(provider, pause, unsure=unsure)
    return None


def stuck_line(build: Build) -> tuple[str, ...]:
    """A line with that reason (markup), if there is one."""
    stuck = stuck_at(build)
    return (explain(stuck),) if stuck else ()


def misnamed(build: Build, url: str) -> tuple[str, ...]:
    """A line that says that its pipeline, linked as `url`, lacks the configured workflow."""
    known = [one for one in build.waits_for if isinstance(one, WorkflowNamedDifferently)]
    return tuple(explain(structs.replace(one, url=url)) for one in known)


def _may_run(build: Build) -> bool:
    """Whether CircleCI may be running a pipeline for it."""
    return build.pipeline_id is not None or Effect.TRIGGER in build.guards


def unanswered(build: Build) -> bool:
    """Whether nobody knows if CircleCI started its pipeline, and it waits for nothing else."""
    if build.pipeline_id is not None or build.waits_for:
        return False
    guard = build.guards.get(Effect.TRIGGER)
    return guard is not None and guard.ambiguous
