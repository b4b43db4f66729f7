"""CircleCI's words for where pipelines, workflows and jobs stand, as neutral states (pure).

https://circleci.com/docs/api/v2/ lists the words of each. One that CircleCI adds some day counts
as still running for a workflow, and as not begun for a job.
"""

from collections.abc import Sequence

from msgspec import Struct

from app.circleci.refusals import Sent, wrong_parameters
from app.model.ci import CIState
from app.model.reasons import Reason
from app.model.reasons.ci import CIPlanLimit
from app.model.reasons.pipeline import CIConfigError

SETUP = "setup"
"""The tag of a workflow that only computes the configuration of the pipeline's other workflows.

https://circleci.com/docs/dynamic-config/
"""

_WORKFLOW = {
    "success": CIState.SUCCESS,
    "failed": CIState.FAILURE,
    "error": CIState.ERROR,
    "unauthorized": CIState.ERROR,
    "not_run": CIState.ERROR,
    "canceled": CIState.CANCELED,
    "on_hold": CIState.ON_HOLD,
    "running": CIState.RUNNING,
    "failing": CIState.RUNNING,  # a job of it failed, others still run
}

SKIPPED = "not_run"
"""What a workflow is where the head commit's message asks to skip it: `[ci skip]`.

https://circleci.com/docs/guides/orchestrate/skip-build/
"""

_JOB = {
    "queued": CIState.RUNNING,
    "running": CIState.RUNNING,
    "success": CIState.SUCCESS,
    "failed": CIState.FAILURE,
    "timedout": CIState.FAILURE,
    "infrastructure_fail": CIState.FAILURE,
    "terminated-unknown": CIState.FAILURE,
    "unauthorized": CIState.FAILURE,
    "canceled": CIState.CANCELED,
    "not_run": CIState.CANCELED,
}


class PipelineError(Struct):
    """Why a pipeline could not be made."""

    type: str = "other"
    message: str = ""


def workflow_state(status: str) -> CIState:
    """Where a workflow stands, by its `status`."""
    return _WORKFLOW.get(status, CIState.RUNNING)


def job_state(status: str, kind: str) -> CIState:
    """Where a job stands, by its `status` and `type`: only an approval job waits for a person."""
    if status == "on_hold" and kind == "approval":
        return CIState.ON_HOLD
    return _JOB.get(status, CIState.PENDING)


def pipeline_problem(
    state: str, errors: Sequence[PipelineError], *, works: bool, sent: Sent
) -> Reason | None:
    """The first error; what has another way out is told apart: parameters, a plan used up.

    Errors of a pipeline that `works`, for it has workflows and its `state` is not `errored`, do
    not matter.
    """
    if state != "errored" and (works or not errors):
        return None
    first = errors[0] if errors else PipelineError()
    wrong = wrong_parameters(first.message, sent)
    if wrong is not None:
        return wrong
    if first.type == "plan":
        return CIPlanLimit(message=first.message)
    return CIConfigError(message=first.message)
