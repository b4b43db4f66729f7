"""A job that waits at the CI for an approval: one that is given here is passed on (pure)."""

from msgspec import structs

from app.lifecycle.backoff import waits
from app.lifecycle.deployment.phases.transitions import unwanted_since
from app.lifecycle.deployment.step_types import ApproveJob, BuildStep, Facts
from app.lifecycle.look_types import Limits, Now
from app.model.build import Build, BuildState


def pass_on(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Approve the job at the CI once for each approval given here; a rejection goes first.

    The pipeline is read right after that, as no webhook tells that it goes on.
    """
    job = b.jobs.approval_id if b.jobs is not None and b.state is BuildState.ON_HOLD else ""
    approval = b.job_approvals.get(job)
    if b.jobs is None or approval is None or unwanted_since(b) is not None:
        return None
    if b.passed_on == approval or waits(b, "ci", now.wall):
        return None
    passed = structs.replace(b, passed_on=approval, looked_at=None, not_passed="")
    return ApproveJob(workflow_id=b.jobs.approval_workflow, job_id=job, build=passed)
