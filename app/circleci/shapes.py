"""Types for the parts of CircleCI's answers that we read, and the model's types made of them.

https://circleci.com/docs/api/v2/
"""

from datetime import UTC, datetime
from typing import Generic, TypeVar
from urllib.parse import quote, urlsplit

from msgspec import Struct, structs

from app.circleci.refusals import Sent
from app.circleci.rules import number_in
from app.circleci.states import (
    SETUP,
    SKIPPED,
    PipelineError,
    job_state,
    pipeline_problem,
    workflow_state,
)
from app.model import Json
from app.model.ci import Job, Pipeline, PipelineReading, Workflow

T = TypeVar("T")

SOMEBODY = "somebody"
"""Stands for a user whose name CircleCI does not give."""

GITHUB = frozenset({"github_app", "github_oauth"})
"""Providers whose repositories have GitHub's ids."""


class Page(Struct, Generic[T]):
    """A page of a list; `next_page_token` if there are more."""

    items: list[T]
    next_page_token: str | None = None


class Started(Struct):
    """A pipeline that was started; without an id, none was."""

    id: str | None = None
    number: int = 0
    created_at: datetime | None = None


class Vcs(Struct):
    """Where a pipeline's code comes from (OAuth projects)."""

    branch: str | None = None
    tag: str | None = None
    revision: str | None = None


class PipelineItem(Struct):
    """A pipeline."""

    id: str
    number: int = 0
    state: str = ""
    project_slug: str = ""
    created_at: datetime | None = None
    errors: list[PipelineError] = []
    vcs: Vcs | None = None
    trigger_parameters: dict[str, Json] | None = None


class WorkflowItem(Struct):
    """A workflow of a pipeline."""

    id: str
    name: str
    status: str
    created_at: datetime | None = None
    stopped_at: datetime | None = None
    pipeline_number: int = 0
    project_slug: str = ""
    tag: str | None = None
    canceled_by: str | None = None

    def named(self, canceled_by: str) -> "WorkflowItem":
        """The same workflow, canceled by somebody with a name instead of an id."""
        return structs.replace(self, canceled_by=canceled_by)


class UserItem(Struct):
    """A CircleCI user."""

    login: str = ""
    name: str = ""

    @property
    def shown(self) -> str:
        """The login or the name; `SOMEBODY` if CircleCI gives neither."""
        return self.login or self.name or SOMEBODY


class JobItem(Struct):
    """A job of a workflow; an approval job has no number."""

    id: str
    name: str
    status: str
    type: str = "build"
    job_number: int | None = None
    approval_request_id: str | None = None
    project_slug: str = ""


class ProjectItem(Struct):
    """A project."""

    id: str


class RepositoryItem(Struct):
    """A repository; `external_id` is its id at its provider."""

    external_id: str | int | None = None


class SourceItem(Struct):
    """Where a pipeline definition takes its code from."""

    provider: str = ""
    repo: RepositoryItem | None = None


class DefinitionItem(Struct):
    """A pipeline definition of a project.

    https://circleci.com/docs/api/v2/#tag/Pipeline-Definition
    """

    id: str
    checkout_source: SourceItem | None = None

    @property
    def checks_out(self) -> int | None:
        """GitHub's id of the repository; None if it is another provider's, or missing."""
        source = self.checkout_source
        if source is None or source.repo is None or source.provider not in GITHUB:
            return None
        return number_in(source.repo.external_id)


class WebhookItem(Struct):
    """An outbound webhook."""

    url: str
    events: list[str] = []


def values_of(content: Json) -> dict[str, Json]:
    """The values of a pipeline, which CircleCI may wrap in an object."""
    if not isinstance(content, dict):
        return {}
    inner = content.get("values")
    return inner if isinstance(inner, dict) else content


def page_url(base_url: str) -> str:
    """Where people see pipelines: `app.circleci.com`, or the host of a CircleCI Server."""
    parts = urlsplit(base_url)
    host = "app.circleci.com" if parts.netloc == "circleci.com" else parts.netloc
    return f"{parts.scheme}://{host}"


class Links(Struct, frozen=True):
    """Addresses of CircleCI's own pages; `base` without a trailing slash."""

    base: str

    def pipeline(self, slug: str, number: int) -> str:
        """A pipeline's page; empty if the project or the number is not known."""
        return f"{self.base}/pipelines/{quote(slug)}/{number}" if slug and number else ""

    def workflow(self, slug: str, number: int, workflow_id: str) -> str:
        """A workflow's page; empty likewise."""
        pipeline = self.pipeline(slug, number)
        return f"{pipeline}/workflows/{quote(workflow_id, safe='')}" if pipeline else ""

    def webhooks(self, slug: str) -> str:
        """The settings of a project's outbound webhooks."""
        return f"{self.base}/settings/project/{quote(slug)}/webhooks"

    def job(self, slug: str, number: int | None) -> str:
        """A job's page; empty likewise."""
        return f"{self.base}/jobs/{quote(slug)}/{number}" if slug and number else ""


def epoch(at: datetime | None) -> float:
    """The moment in epoch seconds; 0 for none. A time without a zone is UTC."""
    if at is None:
        return 0.0
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def pipeline_of(
    item: PipelineItem,
    links: Links,
    *,
    deployment_id: int | None = None,
    unreadable: bool = False,
) -> Pipeline:
    """The model's pipeline, made of CircleCI's."""
    vcs = item.vcs or _git(item.trigger_parameters)
    return Pipeline(
        id=item.id,
        number=item.number,
        created_at=epoch(item.created_at),
        url=links.pipeline(item.project_slug, item.number),
        deployment_id=deployment_id,
        unreadable=unreadable,
        branch=vcs.branch,
        tag=vcs.tag,
        revision=vcs.revision or "",
        project=item.project_slug,
    )


def _git(trigger_parameters: dict[str, Json] | None) -> Vcs:
    """Where the code of a GitHub App project's pipeline comes from; empty strings are dropped."""
    git = (trigger_parameters or {}).get("git")
    if not isinstance(git, dict):
        return Vcs()
    return Vcs(
        branch=str(git.get("branch") or "") or None,
        tag=str(git.get("tag") or "") or None,
        revision=str(git.get("checkout_sha") or "") or None,
    )


def workflow_of(item: WorkflowItem, links: Links) -> Workflow:
    """The model's workflow, made of CircleCI's."""
    return Workflow(
        id=item.id,
        name=item.name,
        state=workflow_state(item.status),
        said=item.status,
        created_at=epoch(item.created_at),
        stopped_at=epoch(item.stopped_at) if item.stopped_at else None,
        url=links.workflow(item.project_slug, item.pipeline_number, item.id),
        prepares=item.tag == SETUP,
        canceled_by=item.canceled_by or "",
        skipped=item.status == SKIPPED,
    )


def job_of(item: JobItem, links: Links) -> Job:
    """The model's job, made of CircleCI's."""
    return Job(
        id=item.approval_request_id or item.id,
        name=item.name,
        state=job_state(item.status, item.type),
        url=links.job(item.project_slug, item.job_number),
    )


def reading_of(
    item: PipelineItem, items: list[WorkflowItem], links: Links, sent: Sent
) -> PipelineReading:
    """A pipeline and its workflows, as the model has them."""
    works = any(each.tag != SETUP for each in items)
    return PipelineReading(
        pipeline=pipeline_of(item, links),
        made=item.state == "created",
        problem=pipeline_problem(item.state, item.errors, works=works, sent=sent),
        workflows=tuple(workflow_of(each, links) for each in items),
    )


def reading_of_workflows(
    pipeline_id: str, items: list[WorkflowItem], links: Links
) -> PipelineReading | None:
    """The same, made of the workflows alone; None if the pipeline must be read as well.

    Workflows other than setup workflows exist only once the pipeline is `created`.
    """
    real = [item for item in items if item.tag != SETUP]
    if not real:
        return None
    slug, number = real[0].project_slug, real[0].pipeline_number
    return PipelineReading(
        pipeline=Pipeline(
            id=pipeline_id, number=number, url=links.pipeline(slug, number), project=slug
        ),
        made=True,
        workflows=tuple(workflow_of(item, links) for item in items),
    )
