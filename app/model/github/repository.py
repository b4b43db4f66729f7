"""Repositories on which the App is installed, their people, and the addresses of their pages."""

from urllib.parse import quote

from msgspec import Struct

from app.model.plan import RepositoryRef

GITHUB_SITE = "https://github.com"
"""The address of GitHub's site, unless it is a GitHub Enterprise Server."""


class Repository(Struct, frozen=True, kw_only=True):
    """A repository on which the App is installed."""

    id: int
    full_name: str
    installation_id: int
    default_branch: str = "main"
    archived: bool = False
    private: bool = False
    html_url: str = ""

    @property
    def ref(self) -> RepositoryRef:
        """The repository as calls need it."""
        return RepositoryRef(
            id=self.id, full_name=self.full_name, installation_id=self.installation_id
        )


class Collaborator(Struct, frozen=True, kw_only=True):
    """A person with access to a repository; `permission` is GitHub's word in lower case."""

    id: int
    login: str
    name: str = ""
    permission: str = ""


class RepositoryPage(Struct, frozen=True, kw_only=True):
    """A page of repositories; `older` is the cursor of the next page, None on the last."""

    repositories: tuple[Repository, ...]
    older: str | None = None


def page(html: str, repository: str, *parts: str) -> str:
    """The address of a page of a repository; empty if the repository is not known.

    `html` is the address of the site, without a trailing slash.
    """
    if not repository:
        return ""
    path = "/".join(quote(part, safe="/.…") for part in (repository, *parts))
    return f"{html}/{path}"


def installations_page(html: str, owner: str) -> str:
    """The page where an organization's owners see its installed Apps."""
    return f"{html}/organizations/{quote(owner)}/settings/installations"
