"""Where the App is installed: every repository of every installation."""

from dataclasses import dataclass

from app.errors import Refused
from app.github_app.access import Access
from app.github_app.answers import InstallationObject, RepositoryObject
from app.model.github import Repository

A_PAGE = 100


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
        url = f"/installation/repositories?per_page={A_PAGE}"
        connection = self.access.installation(installation_id)
        listed = await connection.pages(url, {}, RepositoryObject, key="repositories")
        return [one.repository(installation_id) for one in listed]
