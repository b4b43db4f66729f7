"""Which of the CI's projects a repository may run: its own, and those the operator allows.

Our token reaches the projects of all repositories. Without this check, whoever can write one
repository's configuration could run another's pipelines, with any parameters.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from cachetools import TTLCache

from app.model.plan import RepositoryRef
from app.model.reasons import Reason
from app.model.reasons.ci import ProjectOfAnother
from app.ports import CI

KEPT_FOR = 3600.0
"""Seconds for which it is cached which repository a pipeline definition checks out."""


@dataclass(frozen=True)
class Projects:
    """Checks projects; `allowed` are others that a repository (lower case) may run."""

    ci: CI
    allowed: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _sources: TTLCache[tuple[str, str], int] = field(
        default_factory=lambda: TTLCache(1000, KEPT_FOR), repr=False
    )

    async def barred(
        self, repository: RepositoryRef, project: str, definition: str | None
    ) -> tuple[Reason, ...]:
        """Why the repository may not run this project; empty if it may. Raises `Unavailable`.

        Its own projects are the CI's default one, and one where the pipeline `definition` checks
        out this very repository. If the CI doesn't tell that, the project is refused.
        """
        name, key = repository.full_name, self.ci.project_key
        others = self.allowed.get(name.lower(), frozenset())
        known = {key(self.ci.default_project(name)), *map(key, others)}
        if key(project) in known:
            return ()
        if definition is not None and await self._source(project, definition) == repository.id:
            return ()
        return (ProjectOfAnother(repository=name, project=project),)

    async def _source(self, project: str, definition: str) -> int | None:
        asked = (self.ci.project_key(project), definition)
        source = self._sources.get(asked)
        if source is None:
            source = await self.ci.source_of(project, definition)
            if source is not None:
                self._sources[asked] = source
        return source
