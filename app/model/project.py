"""Bindings: of a Slack channel to a repository, and of a Slack user to a GitHub login."""

from msgspec import Struct

from app.model.plan import Person, RepositoryRef
from app.model.reasons import Reason


class CancelOrder(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A `cancel` that drops earlier requests for which no deployment was created yet.

    It drops those for `environment` (as typed, aliases not resolved), or if that is empty, all of
    the same person. `at` is when it was typed (epoch seconds). `told` are the ids of the dropped
    asks that its answer has already mentioned.
    """

    ask_id: str
    by: Person
    at: float
    environment: str = ""
    told: tuple[str, ...] = ()


class Asked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The GitHub users (ids) whom the last `hello`, the ask `ask_id`, asked to link themselves."""

    ask_id: str
    logins: tuple[int, ...] = ()


class Project(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A Slack channel bound to one repository. `bound_at` is epoch seconds.

    `problem` is why we have no access to the repository, if we have none. `kept` are the ids of the
    newest asks that wait for a provider to answer again before they can create a deployment; those
    that were answered since are ignored. `cancels` are the newest `cancel` commands, which may drop
    such asks.
    """

    slack_channelid: str
    repository_id: int
    repository: str
    slack_channel: str = ""
    private: bool = False
    installation_id: int | None = None
    bound_at: float = 0.0
    problem: Reason | None = None
    kept: tuple[str, ...] = ()
    cancels: tuple[CancelOrder, ...] = ()
    asked: Asked | None = None
    version: int = 0

    @property
    def ref(self) -> RepositoryRef:
        """The repository as calls need it."""
        return RepositoryRef(
            id=self.repository_id,
            full_name=self.repository,
            installation_id=self.installation_id,
        )


class User(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A Slack user linked to a GitHub login; `verified`: GitHub has confirmed that it is theirs.

    `linked_at` is epoch seconds.
    """

    slack_userid: str
    github_user_id: int
    github_username: str
    slack_username: str = ""
    linked_at: float = 0.0
    verified: bool = False
