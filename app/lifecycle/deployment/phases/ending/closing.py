"""Ending a live deployment: another one replaced it, or its pull request is closed (pure)."""

from msgspec import UNSET

from app.lifecycle.backoff import left_alone
from app.lifecycle.deployment.github_facts import with_facts
from app.lifecycle.deployment.phases.transitions import deployments_page, ended, stopped
from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.model.build import Build, BuildState
from app.model.github.live import WentLive
from app.model.reasons.deployments import Replaced


def close(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Make a success inactive; waiting and running deployments are stopped by other phases."""
    if b.state is not BuildState.SUCCEEDED or not b.pipeline_ended:
        return None
    if b.closed is not None:
        return Become(record=stopped(b, now, limits))
    if b.replaced and b.restored:  # we lost whether it is transient or production
        if f.deployment is UNSET:
            alone = left_alone(b, ("github",), now.wall, limits.give_up)
            return None if alone else Read(what=What.DEPLOYMENT)
        b = with_facts(b, f.deployment) if f.deployment else b
    newer = replaced_by(b)
    if newer is None:
        return None
    reason = Replaced(
        by=newer.deployment_id,
        ref=newer.ref,
        sha=newer.sha,
        url=deployments_page(b, limits),
        rolled_back_by=(newer.by or "somebody") if newer.left == b.deployment_id else "",
    )
    return Become(record=ended(b, BuildState.INACTIVE, now, reason))


def _later(newer: WentLive, b: Build) -> bool:
    """Whether the other went live later, by the CI's clock.

    After a loss of the store that isn't known; then GitHub's status ids tell, which only grow.
    """
    if b.deployed_at is None:
        return b.status is None or newer.status > b.status.id
    return newer.at > b.deployed_at


def replaced_by(b: Build) -> WentLive | None:
    """What went live after it, if its status is ours to change.

    A transient environment ends with its pull request. GitHub itself makes inactive what was
    created earlier for an environment of the same name that is neither transient nor production.
    https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status
    """
    newer = max(b.replaced.values(), key=lambda one: one.at, default=None)
    if newer is None or b.transient or not _later(newer, b):
        return None
    earlier = b.deployment_id < newer.deployment_id
    by_github = earlier and not b.production and b.environment == newer.environment
    return None if by_github else newer
