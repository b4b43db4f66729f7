"""How a running deployment ends otherwise: timeout, cancel, rerun, and CircleCI's silence."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.phases.starting.queueing import occupy
from app.lifecycle.deployment.step_types import CancelPipeline, Facts, PostStatus, What
from app.lifecycle.look_types import Become, Finish, Now, Read
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest, JobProgress
from app.model.ci import CIState, Job
from app.model.github.source_event import Closed
from app.model.plan import Concurrency, Person
from app.model.reasons.deployments import PullRequestClosed
from app.model.reasons.pipeline import TimedOut
from app.model.slot import Listing, SlotChange
from app.model.waiting import Wait
from tests.lifecycle import decisions as d
from tests.plans import changed

CANCEL = CancelRequest(by=Person(name="Sam"), at=d.T0 + 10)
LATER = d.T0 + 100


def read(b: Build, *workflows: Any, wall: float = LATER, **facts: Any) -> Build:
    """The build once CircleCI was asked."""
    reading = d.reading(*workflows, **facts)
    return d.after(b, wall=wall, reading=reading, jobs=(), slot=d.EMPTY)[0]


# timeout


def test_it_is_looked_at_before_it_is_timed_out():
    """An outcome that nobody told wins over the timeout."""
    b = d.running(looked_at=d.T0 + 3590, timeout=3600.0, waited={Wait.RUN: 3599.0})
    assert d.step(b, wall=d.T0 + 3599) == Finish(due_at=d.T0 + 3600)
    b = structs.replace(b, waited={Wait.RUN: 3600.0})
    assert d.step(b, wall=d.T0 + 3600) == Read(what=What.READING)
    assert read(b, d.workflow("success"), wall=d.T0 + 3600).state is BuildState.SUCCEEDED
    over = read(b, d.workflow("running"), wall=d.T0 + 3600)
    assert (over.state, over.reason) == (
        BuildState.ERRORED,
        TimedOut(seconds=3600),
    )
    assert not over.pipeline_ended
    assert over.occupies_slot


def test_a_later_outcome_wins():
    """The pipeline is left running and watched; what it comes to is told."""
    over = d.ended(
        BuildState.ERRORED, pipeline_ended=False, standing=Listing.RUNNING, workflow_id=None
    )
    over = structs.replace(over, looked_at=LATER)
    assert d.step(over, wall=LATER + 59) == Finish(due_at=LATER + 60)
    still = read(over, d.workflow("running"), wall=LATER + 60)
    assert (still.state, still.occupies_slot) == (BuildState.ERRORED, True)
    assert read(over, d.workflow("success"), wall=LATER + 60).state is BuildState.SUCCEEDED


@pytest.mark.parametrize(("seen", "gone"), [(86399.0, False), (86400.0, True)])
def test_one_that_never_stops_is_let_go(seen: float, gone: bool):
    """After `GIVE_UP_AFTER`; its slot is given back then."""
    over = d.ended(
        BuildState.ERRORED, pipeline_ended=False, standing=Listing.RUNNING, looked_at=LATER
    )
    over = structs.replace(over, waited={Wait.STOP: seen})
    running = d.reading(d.workflow("running"))
    found, _ = d.after(over, wall=LATER, reading=running, slot=d.EMPTY)
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
    assert (step.build.pipeline_ended, step.build.occupies_slot) == (False, True)
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
    found, step = d.after(b, wall=d.T0 + 11, reading=d.reading(made=False))
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
    reading = d.reading(d.workflow("failure"), d.workflow("running", 2))
    _, step = d.after(b, wall=wall, reading=reading, slot=d.EMPTY)
    assert isinstance(step, Finish)
    assert step.build is not None
    assert (step.build.state, step.build.reruns) == (BuildState.RUNNING, 1)
    assert (step.build.cancel, step.build.ended_at) == (None, None)
    assert (step.build.notified, step.build.reason, step.build.pipeline_ended) == (
        None,
        None,
        False,
    )
    assert step.slot is not None
    assert step.slot.after.running == 5
    again, told = d.after(step.build, wall=wall)
    assert again.state is BuildState.RUNNING
    assert isinstance(told, PostStatus)
    assert told.status.state == "in_progress"


def test_a_rerun_that_waits_for_approval_at_once_names_its_job():
    """Whoever may approve it is asked in that very look; what failed before is forgotten."""
    b = d.ended(BuildState.FAILED, reports=d.report("success", 2), jobs=JobProgress(failed="test"))
    job = Job(id="j2", name="hold-live", state=CIState.ON_HOLD)
    reading = d.reading(d.workflow("failure"), d.workflow("on_hold", 2))
    assert d.step(b, wall=LATER, reading=reading) == Read(what=What.JOBS, of="w2")
    _, step = d.after(b, wall=LATER, reading=reading, jobs=(job,), slot=d.EMPTY)
    assert isinstance(step, Finish)
    assert step.build is not None
    assert step.build.state is BuildState.ON_HOLD
    assert step.build.jobs == JobProgress(
        total=1, approval="hold-live", approval_id="j2", approval_workflow="w2"
    )
    silent = d.down(b, wall=LATER)
    _, step = d.after(silent, wall=LATER, reading=reading, slot=d.EMPTY)
    assert isinstance(step, Finish)
    assert step.build is not None
    assert (step.build.state, step.build.jobs) == (BuildState.ON_HOLD, None)


def test_a_rerun_beside_another():
    """The slot stays with who has it."""
    b = d.ended(BuildState.FAILED, reports=d.report("success", 2))
    busy = structs.replace(d.EMPTY, running=6, since=d.T0)
    reading = d.reading(d.workflow("running", 2))
    found, step = d.after(b, wall=LATER, reading=reading, slot=busy)
    assert (found.state, found.runs_beside, found.occupies_slot) == (BuildState.RUNNING, 6, False)
    assert isinstance(step, PostStatus)
    free, _ = d.after(changed(b, concurrency=Concurrency.ALLOW), wall=LATER, reading=reading)
    assert free.runs_beside is None


def test_a_rerun_that_is_over_already_is_another_outcome():
    """It is told anew, even where it came to the same."""
    b = d.ended(BuildState.FAILED, reports=d.report("failure", 2))
    found = read(b, d.workflow("failure"), d.workflow("failure", 2))
    assert (found.reruns, found.workflow_id) == (1, "w2")
    assert d.shown(found).notified != b.notified


def test_a_duplicate_is_no_rerun():
    """The same report again changes nothing."""
    b = d.ended(reports=d.report("success"), reports_considered=1)
    assert d.step(b, wall=LATER) == Finish(due_at=None)
    once_more = structs.replace(b, reports_considered=0)
    found = read(once_more, d.workflow("success"))
    assert (found.reruns, found.ended_at, found.notified) == (0, b.ended_at, b.notified)


@pytest.mark.parametrize("ahead", [-7200.0, 7200.0])
def test_a_rerun_is_looked_for_whatever_clock_circleci_has(ahead):
    """It tells when the pipeline ended; when we heard of that, ours does."""
    b = d.running(looked_at=d.T0)
    reading = d.reading(d.workflow("failure", stopped_at=d.T0 + ahead))
    found, _ = d.after(b, wall=d.T0 + 100, reading=reading, jobs=(), slot=d.EMPTY)
    assert found.state is BuildState.FAILED
    told = structs.replace(d.shown(found), standing=Listing.UNLISTED)
    assert d.step(told, wall=d.T0 + 101) == Finish(due_at=d.T0 + 100 + d.LIMITS.watch)


def test_what_did_not_succeed_is_looked_at_now_and_then():
    """No webhook tells that somebody pressed Rerun; success is left alone."""
    failed = d.ended(BuildState.FAILED, jobs=None)
    at = d.T0 + 50 + d.LIMITS.watch
    assert d.step(failed, wall=d.T0 + 60) == Finish(due_at=at)
    assert d.step(failed, wall=at) == Read(what=What.READING)
    assert d.step(d.ended(), wall=at) == Finish(due_at=None)
    assert d.step(d.lost(failed, "ci"), wall=at) == Finish(due_at=None)
    assert d.step(failed, wall=d.T0 + 90000) == Read(what=What.READING)
    seen = structs.replace(failed, looked_at=d.T0 + 2000)
    assert d.step(seen, wall=d.T0 + 2001) == Finish(due_at=None)


# CircleCI is down


def test_a_running_pipeline_outlasts_an_outage():
    """It is asked again after each pause; after a day it ends in error, and its slot is free."""
    b = d.down(d.running(), wall=d.T0 + 60)
    retry_at = b.backoff["ci"].retry_at
    found, step = d.after(b, wall=d.T0 + 60)
    assert found.state is BuildState.RUNNING
    assert isinstance(step, Finish)
    assert d.step(b, wall=retry_at) == Read(what=What.READING)
    over, step = d.after(d.lost(d.running(), "ci"))
    assert (over.state, over.pipeline_ended) == (BuildState.ERRORED, True)
    assert step == Read(what=What.SLOT)


def test_what_ended_before_the_outage_stays_what_it_was():
    """A canceled deployment does not become an error because CircleCI is silent."""
    b = d.ended(BuildState.CANCELED, cancel=CANCEL, pipeline_ended=False)
    over, _ = d.after(d.lost(b, "ci"), wall=LATER)
    assert (over.state, over.pipeline_ended) == (BuildState.CANCELED, True)


def test_a_webhook_ends_the_silence():
    """It proves that CircleCI is back: it is asked once more, however long it was away."""
    b = d.lost(d.running(reports=d.report("success")), "ci")
    assert d.step(b, wall=LATER) == Read(what=What.READING)


def test_a_pull_request_that_closes_ends_what_has_not_begun():
    """Its page is named."""
    found, _ = d.after(d.build(closed=Closed(number=7, at=d.T0)))
    assert found.state is BuildState.INACTIVE
    assert found.reason == PullRequestClosed(number=7, url="https://github.com/acme/shop/pull/7")


def test_a_rerun_takes_the_slot_if_it_is_free():
    """Who has it keeps it, and then the two run beside each other."""
    b = d.running(standing=Listing.IN_LINE, runs_beside=3)
    now = Now(wall=d.T0 + 9)
    taken = structs.replace(d.EMPTY, running=5, since=d.T0 + 9)
    assert occupy(b, Facts(), now) == Read(what=What.SLOT)
    assert occupy(b, Facts(slot=d.EMPTY), now) == Finish(
        due_at=0.0,
        build=structs.replace(b, slot="production", standing=Listing.RUNNING, runs_beside=None),
        slot=SlotChange(before=d.EMPTY, after=taken),
    )
    others = structs.replace(d.EMPTY, running=4)
    assert occupy(b, Facts(slot=others), now) == Become(record=structs.replace(b, runs_beside=4))
    for free in (
        structs.replace(b, standing=Listing.RUNNING),
        changed(b, concurrency=Concurrency.ALLOW),
    ):
        assert occupy(free, Facts(), now) == Become(record=free)
