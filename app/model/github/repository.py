"""Repositories on which the App is installed, and who has access to one."""

from msgspec import Struct

from app.model.plan import RepositoryRef


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
