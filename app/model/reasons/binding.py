"""Why a channel cannot be bound to a repository, or a Slack user linked to a GitHub login."""

from app.model.reasons.base import BaseReason


class ChannelNotBound(BaseReason, frozen=True, kw_only=True):
    """The channel is not bound to a repository."""


class ChannelAlreadyBound(BaseReason, frozen=True, kw_only=True):
    """The channel is already bound to `repository`."""

    repository: str


class RepositoryAlreadyBound(BaseReason, frozen=True, kw_only=True):
    """The repository is bound to another channel; `channel` (an id) is empty if it is private."""

    repository: str
    channel: str = ""


class _OfRepository(BaseReason, frozen=True, kw_only=True):
    """A problem with a repository (`owner/name`); `url` is the page where it can be fixed."""

    repository: str = ""
    url: str = ""

    @property
    def owner(self) -> str:
        """The account that owns the repository; empty if the repository is not known."""
        return self.repository.partition("/")[0]


class RepositoryNotFound(_OfRepository, frozen=True, kw_only=True):
    """No such repository, or our App cannot see it; `url` is where the App can be installed."""


class AppNotInstalled(_OfRepository, frozen=True, kw_only=True):
    """Our App is not installed on the repository; `url` is where it can be."""


class AppSuspended(_OfRepository, frozen=True, kw_only=True):
    """The App's installation is suspended; `url` is where an owner can unsuspend it.

    `gave_up`: the deployment has ended because of it.
    """

    gave_up: bool = False


class AppUninstalled(_OfRepository, frozen=True, kw_only=True):
    """Our App was uninstalled; `url` is where it can be installed again.

    `gave_up`: the deployment has ended because of it.
    """

    gave_up: bool = False


class RepositoryArchived(_OfRepository, frozen=True, kw_only=True):
    """The repository is archived, so GitHub does not accept deployments."""


class RepositoryNameMalformed(BaseReason, frozen=True, kw_only=True):
    """What was typed is not of the form `owner/repo`; `typed` is empty if nothing was."""

    typed: str = ""


class DirectMessage(BaseReason, frozen=True, kw_only=True):
    """The command was typed in a direct message, which cannot be bound to a repository."""


class WrongWorkspace(BaseReason, frozen=True, kw_only=True):
    """The request comes from a Slack workspace that this deploybot does not serve."""


class GuestMayNotBind(BaseReason, frozen=True, kw_only=True):
    """Guests of the workspace may not bind or unbind a channel, nor claim a GitHub login."""


class IdentityUnverified(BaseReason, frozen=True, kw_only=True):
    """Only somebody with a verified GitHub login may bind the repository.

    If `login` is set, it is verified but lacks `access` (`read` or `write`) to the repository.
    """

    repository: str
    login: str = ""
    access: str = ""


class ChannelIsAnother(BaseReason, frozen=True, kw_only=True):
    """The repository's configuration allows only another channel, `channel` (an id)."""

    repository: str
    channel: str


class LoginTaken(BaseReason, frozen=True, kw_only=True):
    """The GitHub login is already linked to somebody else, `slack_userid`."""

    login: str
    slack_userid: str = ""


class VerifyingOff(BaseReason, frozen=True, kw_only=True):
    """Logins cannot be verified, because `GITHUB_CLIENT_SECRET` is not set."""


class CodeInvalid(BaseReason, frozen=True, kw_only=True):
    """The verification code is wrong, expired, already used, or another Slack user's."""


class ClaimUnreadable(BaseReason, frozen=True, kw_only=True):
    """The value of a claim button is not the id of a GitHub user."""


class NobodyToClaim(BaseReason, frozen=True, kw_only=True):
    """Every collaborator of the repository is linked already."""

    repository: str


class NotLinked(BaseReason, frozen=True, kw_only=True):
    """The person has no linked GitHub login that could be removed."""


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
