"""Facts about a pipeline that the CI is asked for once, and that are then cached."""

from dataclasses import dataclass, field

from cachetools import LRUCache, TTLCache

from app.errors import Refused
from app.ports import CI

KEPT_FOR = 60.0
"""Seconds for which a pipeline's checks are cached: a rerun may add some."""


@dataclass(frozen=True)
class PipelineFacts:
    """Asks the CI once. Raises `Unavailable` if it is down; a pipeline that is gone has none."""

    ci: CI
    _checks: TTLCache[str, frozenset[str]] = field(
        default_factory=lambda: TTLCache(1000, KEPT_FOR), repr=False
    )
    _revisions: LRUCache[str, str] = field(default_factory=lambda: LRUCache(1000), repr=False)

    async def revision(self, pipeline_id: str) -> str:
        """The commit that it runs on; empty where the CI does not tell it."""
        kept = self._revisions.get(pipeline_id)
        if kept is not None:
            return kept
        try:
            revision = await self.ci.revision(pipeline_id)
        except Refused:
            return ""
        self._revisions[pipeline_id] = revision
        return revision

    async def checks(self, pipeline_id: str, *, definition: str | None) -> frozenset[str]:
        """The names of the checks that it posts on its commit; `definition` is its `Run`'s."""
        kept = self._checks.get(pipeline_id)
        if kept is not None:
            return kept
        try:
            checks = await self.ci.checks(pipeline_id, definition=definition)
        except Refused:
            return frozenset()
        self._checks[pipeline_id] = checks
        return checks
