"""How a pipeline can fail: a broken configuration, no workflow, a failed job, no answer in time."""

from app.model.reasons.base import BaseReason, Linked


class CIConfigError(BaseReason, frozen=True, kw_only=True):
    """The CI could not process the project's CI configuration; `message` is its error."""

    message: str = ""
    url: str = ""


class CINoWorkflow(BaseReason, frozen=True, kw_only=True):
    """The pipeline has no workflow at all, or not the one named `workflow`."""

    workflow: str = ""
    url: str = ""


class CINoTagFilter(BaseReason, frozen=True, kw_only=True):
    """A tag's pipeline has no workflow (or not `workflow`), because its jobs do not run on tags."""

    tag: str
    workflow: str = ""
    url: str = ""


class CISetupFailed(BaseReason, frozen=True, kw_only=True):
    """The setup workflow, which adds the pipeline's other workflows, failed."""

    workflow: str = ""
    url: str = ""


class WorkflowNamedDifferently(BaseReason, frozen=True, kw_only=True):
    """The pipeline lacks the workflow that the configuration names, `asked`, but has `found`.

    `ended`: the workflows it has are over, which says nothing about this deployment. `tag` is set
    if the pipeline is a tag's.
    """

    asked: str
    found: tuple[str, ...] = ()
    url: str = ""
    ended: bool = False
    tag: str = ""


class Candidate(Linked, frozen=True, kw_only=True):
    """A pipeline that may belong to the deployment; `name` is its number."""

    id: str


class PipelineUndecided(BaseReason, frozen=True, kw_only=True):
    """Any of these pipelines may be the deployment's: the CI does not show us their parameters.

    The newest comes first.
    """

    pipelines: tuple[Candidate, ...] = ()


class PipelineDoubled(BaseReason, frozen=True, kw_only=True):
    """Two pipelines were started for the deployment: one is kept, the other was canceled.

    `kept` is the first one's number; None if not known.
    """

    kept: int | None = None
    kept_url: str = ""
    canceled_url: str = ""


class RunsBeside(BaseReason, frozen=True, kw_only=True):
    """The deployment runs at the same time as another, `running` (its id), in its environment."""

    running: int
    environment: str


class PipelineCanceledElsewhere(BaseReason, frozen=True, kw_only=True):
    """The pipeline was canceled on the CI's page; `by` is a name, empty if the CI does not say."""

    by: str = ""
    url: str = ""


class ApprovalJobWaiting(BaseReason, frozen=True, kw_only=True):
    """A CI job waits for somebody's approval.

    `listed` are the people and teams who may give it, as spelled in the configuration file; empty:
    anybody. `refused` is the CI's error if it rejected the last approval that we passed on.
    """

    job: str = ""
    url: str = ""
    listed: tuple[str, ...] = ()
    refused: str = ""


class ApprovalTimedOut(BaseReason, frozen=True, kw_only=True):
    """Nobody approved a job for `seconds`, so we canceled its workflow."""

    seconds: float
    job: str = ""
    url: str = ""


class JobFailed(BaseReason, frozen=True, kw_only=True):
    """A job of the workflow failed; `job` is empty if its name is not known."""

    job: str = ""
    workflow: str = ""
    url: str = ""


class WorkflowFailed(BaseReason, frozen=True, kw_only=True):
    """A workflow ended with `status`, which is not success, and no failed job is known."""

    workflow: str = ""
    status: str = ""
    url: str = ""


class TimedOut(BaseReason, frozen=True, kw_only=True):
    """The pipeline ran for `seconds` without an outcome."""

    seconds: float
    url: str = ""


class WebhookLost(BaseReason, frozen=True, kw_only=True):
    """The CI's webhook about the outcome did not arrive; polling found it `late` seconds later."""

    late: float


PipelineReason = (
    CIConfigError
    | CINoWorkflow
    | CINoTagFilter
    | CISetupFailed
    | WorkflowNamedDifferently
    | PipelineUndecided
    | PipelineDoubled
    | RunsBeside
    | PipelineCanceledElsewhere
    | ApprovalJobWaiting
    | ApprovalTimedOut
    | JobFailed
    | WorkflowFailed
    | TimedOut
    | WebhookLost
)
