"""CircleCI's statuses of pipelines, workflows and jobs, mapped to neutral states (pure).

https://circleci.com/docs/api/v2/ lists them. A status that we do not know counts as running for a
workflow, and as pending for a job.
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
"""The status of a workflow that the head commit's message asks to skip: `[ci skip]`.

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
    """Why a pipeline could not be created."""

    type: str = "other"
    message: str = ""


def workflow_state(status: str) -> CIState:
    """The state of a workflow, by its `status`."""
    return _WORKFLOW.get(status, CIState.RUNNING)


def job_state(status: str, kind: str) -> CIState:
    """The state of a job, by its `status` and `type`: only an approval job waits for a person."""
    if status == "on_hold" and kind == "approval":
        return CIState.ON_HOLD
    return _JOB.get(status, CIState.PENDING)


def pipeline_problem(
    state: str, errors: Sequence[PipelineError], *, works: bool, sent: Sent
) -> Reason | None:
    """The reason in a pipeline's first error; None if it has none.

    Wrong parameters and a used-up plan have reasons of their own, as people mend them differently.
    Errors are ignored if the pipeline `works` (it has workflows) and its `state` is not `errored`.
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
