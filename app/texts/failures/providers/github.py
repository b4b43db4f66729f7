"""GitHub is down, has a rate limit, or refuses."""

from app.model.reasons.github import GitHubDown, GitHubRateLimited, GitHubRefused
from app.texts.failures.failure import failure
from app.texts.phrases import at_time, coded, quote


def _kept(r: GitHubDown | GitHubRateLimited, *, again: str) -> str:
    if r.gave_up:
        return f"I gave up; type it again {again}."
    return "I'll keep trying."


@failure(
    when="GitHub answers 5xx or not at all.",
    example=GitHubDown(since=1790000000, message="502 Bad Gateway"),
)
def github_down(r: GitHubDown) -> str:
    """Say since when, and whether I keep trying."""
    since = f" since {begun}" if (begun := at_time(r.since)) else ""
    last = f" ({coded(r.message)})" if r.message.strip() else ""
    down = "has been down" if since else "is down"
    return f"GitHub {down}{since}{last}. {_kept(r, again='when GitHub is back')}"


@failure(
    when="GitHub's rate limit is used up.",
    example=GitHubRateLimited(since=1790000000, retry_at=1790001200, gave_up=True),
)
def github_rate_limited(r: GitHubRateLimited) -> str:
    """Say until when, and whether I keep trying."""
    since = f" at {begun}" if (begun := at_time(r.since)) else ""
    until = f", which resets at {ends}" if (ends := at_time(r.retry_at)) else ""
    return f"I hit GitHub's rate limit{since}{until}. {_kept(r, again='after that')}"


@failure(
    when="GitHub answers 403, 404 or 422 unexpectedly.",
    example=GitHubRefused(
        message="Resource not accessible by integration", permission="Deployments: write"
    ),
    undeployed=True,
)
def github_refused(r: GitHubRefused) -> str:
    """Quote GitHub, and name the permission that the App lacks."""
    missing = coded(r.permission)
    way_out = (
        f"The App is missing the permission {missing}; an owner of the organization can grant it."
        if missing
        else "An owner of the organization can check the App's permissions in its settings."
    )
    return f"GitHub refused this{quote(r.message)} {way_out}"
