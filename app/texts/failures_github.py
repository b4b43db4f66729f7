"""GitHub is down, asks us to wait, or refuses."""

from app.texts.failure import Details, Failure


def _kept(d: Details) -> str:
    if d.raw("gave_up"):
        return "I gave up. Nothing more is done; type it again when GitHub is back."
    until, again = d.time("until"), d.clock("retry_at")
    bound = f" until {until}" if until and d.raw("until") != d.raw("retry_at") else ""
    then = f" Next try at {again}." if again else ""
    return f"This is kept and goes on by itself{bound}.{then} There is nothing to type."


def _github_down(d: Details) -> str:
    since = d.time("since")
    silent = f"has not answered since {since}" if since else "does not answer"
    return f"GitHub {silent}{d.quote(lead=', last: ')} {_kept(d)}"


def _github_rate_limited(d: Details) -> str:
    since = d.time("since")
    when = f" since {since}" if since else ""
    return f"GitHub has asked me to wait{when}: I have used up its rate limit. {_kept(d)}"


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
        {"since": "1790000000", "until": "1790086400", "message": "502 Bad Gateway"},
    ),
    Failure(
        "github_rate_limited",
        "GitHub's rate limit is used up.",
        _github_rate_limited,
        {"since": "1790000000", "until": "1790086400", "retry_at": "1790003600"},
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
