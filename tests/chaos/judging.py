"""The judge: what was lost, doubled or left stale, each with the reason why it is said."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.model.build import Build
from app.ports import Store
from sandbox.circleci.state import Pipeline
from sandbox.github.records import Deployment
from tests.chaos.approving import Agreement, asker_of, trigger_of
from tests.chaos.ledger import FINAL, Ledger, Wish, state_of
from tests.chaos.people import LOGINS
from tests.chaos.replicas import Replica
from tests.chaos.rightful import Rightful
from tests.chaos.town import GUARDED, Town
from tests.chaos.verdict import Verdict

SHOWN = {
    "succeeded": "success",
    "failed": "failure",
    "errored": "error",
    "canceled": "error",
    "inactive": "inactive",
}
"""A record's state and GitHub's."""


@dataclass(kw_only=True)
class Judge:
    """Compares what was asked for, GitHub, CircleCI, Slack and the records."""

    town: Town
    ledger: Ledger
    agreements: Mapping[int, Agreement]
    undeployed: list[str]
    replicas: list[Replica]
    lease: float
    verdict: Verdict = field(default_factory=Verdict)

    @property
    def rightful(self) -> Rightful:
        """What may end without a pipeline."""
        return Rightful(town=self.town, ledger=self.ledger)

    async def judge(self, store: Store, wishes: Iterable[Wish]) -> Verdict:
        """Judge everything once."""
        self.verdict.deployments = len(self.ledger.deployments)
        for wish in wishes:
            if wish.acknowledged and not self.ledger.answered(wish):
                name = f"wish {wish.number} ({wish.kind})"
                self.verdict.lost[name] = "acknowledged, but never answered"
        for head in self.undeployed:
            self.verdict.lost[head] = "the newest push was never deployed"
        pipelines, builds = self._pipelines(), {}
        for number, deployment in self.ledger.deployments.items():
            builds[number] = build = await store.build((deployment.repository.id, number))
            self._end(number, build, pipelines[number])
            self._one_pipeline(number, pipelines[number])
            self._agreement(number, build)
            self._agreed_to(number, build, pipelines[number])
        self._one_at_a_time(pipelines)
        self._newest_wins(pipelines, [build for build in builds.values() if build is not None])
        return self.verdict

    def _pipelines(self) -> dict[int, list[Pipeline]]:
        found: dict[int, list[Pipeline]] = defaultdict(list)
        for pipeline in self.town.world.circleci.state.pipelines():
            found[int(str(pipeline.parameters["deployment_id"]))].append(pipeline)
        return found

    def _newest_wins(self, pipelines: dict[int, list[Pipeline]], builds: list[Build]) -> None:
        """No pipeline starts where a newer deployment has succeeded a lease ago."""
        for build in builds:
            if trigger_of(self.ledger.deployments[build.deployment_id]) == "rollback":
                continue
            place = build.repository_id, build.slot_name
            newer = [
                one
                for one in builds
                if (one.repository_id, one.slot_name) == place
                and one.deployment_id > build.deployment_id
            ]
            live = min((self._live_since(one.deployment_id) for one in newer), default=math.inf)
            for one in pipelines[build.deployment_id]:
                late = self._arrived(one) - live
                if late > self.lease and not self._excuse(one):
                    said = f"pipeline {one.number} started {late:.1f} s after a newer one was live"
                    self.verdict.overtaken[str(build.deployment_id)] = said

    def _live_since(self, number: int) -> float:
        """When GitHub was told that it succeeded, by our clock; never: infinity."""
        statuses = self.ledger.deployments[number].statuses
        first = min(
            (one.created_at for one in statuses if one.state == "success"), default=math.inf
        )
        return self.town.by_ours(first, self.town.world.github.clock)

    def _arrived(self, pipeline: Pipeline) -> float:
        """When the request to start it came in, by our clock."""
        landed = self.town.by_ours(pipeline.created_at, self.town.world.circleci.clock)
        return landed - pipeline.lateness

    def _end(self, number: int, build: Build | None, pipelines: list[Pipeline]) -> None:
        """Whether it ended on GitHub and in the channel, and ran at all."""
        state, shown = state_of(self.ledger.deployments[number]), self.ledger.live[number]
        name = str(number)
        if self.rightful.left(number, build):
            return
        if state not in FINAL:
            self.verdict.lost[name] = (
                f"GitHub says {state or 'nothing'}; {_what_it_waits_for(build, self.town.now())}"
            )
        elif not shown:
            self.verdict.lost[name] = "no message"
        elif not FINAL & set(shown.values()):
            self.verdict.lost[name] = f"the message says {list(shown.values())}"
        elif not self.ledger.outcomes[number] and state != "inactive":
            self.verdict.lost[name] = "nobody was told of the outcome"
        elif not (pipelines or self.rightful.without_pipeline(number, build)):
            why = build.reason if build else "no record"
            self.verdict.lost[name] = f"no pipeline, though nobody canceled it: {why}"
        if state in FINAL:
            deployment = self.ledger.deployments[number]
            ended = next(one for one in deployment.statuses if one.state == state).created_at
            clock = self.town.world.github.clock
            span = [self.town.by_ours(one, clock) for one in (deployment.created_at, ended)]
            self.verdict.longest = max(
                self.verdict.longest, span[1] - span[0] - self.town.slept(*span)
            )

    def _one_pipeline(self, number: int, pipelines: list[Pipeline]) -> None:
        if len(pipelines) < 2:
            return
        told = f"pipelines {[one.number for one in pipelines]} of {pipelines[0].project.slug}"
        excuse = next(filter(None, (self._excuse(one) for one in pipelines)), "")
        if not excuse:
            self.verdict.doubled[str(number)] = told
        elif any(one.open for one in pipelines):
            self.verdict.doubled[str(number)] = f"{told}, late ({excuse}), but one is still open"
        elif not self._is_told(number, pipelines):
            self.verdict.doubled[str(number)] = f"{told}, late ({excuse}), but nobody was told"
        else:
            self.verdict.late[str(number)] = f"{told}: {excuse}"

    def _excuse(self, pipeline: Pipeline) -> str:
        """Why a second pipeline could not be helped, if so."""
        if pipeline.lateness > self.lease:
            return f"{pipeline.number} landed {pipeline.lateness:.1f} s after it was sent"
        arrived = self._arrived(pipeline)
        orders = [one for one in self.town.orders if pipeline.project.slug in one.slug]
        if not orders:
            return ""
        order = min(orders, key=lambda one: abs(one.at - arrived))
        for began, ended in self.replicas[order.replica].halts:
            if began <= order.at <= ended + self.lease:
                return f"{pipeline.number} was sent by a process that had been stopped"
        return ""

    def _is_told(self, number: int, pipelines: list[Pipeline]) -> bool:
        """Whether the message or its thread names a pipeline that was canceled as second."""
        channel = self.town.shop_of(pipelines[0].project.slug.removeprefix("gh/")).name
        said = json.dumps(
            [
                [message.text, message.blocks, message.attachments]
                for message in self.town.world.slack.messages(channel)
                if {message.ts, message.thread_ts} & set(self.ledger.live[number])
            ]
        )
        return all(f"/{pipeline.number}" in said for pipeline in pipelines)

    def _agreement(self, number: int, build: Build | None) -> None:
        """Whether record, GitHub and the channel say the same, once each."""
        if self.rightful.left(number, build):
            return
        state, shown = state_of(self.ledger.deployments[number]), self.ledger.live[number]
        record = SHOWN.get(build.state.value, build.state.value) if build else "nothing"
        said = {"record": record, "GitHub": state, "message": ", ".join(shown.values())}
        if len(set(said.values())) != 1:
            self.verdict.stale[str(number)] = json.dumps(said)
        again = {one: count for one, count in self.ledger.outcomes[number].items() if count > 1}
        if again:
            self.verdict.stale[str(number)] = f"mentioned more than once: {again}"

    def _agreed_to(self, number: int, build: Build | None, pipelines: list[Pipeline]) -> None:
        """Whether enough had agreed before it started, and nothing started after a rejection."""
        agreement, deployment = (
            self.agreements.get(number, Agreement()),
            self.ledger.deployments[number],
        )
        for one in pipelines:
            arrived, needed = self._arrived(one), self._needed(number, one)
            given = agreement.given(arrived) - {self._asker(deployment)}
            late = arrived - agreement.rejected_at
            jobs = [job for workflow in one.workflows for job in workflow.jobs if job.approved_by]
            if len(given) < needed:
                said = f"pipeline {one.number} started, {len(given)} of {needed} had agreed"
            elif late > self.lease and not self._excuse(one):
                said = f"pipeline {one.number} started {late:.1f} s after it was rejected"
            elif jobs and not agreement.approved:
                said = f"a job of pipeline {one.number} went on, and nobody had agreed"
            else:
                continue
            self.verdict.unapproved[str(number)] = said
        rejected = build is not None and build.cancel is not None and build.cancel.rejected
        told = deployment.statuses[-1].description if deployment.statuses else ""
        if rejected and not pipelines and "ejected by" not in told:
            self.verdict.stale[str(number)] = f"rejected, and GitHub says: {told}"

    def _needed(self, number: int, pipeline: Pipeline) -> int:
        """How many others must have agreed to it; a rollback needs nobody."""
        guarded = pipeline.parameters.get("environment") == GUARDED
        shop = next(one for one in self.town.shops if one.slug == pipeline.project.slug)
        rollback = trigger_of(self.ledger.deployments[number]) == "rollback"
        return shop.approvals if guarded and not rollback else 0

    def _asker(self, deployment: Deployment) -> str:
        """The name of who asked for it."""
        users, asked = self.town.world.slack.workspace.users, asker_of(deployment)
        if asked:
            return users[asked].name
        login = deployment.creator.login
        return next((user for user, one in LOGINS.items() if one == login), "")

    def _one_at_a_time(self, pipelines: dict[int, list[Pipeline]]) -> None:
        """Where one at a time is the rule, two at once are one too many."""
        for first, second in self.town.overlaps:
            excused = any(self._excuse(one) for n in (first, second) for one in pipelines[n])
            if not excused:
                name = f"{first} and {second}"
                self.verdict.doubled[name] = "ran at once where one at a time is the rule"


def _what_it_waits_for(build: Build | None, now: float) -> str:
    """Why a record had not ended when the run was over: for whoever reads the failure."""
    if build is None:
        return "no record"
    due = "never" if build.due_at is None else f"in {build.due_at - now:.0f} s"
    pauses = {
        name: f"{one.attempts} times {one.error!r}, again in {one.retry_at - now:.0f} s"
        for name, one in build.backoff.items()
    }
    return f"due {due}, {build.waits_for}, slot {build.slot!r}, {pauses}"
