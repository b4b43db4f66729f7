"""A note: what is written down about one deployment without reading it first."""

from msgspec import Struct

from app.model.build import Json, WorkflowReport


class DeploymentFacts(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What an event of GitHub's tells of a deployment, under the names that `Build` has for it.

    What it does not tell is None, and left as it is known.
    """

    repository: str | None = None
    installation_id: int | None = None
    sha: str | None = None
    ref: str | None = None
    environment: str | None = None
    task: str | None = None
    description: str | None = None
    created_at: float | None = None
    creator: str | None = None
    creator_id: int | None = None
    creator_type: str | None = None
    app_slug: str | None = None
    workflow_run: bool | None = None
    transient: bool | None = None
    production: bool | None = None
    payload: str | None = None
    status_seen: str | None = None
    status_seen_at: float | None = None


class Note(Struct, frozen=True, kw_only=True):
    """What an entrance writes down about one deployment, in one upsert without a read.

    `facts` are attributes of `Build` that are overwritten, `once` those that are kept where
    they are known already; `report` is added to `Build.reports` under its workflow's id.
    """

    repository_id: int
    deployment_id: int
    facts: dict[str, Json] | DeploymentFacts = {}
    once: dict[str, Json] = {}
    report: WorkflowReport | None = None
