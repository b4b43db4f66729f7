"""What may end without a pipeline, and what is not ours to end."""

import math
from dataclasses import dataclass

from app.model.build import Build, BuildState
from app.model.reasons import RefusedOnGitHub
from app.model.reasons.ci import CIDown, CITokenRefused
from app.model.reasons.gates import Superseded, WaitedTooLong
from app.model.reasons.github import GitHubDown, GitHubRefused
from app.model.reasons.locks import Locked
from tests.chaos.approving import trigger_of
from tests.chaos.ledger import Ledger
from tests.chaos.nights import unheard
from tests.chaos.town import Town

HOUR = 3600.0

GAVE_UP = (WaitedTooLong, GitHubDown, GitHubRefused, CIDown)
"""Ends by the clock: a wait, or an outage or refusal that was met again hours later."""


@dataclass(frozen=True, kw_only=True)
class Rightful:
    """Judges by the record's reason and by what happened in the town."""

    town: Town
    ledger: Ledger

    def without_pipeline(self, number: int, build: Build | None) -> bool:
        """Whether it ended without a pipeline for a good reason."""
        return (
            self._overtaken(build)
            or self._locked(build)
            or self._canceled(build)
            or self._timed_out(number, build)
        )

    def _timed_out(self, number: int, build: Build | None) -> bool:
        """Whether nights made it wait longer than it may."""
        if build is None or not isinstance(build.reason, GAVE_UP):
            return False
        waited = isinstance(build.reason, WaitedTooLong)
        made = self.town.by_ours(
            self.ledger.deployments[number].created_at, self.town.world.github.clock
        )
        slept = self.town.slept(made, build.ended_at or self.town.now())
        return slept >= (build.reason.seconds - HOUR if waited else HOUR)

    def left(self, number: int, build: Build | None) -> bool:
        """Whether it is not ours to run: we heard of it too late, for a night."""
        deployment = self.ledger.deployments[number]
        if not unheard(self.town, deployment) or self.ledger.live[number]:
            return False
        if build is None:
            return True
        made = self.town.by_ours(deployment.created_at, self.town.world.github.clock)
        heard = build.webhook_at or math.inf
        too_late = heard - made > HOUR or self.town.slept(made, self.town.now()) > 24 * HOUR
        return build.state is BuildState.EXTERNAL and too_late

    def _overtaken(self, build: Build | None) -> bool:
        """Whether it still waited when one that was created later had succeeded, or canceled it."""
        newer = build.reason.by if build and isinstance(build.reason, Superseded) else None
        if build is None or newer is None or newer <= build.deployment_id:
            return False
        pushes = {build.trigger} == {"push"} == {trigger_of(self.ledger.deployments[newer])}
        if self.town.shop_of(build.repository).concurrency == "cancel" or pushes:
            return True
        return self._succeeded(newer)

    def _succeeded(self, number: int) -> bool:
        """Whether GitHub was told so, or its workflow has.

        A success that reaches GitHub late is shown as replaced at once, if it is by then.
        """
        told = "success" in {status.state for status in self.ledger.deployments[number].statuses}
        return told or any(
            workflow.status == "success"
            for one in self.town.world.circleci.state.pipelines()
            if str(one.parameters.get("deployment_id")) == str(number)
            for workflow in one.workflows
        )

    def _locked(self, build: Build | None) -> bool:
        """Whether it was refused for a lock: by the API nobody is asked to wait."""
        reason = build.reason if build else None
        return isinstance(reason, RefusedOnGitHub) and any(
            isinstance(one, Locked) for one in reason.reasons
        )

    def _canceled(self, build: Build | None) -> bool:
        """Whether somebody canceled it, or CircleCI took no token while it was to start."""
        refused = build is not None and isinstance(build.reason, CITokenRefused)
        return refused or (build is not None and build.cancel is not None)
