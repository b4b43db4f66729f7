"""GitHub is down, asks us to wait, or refuses."""

from app.model.reasons.github import GitHubDown, GitHubRateLimited, GitHubRefused
from app.texts.failures.failure import failure
from app.texts.failures.phrases import coded, day_time, quote


def _kept(r: GitHubDown | GitHubRateLimited, *, again: str) -> str:
    if r.gave_up:
        return f"I gave up. Nothing more is done; type it again {again}."
    bound = f" until {until}" if (until := day_time(r.until)) else ""
    return f"This is kept{bound} and goes on by itself. There is nothing to type."


@failure(
    when="GitHub answers 5xx or not at all.",
    example=GitHubDown(since=1790000000, until=1790001500, message="502 Bad Gateway"),
)
def github_down(r: GitHubDown) -> str:
    """Since when, and for how long what waits is kept."""
    since = day_time(r.since)
    silent = f"has not answered since {since}" if since else "does not answer"
    kept = _kept(r, again="when GitHub is back")
    return f"GitHub {silent}{quote(r.message, lead=', last: ')} {kept}"


@failure(
    when="GitHub's rate limit is used up.",
    example=GitHubRateLimited(since=1790000000, until=1790001500, retry_at=1790001200),
)
def github_rate_limited(r: GitHubRateLimited) -> str:
    """Until when, and for how long what waits is kept."""
    since = f" since {begun}" if (begun := day_time(r.since)) else ""
    until = f" until {ends}" if (ends := day_time(r.retry_at)) else ""
    limited = f"GitHub has asked me{since} to wait{until}: I have used up its rate limit."
    return f"{limited} {_kept(r, again='after that')}"


@failure(
    when="GitHub answers 403, 404 or 422 where none is expected.",
    example=GitHubRefused(
        message="Resource not accessible by integration", permission="Deployments: write"
    ),
    undeployed=True,
)
def github_refused(r: GitHubRefused) -> str:
    """GitHub's words, and what the App lacks."""
    missing = coded(r.permission)
    way_out = (
        f"The App lacks the permission {missing}; an owner of the organization can grant it."
        if missing
        else "An owner of the organization can see what the App may do in its settings."
    )
    return f"GitHub refused this{quote(r.message)} {way_out}"
