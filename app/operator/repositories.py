"""Lists every repository that the GitHub App can see, for an operator's commands."""

from app.model.github.repository import Repository
from app.ports import GitHub


async def every_repository(github: GitHub) -> list[Repository]:
    """The repositories of all installations, read page by page; raises `ProviderError`s."""
    found: list[Repository] = []
    for installation in await github.installations():
        cursor: str | None = ""
        while cursor is not None:
            page = await github.repositories(installation, cursor)
            found += page.repositories
            cursor = page.older
    return found
