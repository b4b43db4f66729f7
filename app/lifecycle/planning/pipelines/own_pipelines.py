"""Finds the pipelines that we started on a commit, and the checks that they posted on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from math import floor

from cachetools import LRUCache
from msgspec import structs

from app.lifecycle.planning.gates.checks import checks, counting, posted_by
from app.lifecycle.planning.gates.question import OwnPipeline, Question
from app.lifecycle.planning.pipelines.pipeline_facts import PipelineFacts
from app.model.build import Build
from app.model.github.commit import Check, CheckState
from app.model.github.survey import Survey
from app.model.plan import RefKind
from app.ports import GitHub, Records

MOST_PIPELINES = 8
"""Most pipelines of one commit whose checks are read."""

MOST_ELSEWHERE = 15
"""Most deployments of other commits that are looked up: of the environment, and of all."""

MOST_LOOKED_UP = 10
"""Most builds whose pipelines are looked up: of this commit, and of other commits."""


@dataclass(frozen=True)
class OwnPipelines:
    """Asks providers only if one of our pipelines may have posted a check that isn't green."""

    records: Records
    facts: PipelineFacts
    github: GitHub
    _first_seen: LRUCache[tuple[int, str], Mapping[str, float]] = field(
        default_factory=lambda: LRUCache(200), repr=False
    )

    async def completed(self, question: Question, survey: Survey, branch: str) -> Question:
        """The question with those of our pipelines that posted a check that isn't green.

        Those checks then have the time at which they first appeared. `branch` is what the
        deployment would run on. Raises `Unavailable` if a provider is down: without names and
        times, nobody can tell whose a check is.
        """
        closed = _closed(question)
        if not closed or checks(question).open:
            return question
        latest = max(check.first_seen for check in closed)
        question = await self._without(question, survey, await self._on_commit(survey, latest))
        if checks(question).open:
            return question
        branches = {survey.repository.default_branch, branch}
        elsewhere = await self._elsewhere(question.sha, survey, branches, latest)
        return await self._without(question, survey, elsewhere)

    async def _without(
        self, question: Question, survey: Survey, builds: Sequence[Build]
    ) -> Question:
        """The question, no longer counting the checks that these builds' pipelines posted."""
        ran = [build for build in builds if await self._ran_on(question.sha, build)]
        for build in _in_order(ran)[:MOST_PIPELINES]:
            definition = build.plan.run.definition if build.plan else None
            posted = await self.facts.checks(build.pipeline_id or "", definition=definition)
            own = OwnPipeline(checks=posted, started_at=build.started_at or 0.0)
            taken = [check for check in _closed(question) if posted_by(check, own)]
            if not taken:
                continue
            dated = await self._dated(question, survey, taken)
            question = structs.replace(question, own=(*question.own, own), checks=dated)
            if checks(question).open:
                break
        return question

    async def _on_commit(self, survey: Survey, latest: float) -> list[Build]:
        """The commit's builds whose pipelines started by `latest` (epoch seconds)."""
        found = [await self._started(survey, number, latest) for number in survey.on_commit]
        return _in_order([build for build in found if build is not None])[:MOST_LOOKED_UP]

    async def _elsewhere(
        self, sha: str, survey: Survey, branches: set[str], latest: float
    ) -> list[Build]:
        """Other commits' builds whose pipelines may have run on this one, started by `latest`.

        A commit that isn't its ref's head runs on the default branch's head, and a branch may move
        before its pipeline starts.
        """
        found: list[Build] = []
        for number in _other_deployments(sha, survey):
            build = await self._started(survey, number, latest)
            if build is not None and build.plan is not None and build.plan.run.branch in branches:
                found.append(build)
        return found[:MOST_LOOKED_UP]

    async def _started(self, survey: Survey, number: int, latest: float) -> Build | None:
        """The build of a deployment, if its pipeline started by `latest`."""
        build = await self.records.build((survey.repository.id, number))
        if build is None or build.pipeline_id is None or build.started_at is None:
            return None
        return build if floor(build.started_at) <= latest else None

    async def _ran_on(self, sha: str, build: Build) -> bool:
        """Whether the build's pipeline ran on the commit.

        If the CI doesn't tell, a deployment of a ref's head is taken to have run on its own commit.
        """
        revision = await self.facts.revision(build.pipeline_id or "")
        if revision:
            return revision == sha
        by_sha = build.plan is not None and build.plan.ref_kind is RefKind.SHA
        return build.sha == sha and not by_sha

    async def _dated(
        self, question: Question, survey: Survey, taken: Sequence[Check]
    ) -> tuple[Check, ...]:
        """The checks with the times of their first appearance, which never change."""
        key = (survey.repository.id, question.sha)
        known = self._first_seen.get(key, {})
        if any(check.name not in known for check in taken):
            known = await self.github.first_seen(survey.repository.ref, question.sha)
            self._first_seen[key] = known
        return tuple(
            structs.replace(check, first_seen=min(check.first_seen, known[check.name]))
            if check.name in known
            else check
            for check in question.checks
        )


def _closed(question: Question) -> list[Check]:
    """The checks that count and aren't green."""
    return [check for check in counting(question) if check.state is not CheckState.GREEN]


def _other_deployments(sha: str, survey: Survey) -> list[int]:
    """The latest deployments of other commits, newest first."""
    here = (one.id for one in survey.deployments if one.sha != sha)
    anywhere = (number for number, commit in survey.recent if commit != sha)
    found = chain(islice(here, MOST_ELSEWHERE), islice(anywhere, MOST_ELSEWHERE))
    return sorted(set(found), reverse=True)


def _in_order(builds: Sequence[Build]) -> list[Build]:
    """The first build of each environment, as a check keeps the time at which it first appeared.

    Then the others, newest first: they may have run other workflows.
    """
    by_start = sorted(builds, key=lambda build: (build.started_at or 0.0, build.deployment_id))
    first: dict[str, Build] = {}
    for build in by_start:
        first.setdefault(build.environment, build)
    leading = list(first.values())
    return leading + [build for build in reversed(by_start) if build not in leading]
