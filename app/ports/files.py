"""What the lifecycle needs of files on GitHub."""

from typing import Protocol

from app.model.config_file import ProposedFile
from app.model.plan import RepositoryRef


class Files(Protocol):
    """Files of a repository; raises `ProviderError`s."""

    async def file(self, ref: RepositoryRef, path: str) -> str | None:
        """The text of a file of the default branch; None: there is none that can be read."""

    async def proposed_config(self, ref: RepositoryRef, number: int, sha: str) -> ProposedFile:
        """The configuration at a pull request's commit, beside the default branch's."""
