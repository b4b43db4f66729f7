"""Where the App is installed: every repository of every installation."""

from app.errors import Refused
from app.github_app.api.access import Access
from app.github_app.api.rest_shapes import InstallationObject, RepositoryObject
from app.model.github import Repository

A_PAGE = 100


class Installations(Access):
    """Reads the installations; many calls, each within the timeout."""

    async def installed(self) -> list[Repository]:
        """Every repository that the App may see; suspended installations are left out."""
        url = f"/app/installations?per_page={A_PAGE}"
        found: list[Repository] = []
        for installation in await self.app.pages(url, {}, InstallationObject):
            try:
                found += await self._covered_by(installation.id)
            except Refused:
                continue
        return found

    async def _covered_by(self, installation_id: int) -> list[Repository]:
        """The repositories of one installation, all pages."""
        url = f"/installation/repositories?per_page={A_PAGE}"
        connection = self.installation(installation_id)
        listed = await connection.pages(url, {}, RepositoryObject, key="repositories")
        return [one.repository(installation_id) for one in listed]
