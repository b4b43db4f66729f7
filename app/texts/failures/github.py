"""GitHub is down, asks us to wait, or refuses."""

from app.texts.failures.failure import Details, Failure


def _kept(d: Details, *, again: str) -> str:
    if d.raw("gave_up"):
        return f"I gave up. Nothing more is done; type it again {again}."
    bound = f" until {until}" if (until := d.time("until")) else ""
    return f"This is kept{bound} and goes on by itself. There is nothing to type."


def _github_down(d: Details) -> str:
    since = d.time("since")
    silent = f"has not answered since {since}" if since else "does not answer"
    kept = _kept(d, again="when GitHub is back")
    return f"GitHub {silent}{d.quote(lead=', last: ')} {kept}"


def _github_rate_limited(d: Details) -> str:
    since = f" since {begun}" if (begun := d.time("since")) else ""
    until = f" until {ends}" if (ends := d.time("retry_at")) else ""
    limited = f"GitHub has asked me{since} to wait{until}: I have used up its rate limit."
    return f"{limited} {_kept(d, again='after that')}"


def _github_refused(d: Details) -> str:
    missing = d.code("permission")
    way_out = (
        f"The App lacks the permission {missing}; an owner of the organization can grant it."
        if missing
        else "An owner of the organization can see what the App may do in its settings."
    )
    return f"GitHub refused this{d.quote()} {way_out}"


GITHUB = (
    Failure(
        "github_down",
        "GitHub answers 5xx or not at all.",
        _github_down,
        {"since": "1790000000", "until": "1790001500", "message": "502 Bad Gateway"},
    ),
    Failure(
        "github_rate_limited",
        "GitHub's rate limit is used up.",
        _github_rate_limited,
        {"since": "1790000000", "until": "1790001500", "retry_at": "1790001200"},
    ),
    Failure(
        "github_refused",
        "GitHub answers 403, 404 or 422 where none is expected.",
        _github_refused,
        {
            "message": "Resource not accessible by integration",
            "permission": "Deployments: write",
        },
        undeployed=True,
    ),
)
