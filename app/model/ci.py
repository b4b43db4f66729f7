"""What a CI tells us, in neutral words that every CI's folder translates its own into.

Times are epoch seconds.
"""

from enum import StrEnum

from msgspec import Struct

from app.model.reasons import Reason
from app.model.reasons.ci import CIParameter


class CIState(StrEnum):
    """Where a pipeline, a workflow or a job stands; from `SUCCESS` on it has ended."""

    PENDING = "pending"
    RUNNING = "running"
    ON_HOLD = "on_hold"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"
    CANCELED = "canceled"

    @property
    def ended(self) -> bool:
        """Whether nothing of it is open; what waits for a person (`ON_HOLD`) is."""
        return self not in (self.PENDING, self.RUNNING, self.ON_HOLD)


class Pipeline(Struct, frozen=True, kw_only=True):
    """A pipeline just started or found; `deployment_id` is what it was told, if it was told one.

    `unreadable`: the CI does not say what it was told.
    """

    id: str
    number: int
    created_at: float = 0.0
    url: str = ""
    deployment_id: int | None = None
    unreadable: bool = False
    branch: str | None = None
    tag: str | None = None
    revision: str = ""
    project: str = ""


class PipelineSearch(Struct, frozen=True, kw_only=True):
    """A search for pipelines, a page at a time, newest first; `pages` were read.

    `older` is where the next page begins: None once all were read.
    """

    found: tuple[Pipeline, ...] = ()
    older: str | None = ""
    pages: int = 0


class Workflow(Struct, frozen=True, kw_only=True):
    """A workflow of a pipeline; of those with one name the newest counts.

    `said` is the CI's own word for its state, for people to read. A workflow that `prepares` only
    adds the pipeline's other workflows: its success decides nothing. `canceled_by` is who canceled
    it; empty where the CI did so itself, in favour of a newer pipeline. One that is `skipped` is
    not run, for the commit's message asks for that.
    """

    id: str
    name: str
    state: CIState
    said: str = ""
    created_at: float = 0.0
    stopped_at: float | None = None
    url: str = ""
    prepares: bool = False
    canceled_by: str = ""
    skipped: bool = False


class WorkflowReport(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A workflow's outcome as the CI's webhook told it; `at` is when it ended.

    `said` is the CI's own word for the state.
    """

    id: str
    name: str
    state: CIState
    at: float
    said: str = ""
    url: str = ""


class PipelineReading(Struct, frozen=True, kw_only=True):
    """A pipeline as last read; once it is `made`, the CI adds no more workflows to it.

    With a `problem` it has failed, but for workflows of it that are still open.
    """

    pipeline: Pipeline
    made: bool
    problem: Reason | None = None
    workflows: tuple[Workflow, ...] = ()


class WebhookGap(Struct, frozen=True, kw_only=True):
    """Why the CI does not report to us: its own words, and where a person sets it up."""

    message: str
    project_unknown: bool = False
    settings_url: str = ""


class FileGaps(Struct, frozen=True, kw_only=True):
    """What the file that tells the CI what to run lacks for deployments.

    `parameters` are those to declare. `workflow` is the one that is named and not there; empty:
    none is for deployments. With `checkout` nothing uses the deployment's commit. `untagged` are
    jobs that do not run on tags.
    """

    missing: bool = False
    parameters: tuple[CIParameter, ...] = ()
    workflow: str | None = None
    checkout: bool = False
    untagged: tuple[str, ...] = ()


class Job(Struct, frozen=True, kw_only=True):
    """A job of a workflow; one that is `ON_HOLD` waits for a person's approval, by its `id`."""

    id: str
    name: str
    state: CIState
    url: str = ""
