"""Where the App is installed: every repository of every installation."""

from dataclasses import dataclass

from msgspec import Struct

from app.errors import Refused
from app.github_app.access import Access
from app.github_app.answers import InstallationObject, RepositoryObject
from app.model.github import Repository

A_PAGE = 100


class _Repositories(Struct, frozen=True):
    total_count: int
    repositories: list[RepositoryObject]


@dataclass(frozen=True)
class Installed:
    """Reads the installations; many calls, for when everything is looked at anew."""

    access: Access

    async def repositories(self) -> list[Repository]:
        """Every repository that the App may see; suspended installations are left out."""
        url = f"/app/installations?per_page={A_PAGE}"
        found: list[Repository] = []
        for installation in await self.access.app.pages(url, {}, InstallationObject):
            try:
                found += await self._of(installation.id)
            except Refused:
                continue
        return found

    async def _of(self, installation_id: int) -> list[Repository]:
        """The repositories of one installation, all pages."""
        connection = self.access.installation(installation_id)
        url = f"/installation/repositories?per_page={A_PAGE}{{&page}}"
        found: list[Repository] = []
        number = 1
        while True:
            page = await connection.read(url, {"page": str(number)}, _Repositories)
            found += [one.repository(installation_id) for one in page.repositories]
            if not page.repositories or len(found) >= page.total_count:
                return found
            number += 1
