"""Who is bound to what: a channel to a repository, a Slack user to a GitHub login."""

from msgspec import Struct

from app.model.plan import Person, RepositoryRef
from app.model.reasons import Reason


class CancelOrder(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody's `cancel`: no deployment is created that was asked for before it and that it means.

    It means what was asked for in `environment` (as typed; aliases are not resolved yet), or else
    all of the person's own. `at` is epoch seconds; `told` are the asks of which the person knows
    that it dropped them.
    """

    ask_id: str
    by: Person
    at: float
    environment: str = ""
    told: tuple[str, ...] = ()


class Asked(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Logins (GitHub's ids) that `hello`, the ask `ask_id`, has asked about in the channel."""

    ask_id: str
    logins: tuple[int, ...] = ()


class Project(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A Slack channel bound to one repository. `bound_at` is epoch seconds.

    `problem` is why GitHub is closed to us, if it is. `kept` are the newest asks that a silent
    provider keeps from creating a deployment; those that are answered by now are ignored. `cancels`
    are the newest orders not to create what waits. `asked` is whom the channel was asked about.
    """

    slack_channelid: str
    repository_id: int
    repository: str
    slack_channel: str = ""
    private: bool = False
    installation_id: int | None = None
    bound_at: float = 0.0
    bound_by: str = ""
    problem: Reason | None = None
    kept: tuple[str, ...] = ()
    cancels: tuple[CancelOrder, ...] = ()
    asked: Asked | None = None
    version: int = 0

    @property
    def ref(self) -> RepositoryRef:
        """Its repository, as calls need it."""
        return RepositoryRef(
            id=self.repository_id,
            full_name=self.repository,
            installation_id=self.installation_id,
        )


class User(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A Slack user bound to a GitHub login. `linked_at` is epoch seconds."""

    slack_userid: str
    github_user_id: int
    github_username: str
    slack_username: str = ""
    linked_at: float = 0.0
    verified: bool = False
