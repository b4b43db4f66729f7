"""GitHub is down, asks us to wait, or refuses."""

from app.model.reasons.base import BaseReason


class GitHubDown(BaseReason, frozen=True, kw_only=True):
    """GitHub has not answered since `since`; what waits for it is kept until `until`.

    Times are epoch seconds. `gave_up`: it was kept for so long that it has ended.
    """

    since: float | None = None
    until: float | None = None
    message: str = ""
    gave_up: bool = False


class GitHubRateLimited(BaseReason, frozen=True, kw_only=True):
    """GitHub asks us to wait until `retry_at`; times are epoch seconds."""

    since: float | None = None
    until: float | None = None
    retry_at: float | None = None
    gave_up: bool = False


class GitHubRefused(BaseReason, frozen=True, kw_only=True):
    """GitHub refuses with `message`; `permission` is the one that our App lacks."""

    message: str = ""
    permission: str = ""


GitHubReason = GitHubDown | GitHubRateLimited | GitHubRefused
