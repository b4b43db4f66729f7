"""The reasons that a provider's failures in a row give (pure)."""

from typing import Literal

from app.model.effects import Backoff
from app.model.reasons import Reason
from app.model.reasons.binding import (
    AppNotInstalled,
    AppSuspended,
    AppUninstalled,
    RepositoryArchived,
    RepositoryNotFound,
)
from app.model.reasons.ci import CIDown, CIRateLimited, CIUnseen
from app.model.reasons.github import GitHubDown, GitHubRateLimited
from app.model.reasons.ours import SlackDown

CANCELING = "CancelPipeline"
"""The name of the step that the CI may refuse although it shows the pipeline."""

Silent = Literal["github", "ci", "slack"]
"""The providers whose outages people are told of; the ticket system's don't matter."""


def down(
    provider: Silent,
    pause: Backoff,
    *,
    attempts: int = 0,
    unsure: bool = False,
    gave_up: bool = False,
) -> Reason:
    """The provider doesn't answer.

    What waits is kept until `until` (epoch seconds). `unsure`: the CI may have started the
    pipeline. `gave_up`: what waited has ended.
    """
    if provider == "slack":
        return SlackDown(message=pause.error)
    if provider == "github":
        return GitHubDown(since=pause.since, message=pause.error, gave_up=gave_up)
    return CIDown(
        since=pause.since,
        attempts=attempts,
        status=pause.status,
        message=pause.error,
        unsure=unsure,
        gave_up=gave_up,
    )


def unseen(pause: Backoff, *, url: str, gave_up: bool = False) -> Reason:
    """The CI doesn't show us a pipeline, or doesn't let us cancel it; `url` is its page."""
    return CIUnseen(
        status=pause.status,
        message=pause.error,
        since=pause.since,
        url=url,
        canceling=pause.doing == CANCELING,
        gave_up=gave_up,
    )


def rate_limited(
    provider: Literal["github", "ci"],
    pause: Backoff,
    *,
    retry_at: float | None = None,
    gave_up: bool = False,
) -> Reason:
    """The provider asks us to wait; times are epoch seconds."""
    if provider == "ci":
        return CIRateLimited(gave_up=gave_up)
    return GitHubRateLimited(since=pause.since, retry_at=retry_at, gave_up=gave_up)


def since_begun(reason: Reason, *, repository: str, url: str = "", gave_up: bool = False) -> Reason:
    """A refusal as it is told of a deployment that had begun: the App was installed then.

    `repository` is the deployment's; on `url` an owner can lift the refusal.
    """
    if isinstance(reason, AppNotInstalled | RepositoryNotFound | AppUninstalled):
        return AppUninstalled(repository=repository, url=url or reason.url, gave_up=gave_up)
    if isinstance(reason, AppSuspended):
        return AppSuspended(repository=repository, url=url or reason.url, gave_up=gave_up)
    if isinstance(reason, RepositoryArchived):
        return RepositoryArchived(repository=repository)
    return reason
