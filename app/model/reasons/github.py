"""GitHub is down, limits our requests, or refuses one."""

from app.model.reasons.base import BaseReason


class GitHubDown(BaseReason, frozen=True, kw_only=True):
    """GitHub has not answered since `since` (epoch seconds); `gave_up`: we have stopped trying."""

    since: float | None = None
    message: str = ""
    gave_up: bool = False


class GitHubRateLimited(BaseReason, frozen=True, kw_only=True):
    """GitHub's rate limit is reached since `since`, and it asks us to wait until `retry_at`.

    Times are epoch seconds. `gave_up`: we have stopped trying.
    """

    since: float | None = None
    retry_at: float | None = None
    gave_up: bool = False


class GitHubRefused(BaseReason, frozen=True, kw_only=True):
    """GitHub refused a request with `message`; `permission` is the one our App lacks, if known."""

    message: str = ""
    permission: str = ""


GitHubReason = GitHubDown | GitHubRateLimited | GitHubRefused
