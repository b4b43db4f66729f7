"""What a CI tells us, in neutral terms into which each CI's folder translates its own.

Times are epoch seconds.
"""

from enum import StrEnum

from msgspec import Struct

from app.model.reasons import Reason
from app.model.reasons.ci import CIParameter

MOST_PARAMETERS = 100
"""Most parameters that the CI accepts for a pipeline."""

LONGEST_PARAMETER = 512
"""Most characters that the CI accepts in a parameter's value."""


class CIState(StrEnum):
    """The state of a pipeline, a workflow or a job."""

    PENDING = "pending"
    RUNNING = "running"
    ON_HOLD = "on_hold"
    SUCCESS = "success"
    FAILURE = "failure"
    ERROR = "error"
    CANCELED = "canceled"

    @property
    def ended(self) -> bool:
        """Whether it is over; one that waits for a person (`ON_HOLD`) is not."""
        return self not in (self.PENDING, self.RUNNING, self.ON_HOLD)


class Pipeline(Struct, frozen=True, kw_only=True):
    """A pipeline that was just started or found.

    `deployment_id` is the value of that parameter, if it has it. `unreadable`: the CI does not show
    us the pipeline's parameters.
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
    """A paged search for pipelines, newest first, and how far it has got.

    `older` is the cursor of the next page (empty: the first; None: all pages were read), `pages`
    how many were read.
    """

    found: tuple[Pipeline, ...] = ()
    older: str | None = ""
    pages: int = 0


class Workflow(Struct, frozen=True, kw_only=True):
    """A workflow of a pipeline; of several with the same name, the newest counts.

    `said` is the CI's own word for its state, for people to read. `prepares`: it is a setup
    workflow, which only adds the pipeline's other workflows, so its success decides nothing.
    `canceled_by` is who canceled it; empty if the CI did, because a newer pipeline started.
    `skipped`: it does not run, because the commit's message asks for that.
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
    """A workflow's outcome, from the CI's webhook; `at` is when it ended.

    `said` is the CI's own word for the state, for people to read.
    """

    id: str
    name: str
    state: CIState
    at: float
    said: str = ""
    url: str = ""


class PipelineReading(Struct, frozen=True, kw_only=True):
    """A pipeline and its workflows, as last read.

    `made`: the CI will add no more workflows to it. With a `problem`, the pipeline has failed,
    although some of its workflows may still be running.
    """

    pipeline: Pipeline
    made: bool
    problem: Reason | None = None
    workflows: tuple[Workflow, ...] = ()


class WebhookGap(Struct, frozen=True, kw_only=True):
    """Why the CI does not send us webhooks: its own `message`, and the page to set one up."""

    message: str
    project_unknown: bool = False
    settings_url: str = ""


class FileGaps(Struct, frozen=True, kw_only=True):
    """What the CI's own configuration file lacks for deployments; `missing`: there is no file.

    `parameters` are those that it must declare. `workflow` is the one that our configuration names
    and it lacks; empty: it has no workflow for deployments at all. `checkout`: no job checks out
    the deployment's commit. `untagged` are jobs that do not run on tags.
    """

    missing: bool = False
    parameters: tuple[CIParameter, ...] = ()
    workflow: str | None = None
    checkout: bool = False
    untagged: tuple[str, ...] = ()


class Job(Struct, frozen=True, kw_only=True):
    """A job of a workflow; if it is `ON_HOLD`, its `id` is the one to approve it by."""

    id: str
    name: str
    state: CIState
    url: str = ""
