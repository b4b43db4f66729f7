"""A deployment that was deleted on GitHub while it waited ends quietly (pure)."""

from msgspec import UNSET

from app.lifecycle.backoff import waits
from app.lifecycle.deployment.phases.transitions import ended
from app.lifecycle.deployment.step_types import BuildStep, Facts, PostStatus, TriggerPipeline, What
from app.lifecycle.look_types import SKEW, Become, Limits, Now, Read
from app.model.build import Build, BuildState
from app.model.reasons.deployments import DeploymentDeleted

NEWS_LASTS = 60.0
"""Seconds after news from GitHub in which we take a deployment to exist."""


def end_deleted(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """If GitHub answered a status with 404, ask whether the deployment still exists."""
    pause = b.backoff.get("github")
    unknown = pause is not None and pause.status == 404 and pause.doing == PostStatus.__name__
    if not unknown or not _waiting(b) or waits(b, "github", now.wall):
        return None
    return _ask(b, f, now)


def unless_deleted(b: Build, step: TriggerPipeline, f: Facts, now: Now) -> BuildStep | None:
    """The trigger; without recent news from GitHub, only if the deployment still exists."""
    if _just_told(b, now) or f.deleted is False or not _waiting(b):
        return step
    return None if waits(b, "github", now.wall) else _ask(b, f, now)


def _just_told(b: Build, now: Now) -> bool:
    """Whether GitHub has just reported it: by an event or, without one, at our first look."""
    told = max(b.webhook_at or 0.0, b.status.at if b.status else 0.0)
    return -SKEW < now.wall - told < NEWS_LASTS if told else b.tally.total < NEWS_LASTS


def _waiting(b: Build) -> bool:
    """Whether nothing was sent for it yet."""
    return b.state in (BuildState.WAITING, BuildState.TRIGGERING) and not b.ran


def _ask(b: Build, f: Facts, now: Now) -> BuildStep | None:
    if f.deleted is UNSET:
        return Read(what=What.DELETED)
    if not f.deleted:
        return None
    return Become(record=ended(b, BuildState.INACTIVE, now, DeploymentDeleted()))
