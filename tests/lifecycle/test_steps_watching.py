"""From a pipeline to its outcome: webhooks, readings, hold, timeout, cancel and rerun."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.step import CancelPipeline, Finish, PostStatus, Read, What
from app.model.build import Build, BuildState, Cancel, Concurrency, Person, Reason, Run
from app.model.ci import Job
from tests.lifecycle import decisions as d

CANCEL = Cancel(by=Person(name="Sam"), at=d.T0 + 10)
NAMED = Run(project_slug="gh/acme/shop", branch="main", workflow="deploy")
FAILED_JOB = (Job(id="j1", name="migrate", status="failed", url="https://ci/j1"),)
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
    assert known.considered == 1
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


@pytest.mark.parametrize("status", ["failed", "canceled"])
def test_a_failure_is_explained(status: str):
    """Which job failed, or who canceled it, no webhook says."""
    b = d.running(run=NAMED, reports=d.report(status))
    assert d.step(b, wall=LATER) == Read(what=What.READING)


def test_our_own_cancel_needs_no_explanation():
    """Everybody knows who it was."""
    b = d.running(run=NAMED, reports=d.report("canceled"), cancel=CANCEL)
    found, _ = d.after(b, wall=LATER)
    assert (found.state, found.reason) == (BuildState.CANCELED, None)


def test_another_workflows_webhook_is_no_news():
    """Where one workflow is named, the others do not count."""
    b = d.running(run=NAMED, reports=d.report("success", name="test"))
    found, step = d.after(b, wall=d.T0 + 30)
    assert found.considered == 1
    assert isinstance(step, Finish)


# what is read


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        ("success", BuildState.SUCCEEDED, None),
        ("failed", BuildState.FAILED, "job_failed"),
        ("error", BuildState.ERRORED, "workflow_failed"),
        ("unauthorized", BuildState.ERRORED, "workflow_failed"),
        ("not_run", BuildState.ERRORED, "workflow_failed"),
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


def test_a_failures_job_is_read_and_named():
    """What failed, where; while CircleCI does not answer it is told without."""
    b = d.running()
    step = d.step(b, wall=LATER, reading=d.reading(d.workflow("failed")))
    assert step == Read(what=What.JOBS, of="w1")
    found = read(b, d.workflow("failed"))
    assert found.reason is not None
    assert found.reason.details["job"] == "migrate"
    silent = d.down(b, wall=LATER)
    without, _ = d.after(silent, wall=LATER, reading=d.reading(d.workflow("failed")))
    assert (without.state, without.jobs) == (BuildState.FAILED, None)


@pytest.mark.parametrize(
    ("facts", "wall", "reason"),
    [
        ({"state": "errored", "errors": (("config", "no"),)}, LATER, "circleci_config_error"),
        ({"state": "errored", "errors": (("plan", "no"),)}, LATER, "circleci_plan_limit"),
        ({}, d.T0 + 60, "circleci_no_workflow"),
        ({}, d.T0 + 59, None),
        ({"state": "pending"}, LATER, None),
        ({"state": "setup"}, LATER, None),
    ],
)
def test_pipelines_without_a_workflow(facts: dict, wall: float, reason: str | None):
    """A config error sends no webhook; a workflow may take a minute to appear."""
    b = d.running(looked_at=d.T0 - 60)
    found, _ = d.after(b, wall=wall, reading=d.reading(**facts))
    assert (found.reason.name if found.reason else None) == reason
    assert found.state is (BuildState.ERRORED if reason else BuildState.RUNNING)


def test_a_pipeline_that_is_gone():
    """CircleCI does not know it any more: there will be no other outcome."""
    found, _ = d.after(d.running(), wall=LATER, reading=None)
    assert (found.state, found.pipeline_ended) == (BuildState.ERRORED, True)
    again = d.ended(reports=d.report("success"))
    assert d.after(again, reading=None)[0].state is BuildState.SUCCEEDED


def test_the_outcome_is_news_for_every_provider():
    """One that had been given up gets a new chance; a rate limit keeps its time."""
    b = d.lost(d.running(), "slack", d.refused("slack", "slack_refused"))
    assert read(b, d.workflow("success")).backoff == {}
    busy = d.failed(b, d.limited("github", 5000.0), d.T0)
    assert list(read(busy, d.workflow("success")).backoff) == ["github"]


# hold


def test_on_hold_and_back():
    """It waits for a person, and that time does not count towards its timeout."""
    held = read(d.running(), d.workflow("on_hold"))
    assert (held.state, held.held_since) == (BuildState.HELD, LATER)
    assert held.waits_for[0].name == "approval_job_waiting"
    assert isinstance(d.step(d.shown(held), wall=LATER + 59), Finish)
    resumed = read(d.shown(held), d.workflow("running"), wall=LATER + 7200)
    assert (resumed.state, resumed.held_for, resumed.held_since) == (
        BuildState.RUNNING,
        7200.0,
        None,
    )
    assert resumed.waits_for == ()


def test_a_failing_workflow_still_runs():
    """Its other jobs are not over."""
    assert read(d.running(), d.workflow("failing")).state is BuildState.RUNNING


# timeout


def test_it_is_looked_at_before_it_is_timed_out():
    """An outcome that nobody told wins over the timeout."""
    b = d.running(looked_at=d.T0 + 3590, timeout=3600.0)
    assert d.step(b, wall=d.T0 + 3599) == Finish(due_at=d.T0 + 3600)
    assert d.step(b, wall=d.T0 + 3600) == Read(what=What.READING)
    assert read(b, d.workflow("success"), wall=d.T0 + 3600).state is BuildState.SUCCEEDED
    over = read(b, d.workflow("running"), wall=d.T0 + 3600)
    assert (over.state, over.reason) == (
        BuildState.ERRORED,
        Reason(name="timed_out", details={"seconds": "3600"}),
    )
    assert not over.pipeline_ended
    assert over.slot_held


def test_a_later_outcome_wins():
    """The pipeline is left running and watched; what it comes to is told."""
    over = d.ended(BuildState.ERRORED, pipeline_ended=False, slot_held=True, workflow_id=None)
    over = structs.replace(over, looked_at=LATER)
    assert d.step(over, wall=LATER + 59) == Finish(due_at=LATER + 60)
    still = read(over, d.workflow("running"), wall=LATER + 60)
    assert (still.state, still.slot_held) == (BuildState.ERRORED, True)
    assert read(over, d.workflow("success"), wall=LATER + 60).state is BuildState.SUCCEEDED


@pytest.mark.parametrize(("seen", "gone"), [(86399.0, False), (86400.0, True)])
def test_one_that_never_stops_is_let_go(seen: float, gone: bool):
    """After `GIVE_UP_AFTER`, as this process saw it; its slot is given back then."""
    over = d.ended(BuildState.ERRORED, pipeline_ended=False, slot_held=True, looked_at=LATER)
    found, _ = d.after(over, wall=LATER, waited={"stop": seen}, slot=d.EMPTY)
    assert found.pipeline_ended is gone


# cancel


def test_cancel_while_running():
    """What is open is canceled; it has ended, and its pipeline is asked about soon."""
    b = d.running(cancel=CANCEL)
    assert d.step(b, wall=d.T0 + 11) == Read(what=What.READING)
    reading = d.reading(d.workflow("running"), d.workflow("success", 2, name="test"))
    _, step = d.after(b, wall=d.T0 + 11, reading=reading)
    assert isinstance(step, CancelPipeline)
    assert step.workflow_ids == ("w1",)
    assert (step.build.state, step.build.reason) == (BuildState.CANCELED, None)
    assert (step.build.pipeline_ended, step.build.slot_held) == (False, True)
    assert d.step(d.shown(step.build), wall=d.T0 + 12) == Finish(due_at=d.T0 + 16)


def test_canceled_is_told_once():
    """Its pipeline stops some seconds after we asked: that is the same outcome."""
    b = d.ended(BuildState.CANCELED, cancel=CANCEL, pipeline_ended=False, workflow_id=None)
    stopped = read(b, d.workflow("canceled", canceled_by="deploybot"))
    assert (stopped.state, stopped.pipeline_ended) == (BuildState.CANCELED, True)
    assert d.shown(stopped).notified == b.notified


def test_cancel_too_late():
    """It had succeeded already: that is what is told."""
    found = read(d.running(cancel=CANCEL), d.workflow("success"))
    assert found.state is BuildState.SUCCEEDED


def test_cancel_before_there_is_a_workflow():
    """Nothing can be canceled yet: it is asked again soon, not at once."""
    b = d.running(cancel=CANCEL)
    found, step = d.after(b, wall=d.T0 + 11, reading=d.reading(state="pending"))
    assert (found.state, found.looked_at) == (BuildState.RUNNING, d.T0 + 11)
    assert not isinstance(step, CancelPipeline)
    assert d.step(d.shown(found), wall=d.T0 + 12) == Read(what=What.READING)


def test_the_hurry_ends():
    """A pipeline that does not stop is asked about once a minute, like any other."""
    b = d.ended(BuildState.CANCELED, cancel=CANCEL, pipeline_ended=False, looked_at=d.T0 + 71)
    assert d.step(b, wall=d.T0 + 72) == Finish(due_at=d.T0 + 131)


# rerun


def test_a_rerun_goes_back_to_in_progress():
    """It takes the slot if that is free, its timeout starts anew, and a cancel is spent."""
    b = d.ended(BuildState.FAILED, cancel=CANCEL, reports=d.report("success", 2))
    wall = d.T0 + 9000
    reading = d.reading(d.workflow("failed"), d.workflow("running", 2))
    _, step = d.after(b, wall=wall, reading=reading, slot=d.EMPTY)
    assert isinstance(step, Finish)
    assert step.build is not None
    assert (step.build.state, step.build.reruns) == (BuildState.RUNNING, 1)
    assert (step.build.cancel, step.build.ended_at) == (None, None)
    assert step.slot is not None
    assert step.slot.after.running == 5
    again, told = d.after(step.build, wall=wall)
    assert again.state is BuildState.RUNNING
    assert isinstance(told, PostStatus)
    assert told.status.state == "in_progress"


def test_a_rerun_beside_another():
    """The slot stays with who has it."""
    b = d.ended(BuildState.FAILED, reports=d.report("success", 2))
    busy = structs.replace(d.EMPTY, running=6, since=d.T0)
    reading = d.reading(d.workflow("running", 2))
    found, step = d.after(b, wall=LATER, reading=reading, slot=busy)
    assert (found.state, found.beside, found.slot_held) == (BuildState.RUNNING, 6, False)
    assert isinstance(step, PostStatus)
    free, _ = d.after(
        structs.replace(b, concurrency=Concurrency.ALLOW), wall=LATER, reading=reading
    )
    assert free.beside is None


def test_a_rerun_that_is_over_already_is_another_outcome():
    """It is told anew, even where it came to the same."""
    b = d.ended(BuildState.FAILED, reports=d.report("failed", 2))
    found = read(b, d.workflow("failed"), d.workflow("failed", 2))
    assert (found.reruns, found.workflow_id) == (1, "w2")
    assert d.shown(found).notified != b.notified


def test_a_duplicate_is_no_rerun():
    """The same report again changes nothing."""
    b = d.ended(reports=d.report("success"), considered=1)
    assert d.step(b, wall=LATER) == Finish(due_at=None)
    once_more = structs.replace(b, considered=0)
    found = read(once_more, d.workflow("success"))
    assert (found.reruns, found.ended_at, found.notified) == (0, b.ended_at, b.notified)


def test_what_did_not_succeed_is_looked_at_now_and_then():
    """No webhook tells that somebody pressed Rerun; success is left alone."""
    failed = d.ended(BuildState.FAILED, jobs=None)
    at = d.T0 + 50 + d.LIMITS.watch
    assert d.step(failed, wall=d.T0 + 60) == Finish(due_at=at)
    assert d.step(failed, wall=at) == Read(what=What.READING)
    assert d.step(d.ended(), wall=at) == Finish(due_at=None)
    assert d.step(d.lost(failed, "circleci"), wall=at) == Finish(due_at=None)
    assert d.step(failed, wall=d.T0 + 90000) == Read(what=What.READING)
    seen = structs.replace(failed, looked_at=d.T0 + 2000)
    assert d.step(seen, wall=d.T0 + 2001) == Finish(due_at=None)


# CircleCI is down


def test_a_running_pipeline_outlasts_an_outage():
    """It is asked again after each pause; after a day it ends in error, and its slot is free."""
    b = d.down(d.running(), wall=d.T0 + 60)
    retry_at = b.backoff["circleci"].retry_at
    found, step = d.after(b, wall=d.T0 + 60)
    assert found.state is BuildState.RUNNING
    assert isinstance(step, Finish)
    assert d.step(b, wall=retry_at) == Read(what=What.READING)
    over, step = d.after(d.lost(d.running(), "circleci"))
    assert (over.state, over.pipeline_ended) == (BuildState.ERRORED, True)
    assert step == Read(what=What.SLOT)


def test_what_ended_before_the_outage_stays_what_it_was():
    """A canceled deployment does not become an error because CircleCI is silent."""
    b = d.ended(BuildState.CANCELED, cancel=CANCEL, pipeline_ended=False)
    over, _ = d.after(d.lost(b, "circleci"), wall=LATER)
    assert (over.state, over.pipeline_ended) == (BuildState.CANCELED, True)


def test_a_webhook_ends_the_silence():
    """It proves that CircleCI is back: it is asked once more, however long it was away."""
    b = d.lost(d.running(reports=d.report("success")), "circleci")
    assert d.step(b, wall=LATER) == Read(what=What.READING)
