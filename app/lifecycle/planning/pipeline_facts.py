"""What CircleCI tells of a pipeline and does not change its mind about, remembered."""

from dataclasses import dataclass, field

from cachetools import LRUCache, TTLCache

from app.errors import Refused
from app.ports import CI

KEPT_FOR = 60.0
"""Seconds for which a pipeline's names are not read again: a rerun may add some."""


@dataclass(frozen=True)
class PipelineFacts:
    """Asks CircleCI once. Raises `Unavailable` if it is down; a pipeline that is gone has none."""

    ci: CI
    _names: TTLCache[str, frozenset[str]] = field(
        default_factory=lambda: TTLCache(1000, KEPT_FOR), repr=False
    )
    _revisions: LRUCache[str, str] = field(default_factory=lambda: LRUCache(1000), repr=False)

    async def revision(self, pipeline_id: str) -> str:
        """The commit that it runs on; empty where CircleCI does not tell it."""
        kept = self._revisions.get(pipeline_id)
        if kept is not None:
            return kept
        try:
            revision = await self.ci.revision(pipeline_id)
        except Refused:
            return ""
        self._revisions[pipeline_id] = revision
        return revision

    async def names(self, pipeline_id: str) -> frozenset[str]:
        """The names of its workflows and of their jobs."""
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
