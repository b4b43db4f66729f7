"""A job that the CI holds: an approval is passed on, once for each time that somebody gives it."""

from typing import Any

from app.lifecycle.deployment.step_types import ApproveJob
from app.model.build import Build, BuildState
from app.model.build_parts import Approval, CancelRequest, JobProgress
from app.model.plan import Person
from tests.lifecycle import decisions as d

SAM = Person(name="Sam", slack_userid="U2")
HELD = JobProgress(done=1, total=2, approval="hold", approval_id="j1", approval_workflow="w1")
NEXT = JobProgress(done=2, total=3, approval="go", approval_id="j2", approval_workflow="w1")


def held(**facts: Any) -> Build:
    """One whose job is held, and that Sam has approved."""
    known = {
        "state": BuildState.ON_HOLD,
        "on_hold_since": d.T0,
        "jobs": HELD,
        "job_approvals": {"j1": Approval(by=SAM, at=d.T0)},
    }
    return d.running(**{**known, **facts})


def test_it_is_passed_on_once_and_looked_at_soon() -> None:
    """No webhook tells that it goes on."""
    step = d.step(held())
    assert isinstance(step, ApproveJob)
    assert (step.workflow_id, step.job_id) == ("w1", "j1")
    after = d.step(step.build, wall=d.T0 + d.LIMITS.watch)
    assert type(after).__name__ == "Read"
    looked = d.changed(step.build, looked_at=d.T0)
    assert not isinstance(d.step(d.shown(looked)), ApproveJob)
    due = d.step(d.shown(looked))
    assert due.due_at == d.T0 + 5.0  # type: ignore[union-attr]


def test_who_presses_again_has_it_passed_on_again() -> None:
    """The CI may have lost the first; of another job nothing was approved."""
    done = Approval(by=SAM, at=d.T0)
    assert not isinstance(d.step(held(approval_passed_on=done)), ApproveJob)
    again = {"j1": Approval(by=SAM, at=d.T0 + 9)}
    assert isinstance(d.step(held(approval_passed_on=done, job_approvals=again)), ApproveJob)
    assert not isinstance(d.step(held(jobs=NEXT)), ApproveJob)


def test_a_rejection_goes_first_and_a_silent_ci_is_left_alone() -> None:
    """It is passed on once the CI answers."""
    rejected = CancelRequest(by=SAM, at=d.T0, rejected=True)
    assert not isinstance(d.step(held(cancel=rejected)), ApproveJob)
    assert not isinstance(d.step(d.down(held())), ApproveJob)
    assert not isinstance(d.step(held(state=BuildState.RUNNING)), ApproveJob)
