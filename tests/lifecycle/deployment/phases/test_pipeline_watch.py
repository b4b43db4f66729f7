"""From a pipeline to its outcome: webhooks, readings, hold, timeout, cancel and rerun."""

from typing import Any

import pytest
from msgspec import structs

from app.errors import Refused
from app.lifecycle.deployment.phases.pipeline.next_reading import next_reading_at
from app.lifecycle.deployment.step_types import CancelPipeline, What
from app.lifecycle.look_types import Finish, Read
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest
from app.model.ci import CIState, Job
from app.model.github.source_event import Closed
from app.model.plan import Person, Run
from app.model.reasons.ci import CIRefused, CIUnseen
from app.model.reasons.deployments import PullRequestClosed
from app.model.reasons.pipeline import ApprovalTimedOut, CIConfigError, JobFailed
from app.model.waiting import Wait
from tests.lifecycle import decisions as d

CANCEL = CancelRequest(by=Person(name="Sam"), at=d.T0 + 10)
NAMED = Run(project="gh/acme/shop", branch="main", workflow="deploy")
FAILED_JOB = (Job(id="j1", name="migrate", state=CIState.FAILURE, url="https://ci/j1"),)
LATER = d.T0 + 100


def read(b: Build, *workflows: Any, wall: float = LATER, **facts: Any) -> Build:
    """The build once CircleCI was asked."""
    reading = d.reading(*workflows, **facts)
    return d.after(b, wall=wall, reading=reading, jobs=FAILED_JOB, slot=d.EMPTY)[0]


# when CircleCI is asked


def test_a_running_pipeline_is_asked_about_once_a_minute():
    """And not before, as long as nobody has news."""
    b = d.running()
    assert d.step(b, wall=d.T0 + 59) == Finish(due_at=d.T0 + 60)
    assert d.step(b, wall=d.T0 + 60) == Read(what=What.READING)
    looked = read(b, d.workflow("running"), wall=d.T0 + 60)
    assert looked.looked_at == d.T0 + 60
    assert d.step(d.shown(looked), wall=d.T0 + 61) == Finish(due_at=d.T0 + 120)


def test_a_webhook_is_news():
    """It is asked at once, and once for each report."""
    b = d.running(reports=d.report("success"))
    assert d.step(b, wall=d.T0 + 50) == Read(what=What.READING)
    known = d.shown(read(b, d.workflow("running"), wall=d.T0 + 50))
    assert known.reports_considered == 1
    assert isinstance(d.step(known, wall=d.T0 + 51), Finish)


@pytest.mark.parametrize(
    ("status", "state"),
    [("success", BuildState.SUCCEEDED), ("error", BuildState.ERRORED)],
)
def test_a_named_workflows_webhook_says_it_all(status: str, state: BuildState):
    """Where one workflow counts and nothing is left to explain, CircleCI is not asked."""
    found, step = d.after(d.running(run=NAMED, reports=d.report(status)), wall=LATER)
    assert (found.state, found.pipeline_ended, found.workflow_id) == (state, True, "w1")
    assert found.ended_at == d.T0 + 51
    assert step == Read(what=What.SLOT)


@pytest.mark.parametrize("status", ["failure", "canceled"])
def test_a_failure_is_explained(status: str):
    """Which job failed, or who canceled it, no webhook says."""
    b = d.running(run=NAMED, reports=d.report(status))
    assert d.step(b, wall=LATER) == Read(what=What.READING)


def test_our_own_cancel_is_looked_into_as_well():
    """Everybody knows who it was; which job was stopped halfway, CircleCI tells."""
    b = d.running(run=NAMED, reports=d.report("canceled"), cancel=CANCEL)
    assert d.step(b, wall=LATER) == Read(what=What.READING)


def test_another_workflows_webhook_is_no_news():
    """Where one workflow is named, the others do not count."""
    b = d.running(run=NAMED, reports=d.report("success", name="test"))
    found, step = d.after(b, wall=d.T0 + 30)
    assert found.reports_considered == 1
    assert isinstance(step, Finish)


# what is read


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        ("success", BuildState.SUCCEEDED, None),
        ("failure", BuildState.FAILED, "job_failed"),
        ("error", BuildState.ERRORED, "workflow_failed"),
        ("canceled", BuildState.CANCELED, "superseded"),
    ],
)
def test_outcomes(status: str, state: BuildState, reason: str | None):
    """CircleCI's words become the deployment's state."""
    found = read(d.running(), d.workflow(status))
    assert found.state is state
    assert (found.reason.name if found.reason else None) == reason
    assert found.pipeline_ended
    assert found.ended_at == d.T0 + 50
    assert (found.deployed_at is not None) is (status == "success")
    assert (found.workflow, found.workflow_id, found.concluded_at) == ("deploy", "w1", LATER)


def test_a_failures_job_is_read_and_named():
    """What failed, where; while CircleCI does not answer it is told without."""
    b = d.running()
    step = d.step(b, wall=LATER, reading=d.reading(d.workflow("failure")))
    assert step == Read(what=What.JOBS, of="w1")
    found = read(b, d.workflow("failure"))
    assert isinstance(found.reason, JobFailed)
    assert found.reason.job == "migrate"
    assert found.jobs is not None
    canceled = d.changed(b, state=BuildState.CANCELED, pipeline_ended=False)
    step = d.step(canceled, wall=LATER, reading=d.reading(d.workflow("canceled")))
    assert step == Read(what=What.JOBS, of="w1")  # which job we have stopped
    silent = d.down(b, wall=LATER)
    without, _ = d.after(silent, wall=LATER, reading=d.reading(d.workflow("failure")))
    assert (without.state, without.jobs) == (BuildState.FAILED, None)


@pytest.mark.parametrize(
    ("facts", "waited", "reason"),
    [
        (
            {"made": False, "problem": CIConfigError()},
            1.0,
            "circleci_config_error",
        ),
        ({}, 60.0, "circleci_no_workflow"),
        ({}, 59.0, None),
        ({"made": False}, 100.0, None),
    ],
)
def test_pipelines_without_a_workflow(facts: dict, waited: float, reason: str | None):
    """A config error sends no webhook; a workflow may take a minute to appear."""
    b = d.running(looked_at=d.T0 - 60, waited={Wait.RUN: waited})
    found, _ = d.after(b, reading=d.reading(**facts))
    assert (found.reason.name if found.reason else None) == reason
    assert found.state is (BuildState.ERRORED if reason else BuildState.RUNNING)


UNSEEN = Refused("ci", CIRefused(message="Not found"), "Not found", status=404)


@pytest.mark.parametrize(("lasted", "over"), [(86399.0, False), (86400.0, True)])
def test_a_pipeline_that_is_not_shown(lasted: float, over: bool):
    """It may run: it is kept as it was until `GIVE_UP_AFTER`, then its outcome is unknown."""
    b = d.lasting(d.failed(d.running(), UNSEEN, d.T0), "ci", lasted)
    found, _ = d.after(b, wall=b.backoff["ci"].retry_at - 0.1, slot=d.EMPTY)
    assert found.pipeline_ended is over
    assert found.state is (BuildState.ERRORED if over else BuildState.RUNNING)
    assert isinstance(found.reason, CIUnseen) is over


def test_what_was_reported_of_a_lost_pipeline_is_no_news():
    """It is over, and nothing is read for it any more."""
    b = d.lost(d.running(reports=d.report("success")), "ci")
    found, _ = d.after(b, wall=b.backoff["ci"].retry_at - 0.1)
    assert (found.pipeline_ended, found.reports_considered) == (True, 1)


def test_its_webhook_tells_what_is_not_shown():
    """After a few tries, without the details that only CircleCI knows."""
    b = d.running(run=NAMED, reports=d.report("failure"))
    for _ in range(5):
        b = d.failed(b, UNSEEN, d.T0)
    assert d.after(b, wall=d.T0 + 1, slot=d.EMPTY)[0].state is BuildState.FAILED


def test_a_workflow_of_another_name_is_followed():
    """Its report is news once it is known that the named one is not there."""
    found = read(d.running(run=NAMED), d.workflow("running", name="other"))
    assert (found.state, found.waits_for[0].name) == (
        BuildState.RUNNING,
        "workflow_named_differently",
    )
    told = structs.replace(d.shown(found), reports=d.report("success", name="other"))
    assert d.step(told, wall=LATER + 1) == Read(what=What.READING)
    over = read(structs.replace(told, waited={Wait.RUN: 60.0}), d.workflow("success", name="other"))
    assert (over.state, over.pipeline_ended) == (BuildState.ERRORED, True)


def test_the_outcome_is_news_for_every_provider():
    """One that had been given up gets a new chance; a rate limit keeps its time."""
    b = d.lost(d.running(), "slack", d.refused("slack", "slack_refused"))
    assert read(b, d.workflow("success")).backoff == {}
    busy = d.failed(b, d.limited("github", 5000.0), d.T0)
    assert list(read(busy, d.workflow("success")).backoff) == ["github"]


# hold


def test_nobody_approves():
    """It is looked at first; then what is held is canceled, and that is our doing."""
    b = d.running(state=BuildState.ON_HOLD, looked_at=LATER, waited={Wait.PEOPLE: d.LIMITS.people})
    assert d.step(b, wall=LATER + 1) == Read(what=What.READING)
    assert read(b, d.workflow("running")).state is BuildState.RUNNING
    job = Job(id="j2", name="hold-live", state=CIState.ON_HOLD)
    _, step = d.after(b, wall=LATER, reading=d.reading(d.workflow("on_hold")), jobs=(job,))
    assert isinstance(step, CancelPipeline)
    assert step.workflow_ids == ("w1",)
    assert (step.build.state, step.build.pipeline_ended) == (BuildState.ERRORED, False)
    over = read(step.build, d.workflow("canceled", canceled_by="deploybot"))
    assert (over.state, over.reason, over.pipeline_ended) == (
        BuildState.ERRORED,
        ApprovalTimedOut(seconds=d.LIMITS.people, job="hold-live"),
        True,
    )


def test_one_that_timed_out_and_is_held_at_last():
    """When it is let go, nobody's approval may run it any more."""
    b = d.ended(BuildState.ERRORED, pipeline_ended=False, waited={Wait.STOP: d.LIMITS.give_up})
    assert d.step(b, wall=LATER) == Read(what=What.READING)
    _, step = d.after(b, wall=LATER, reading=d.reading(d.workflow("on_hold")), jobs=())
    assert isinstance(step, CancelPipeline)
    assert (step.workflow_ids, step.build.pipeline_ended) == (("w1",), True)


def test_a_pull_request_that_was_closed_has_nothing_live():
    """Its pipeline succeeded all the same."""
    found = read(d.running(closed=Closed(number=7, at=d.T0)), d.workflow("success"))
    assert found.state is BuildState.INACTIVE
    assert found.reason == PullRequestClosed(number=7, url="https://github.com/acme/shop/pull/7")


def test_on_hold_and_back():
    """It waits for a person, and that time does not count towards its timeout."""
    held = read(d.running(), d.workflow("on_hold"))
    assert (held.state, held.on_hold_since) == (BuildState.ON_HOLD, LATER)
    assert held.waits_for[0].name == "approval_job_waiting"
    assert isinstance(d.step(d.shown(held), wall=LATER + 59), Finish)
    resumed = read(d.shown(held), d.workflow("running"), wall=LATER + 7200)
    assert (resumed.state, resumed.on_hold_since) == (BuildState.RUNNING, None)
    assert resumed.waits_for == ()
    assert read(d.shown(held), d.workflow("failure"), wall=LATER + 7200).on_hold_since is None


def test_a_cancel_dated_ahead_hurries_nobody():
    """Whoever took it had a clock that is hours ahead: it is not looked at every 5 s for hours."""
    for ahead, at in ((10.0, 5.0), (7200.0, d.LIMITS.watch)):
        b = d.running(cancel=CancelRequest(by=Person(name="Sam"), at=d.T0 + ahead))
        assert next_reading_at(b, d.LIMITS) == d.T0 + at
