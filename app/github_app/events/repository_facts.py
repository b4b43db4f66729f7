"""What most events say: the repository that they are about, the installation they are sent for."""

from msgspec import Struct


class RepositoryFacts(Struct, frozen=True, gc=False):
    """The repository an event is about."""

    id: int
    full_name: str
    default_branch: str | None = None
    pushed_at: int | str | None = None


class InstallationFacts(Struct, frozen=True, gc=False):
    """The installation an event was sent for."""

    id: int
