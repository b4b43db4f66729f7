"""Deployments as GitHub records them. Times are epoch seconds."""

from msgspec import Struct

from app.model.plan import TASK


class StatusSummary(Struct, frozen=True, kw_only=True):
    """A deployment's latest status; `state` is spelled as in the REST API (lower case)."""

    state: str
    description: str = ""
    log_url: str = ""
    environment_url: str = ""
    creator: str = ""
    created_at: float = 0.0
    id: int = 0


class Deployment(Struct, frozen=True, kw_only=True):
    """A deployment as GitHub records it; `payload` is JSON text.

    `history` has the state and time of each of its latest statuses, oldest first, and
    `reported_by` the logins that posted them. Both are empty if they were not read.
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
    """A page of deployments, newest first; `older` is the next page's cursor, None on the last."""

    deployments: tuple[Deployment, ...]
    older: str | None = None


class SweptDeployments(Struct, frozen=True, kw_only=True):
    """The latest deployments of many repositories, by repository id.

    Deployments of the repositories in `unread` may be missing, because GitHub did not let us read
    them now.
    """

    found: dict[int, list[Deployment]]
    unread: tuple[int, ...] = ()
