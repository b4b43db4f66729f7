"""Channels, repositories and people that cannot be bound to each other."""

from app.model.reasons.base import BaseReason


class ChannelNotBound(BaseReason, frozen=True, kw_only=True):
    """The channel has no repository."""


class ChannelAlreadyBound(BaseReason, frozen=True, kw_only=True):
    """The channel has a repository."""

    repository: str


class RepositoryAlreadyBound(BaseReason, frozen=True, kw_only=True):
    """Another channel has the repository; `channel` (its id) is empty where that is private."""

    repository: str
    channel: str = ""


class _OfRepository(BaseReason, frozen=True, kw_only=True):
    """Something about a repository (`owner/name`), with the page where it can be changed."""

    repository: str = ""
    url: str = ""

    @property
    def owner(self) -> str:
        """The account that has the repository; empty where that is not known."""
        return self.repository.partition("/")[0]


class RepositoryNotFound(_OfRepository, frozen=True, kw_only=True):
    """There is no such repository, or our App cannot see it; `url` is where it is installed."""


class AppNotInstalled(_OfRepository, frozen=True, kw_only=True):
    """Our App is not installed on the repository; `url` is where it is."""


class AppSuspended(_OfRepository, frozen=True, kw_only=True):
    """The installation is suspended; `url` is where an owner lifts that.

    `gave_up`: the deployment that met this has ended.
    """

    gave_up: bool = False


class AppUninstalled(_OfRepository, frozen=True, kw_only=True):
    """Our App was there and is not any more; `url` is where it is installed again."""

    gave_up: bool = False


class RepositoryArchived(_OfRepository, frozen=True, kw_only=True):
    """GitHub takes no deployments of an archived repository."""


class RepositoryNameMalformed(BaseReason, frozen=True, kw_only=True):
    """What was typed is no `owner/repo`; `typed` is empty where nothing was."""

    typed: str = ""


class DirectMessage(BaseReason, frozen=True, kw_only=True):
    """A repository cannot be bound to a direct message."""


class WrongWorkspace(BaseReason, frozen=True, kw_only=True):
    """The request comes from a Slack workspace that this installation does not serve."""


class GuestMayNotBind(BaseReason, frozen=True, kw_only=True):
    """A guest of the workspace binds and disconnects no channel, and claims no login."""


class IdentityUnverified(BaseReason, frozen=True, kw_only=True):
    """Binding the repository takes a proven GitHub login.

    With `login` there is one, and it lacks this `access` (`read` or `write`) to the repository.
    """

    repository: str
    login: str = ""
    access: str = ""


class ChannelIsAnother(BaseReason, frozen=True, kw_only=True):
    """The repository's file names the only channel (its id) that may be bound to it."""

    repository: str
    channel: str


class LoginTaken(BaseReason, frozen=True, kw_only=True):
    """A GitHub login is linked to somebody else, by their Slack id."""

    login: str
    slack_userid: str = ""


class VerifyingOff(BaseReason, frozen=True, kw_only=True):
    """Nobody can prove their login here: there is no client secret."""


class CodeInvalid(BaseReason, frozen=True, kw_only=True):
    """A code that was typed is wrong, too old, used, or was shown for another Slack user."""


class ClaimUnreadable(BaseReason, frozen=True, kw_only=True):
    """A claim button carries no login's id."""


class NobodyToClaim(BaseReason, frozen=True, kw_only=True):
    """Everyone who works on the repository is linked."""

    repository: str


class NotLinked(BaseReason, frozen=True, kw_only=True):
    """The person has no link to undo."""


BindingReason = (
    ChannelNotBound
    | ChannelAlreadyBound
    | RepositoryAlreadyBound
    | RepositoryNotFound
    | AppNotInstalled
    | AppSuspended
    | AppUninstalled
    | RepositoryArchived
    | RepositoryNameMalformed
    | DirectMessage
    | WrongWorkspace
    | GuestMayNotBind
    | IdentityUnverified
    | ChannelIsAnother
    | LoginTaken
    | VerifyingOff
    | CodeInvalid
    | ClaimUnreadable
    | NobodyToClaim
    | NotLinked
)
