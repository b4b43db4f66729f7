"""GitHub is down, limits our requests, or refuses one."""

from app.model.reasons.base import BaseReason


class GitHubDown(BaseReason, frozen=True, kw_only=True):
    """GitHub has not answered since `since`; we keep trying until `until`.

    Times are epoch seconds. `gave_up`: we have stopped trying.
    """

    since: float | None = None
    until: float | None = None
    message: str = ""
    gave_up: bool = False


class GitHubRateLimited(BaseReason, frozen=True, kw_only=True):
    """GitHub's rate limit is reached, and it asks us to wait until `retry_at`.

    `until` is when we give up; with `gave_up` we have. Times are epoch seconds.
    """

    since: float | None = None
    until: float | None = None
    retry_at: float | None = None
    gave_up: bool = False


class GitHubRefused(BaseReason, frozen=True, kw_only=True):
    """GitHub refused a request with `message`; `permission` is the one our App lacks, if known."""

    message: str = ""
    permission: str = ""


GitHubReason = GitHubDown | GitHubRateLimited | GitHubRefused
