"""One file of a repository's default branch."""

from functools import partial

from app.github_app.api import queries
from app.github_app.api.access import Access, in_time
from app.github_app.api.asking import ask_repository
from app.github_app.api.survey_shapes import RepositoryFile
from app.github_app.client.connection import Connection
from app.model.plan import RepositoryRef


class Files(Access):
    """Reads files."""

    @in_time
    async def file(self, ref: RepositoryRef, path: str) -> str | None:
        """The text of a file; None where there is none, or it is binary or cut."""
        return await self.reach(ref, partial(self._file, path))

    async def _file(self, path: str, connection: Connection, ref: RepositoryRef) -> str | None:
        variables = {"expression": f"HEAD:{path}"}
        asked = await ask_repository(
            connection, ref, queries.FILE, variables, dict[str, RepositoryFile | None], sizes={}
        )
        found = asked.data.object
        return None if found is None or found.is_truncated else found.text
