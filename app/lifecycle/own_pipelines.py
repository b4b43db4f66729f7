"""The pipelines that we started on a commit, and the names of what they post on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import floor

from cachetools import TTLCache
from msgspec import structs

from app.errors import Refused
from app.lifecycle.gates.checks import checks, counting
from app.lifecycle.gates.question import OwnPipeline, Question
from app.model.build import BuildKey
from app.model.github import CheckState
from app.ports import CI, Records

MOST = 5
"""Pipelines of one commit that are read at most, newest first."""

KEPT_FOR = 60.0
"""Seconds for which a pipeline's names are not read again."""


@dataclass(frozen=True)
class OwnPipelines:
    """Asks CircleCI for names only where one of our pipelines may have posted what bars."""

    records: Records
    ci: CI
    _names: TTLCache[str, frozenset[str]] = field(
        default_factory=lambda: TTLCache(1000, KEPT_FOR), repr=False
    )

    async def completed(self, question: Question, keys: Sequence[BuildKey]) -> Question:
        """The question with our pipelines that began before a check that bars or holds it.

        `keys` are the deployments of the commit. Raises `Unavailable` if CircleCI is down:
        without the names nobody can tell whose a check is.
        """
        if not keys or checks(question).open:
            return question
        closed = (check for check in counting(question) if check.state is not CheckState.GREEN)
        latest = max((check.first_seen for check in closed), default=0.0)
        found: list[OwnPipeline] = []
        for key in sorted(keys, reverse=True):
            build = await self.records.build(key)
            if build is None or build.pipeline_id is None or build.started_at is None:
                continue
            if floor(build.started_at) <= latest and len(found) < MOST:
                names = await self._names_of(build.pipeline_id)
                found.append(OwnPipeline(names=names, started_at=build.started_at))
        return structs.replace(question, own=tuple(found))

    async def _names_of(self, pipeline_id: str) -> frozenset[str]:
        kept = self._names.get(pipeline_id)
        if kept is not None:
            return kept
        try:
            workflows = (await self.ci.read(pipeline_id)).workflows
            jobs = [job.name for w in workflows for job in await self.ci.jobs(w.id)]
        except Refused:
            return frozenset()
        names = frozenset([*(workflow.name for workflow in workflows), *jobs])
        self._names[pipeline_id] = names
        return names
