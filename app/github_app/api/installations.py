"""Where the App is installed: the repositories of its installations, a page at a time."""

from yarl import URL

from app.github_app.api.access import Access, in_time
from app.github_app.api.rest_shapes import InstallationObject, RepositoryObject
from app.model.github.repository import RepositoryPage

A_PAGE = 100

_REPOSITORIES = "/installation/repositories{?per_page,page}"


class Installations(Access):
    """Reads the installations."""

    async def installations(self) -> list[int]:
        """The installations that are not suspended; a call for each hundred."""
        url = f"/app/installations?per_page={A_PAGE}"
        found = await self.app.pages(url, {}, InstallationObject)
        return [one.id for one in found if one.suspended_at is None]

    @in_time
    async def repositories(self, installation_id: int, cursor: str) -> RepositoryPage:
        """A page of the repositories of an installation; the first page's cursor is empty."""
        asked = {"per_page": str(A_PAGE), "page": cursor or "1"}
        listed, older = await self.installation(installation_id).page(
            _REPOSITORIES, asked, RepositoryObject, key="repositories"
        )
        return RepositoryPage(
            repositories=tuple(one.repository(installation_id) for one in listed),
            older=URL(older).query.get("page") if older else None,
        )
