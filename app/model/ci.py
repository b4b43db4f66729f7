"""What CircleCI tells us, in the shape that decisions need. Times are epoch seconds."""

from msgspec import Struct


class Pipeline(Struct, frozen=True, kw_only=True):
    """A pipeline just started or found. `deployment_id` is the parameter, where declared."""

    id: str
    number: int
    created_at: float = 0.0
    url: str = ""
    deployment_id: int | None = None
    branch: str | None = None
    tag: str | None = None
    revision: str = ""
    project_slug: str = ""


class PipelineSearch(Struct, frozen=True, kw_only=True):
    """A search for pipelines, a page at a time, newest first; `pages` were read.

    `older` is where the next page begins: None once all were read.
    """

    found: tuple[Pipeline, ...] = ()
    older: str | None = ""
    pages: int = 0


class Workflow(Struct, frozen=True, kw_only=True):
    """A workflow of a pipeline; `status` is CircleCI's word. `tag` is `setup` for setup ones."""

    id: str
    name: str
    status: str
    created_at: float = 0.0
    stopped_at: float | None = None
    url: str = ""
    tag: str = ""
    canceled_by: str = ""


class PipelineReading(Struct, frozen=True, kw_only=True):
    """A pipeline's state with its workflows; `errors` are config errors, `(type, message)`."""

    pipeline: Pipeline
    state: str
    errors: tuple[tuple[str, str], ...] = ()
    workflows: tuple[Workflow, ...] = ()


class Job(Struct, frozen=True, kw_only=True):
    """A job of a workflow; `type` is `build` or `approval`."""

    id: str
    name: str
    status: str
    type: str = "build"
    number: int | None = None
    url: str = ""
    approval_request_id: str | None = None
