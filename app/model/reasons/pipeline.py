"""What becomes of a pipeline: refused for its own sake, lost, failed, or never heard of again."""

from app.model.reasons.base import BaseReason, Linked


class CIConfigError(BaseReason, frozen=True, kw_only=True):
    """The pipeline's own configuration cannot be read."""

    message: str = ""
    url: str = ""


class CINoWorkflow(BaseReason, frozen=True, kw_only=True):
    """The pipeline exists, and none of its workflows (or not the one named) ran."""

    workflow: str = ""
    url: str = ""


class CINoTagFilter(BaseReason, frozen=True, kw_only=True):
    """The pipeline of a tag has no workflow (or not the one named): its jobs leave tags out."""

    tag: str
    workflow: str = ""
    url: str = ""


class CISetupFailed(BaseReason, frozen=True, kw_only=True):
    """The workflow that adds the pipeline's other workflows failed, so that none was added."""

    workflow: str = ""
    url: str = ""


class WorkflowNamedDifferently(BaseReason, frozen=True, kw_only=True):
    """The pipeline lacks the workflow that was `asked` for, and has others: those `found`.

    `ended`: they are over, and what they came to is nobody's outcome. It was started by `tag`, if
    that is given.
    """

    asked: str
    found: tuple[str, ...] = ()
    url: str = ""
    ended: bool = False
    tag: str = ""


class Candidate(Linked, frozen=True, kw_only=True):
    """A pipeline that may be the deployment's; its name is its number."""

    id: str


class PipelineUndecided(BaseReason, frozen=True, kw_only=True):
    """Pipelines that cannot be read may be the deployment's, newest first."""

    pipelines: tuple[Candidate, ...] = ()


class PipelineDoubled(BaseReason, frozen=True, kw_only=True):
    """Two pipelines were started for the deployment; numbers, where they are known."""

    kept: int | None = None
    kept_url: str = ""
    canceled: int | None = None
    canceled_url: str = ""


class RunsBeside(BaseReason, frozen=True, kw_only=True):
    """The deployment runs although another one, `running`, has the environment."""

    running: int
    environment: str


class PipelineCanceledElsewhere(BaseReason, frozen=True, kw_only=True):
    """The pipeline was canceled on the CI's page, `by` whom where that is told."""

    by: str = ""
    url: str = ""


class ApprovalJobWaiting(BaseReason, frozen=True, kw_only=True):
    """A job waits for somebody's approval.

    `listed` are those who may, as the file has them; empty: anybody. `refused` is what the CI said
    when an approval was passed on, where it did not take that.
    """

    job: str = ""
    url: str = ""
    listed: tuple[str, ...] = ()
    refused: str = ""


class ApprovalTimedOut(BaseReason, frozen=True, kw_only=True):
    """Nobody approved a job for `seconds`, so that its workflow was canceled."""

    seconds: float
    job: str = ""
    url: str = ""


class JobFailed(BaseReason, frozen=True, kw_only=True):
    """A job failed; where its name is not known, something in the workflow did."""

    job: str = ""
    workflow: str = ""
    url: str = ""


class WorkflowFailed(BaseReason, frozen=True, kw_only=True):
    """A workflow ended other than well, as `status`, and no failed job is known."""

    workflow: str = ""
    status: str = ""
    url: str = ""


class TimedOut(BaseReason, frozen=True, kw_only=True):
    """There was no outcome for `seconds`."""

    seconds: float
    url: str = ""


class WebhookLost(BaseReason, frozen=True, kw_only=True):
    """A webhook did not come; what it would have told was found `late` seconds later."""

    provider: str
    healed_by: str
    late: float | None = None


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
