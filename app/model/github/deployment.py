"""Deployments as GitHub records them. Times are epoch seconds."""

from msgspec import Struct

from app.model.plan import TASK


class StatusSummary(Struct, frozen=True, kw_only=True):
    """A deployment's latest status; `state` is lower case, as REST spells it."""

    state: str
    description: str = ""
    log_url: str = ""
    environment_url: str = ""
    creator: str = ""
    created_at: float = 0.0
    id: int = 0


class Deployment(Struct, frozen=True, kw_only=True):
    """A deployment as GitHub records it; `payload` is JSON text.

    `history` are the states of its latest statuses with when each was posted (epoch seconds),
    oldest first, `reported_by` the logins of those who posted them; empty where that was not read.
    """

    id: int
    sha: str
    ref: str
    environment: str
    task: str = TASK
    created_at: float = 0.0
    creator: str = ""
    creator_id: int | None = None
    creator_type: str = ""
    app_slug: str | None = None
    payload: str = ""
    transient: bool = False
    production: bool = False
    status: StatusSummary | None = None
    history: tuple[tuple[str, float], ...] = ()
    reported_by: tuple[str, ...] = ()


class DeploymentPage(Struct, frozen=True, kw_only=True):
    """Some deployments, newest first; `older` is the cursor of the next page, None on the last."""

    deployments: tuple[Deployment, ...]
    older: str | None = None


class SweptDeployments(Struct, frozen=True, kw_only=True):
    """The latest deployments by repository id.

    Of the repositories in `unread` some or all are missing: GitHub did not let us read them now.
    """

    found: dict[int, list[Deployment]]
    unread: tuple[int, ...] = ()
