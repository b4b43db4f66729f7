"""The trigger guard: a second request is sent only when the first cannot land any more."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.phases.ambiguous_trigger import NONE_OF_THEM, offered
from app.lifecycle.deployment.step_types import (
    CancelDouble,
    CancelPipeline,
    PostStatus,
    TriggerPipeline,
    What,
)
from app.lifecycle.look_types import Finish, Read
from app.lifecycle.planning.gates.verdict import Verdict
from app.lifecycle.planning.plan_rules import Judgement
from app.model.build import Build, BuildState, Cancel, Effect, Guard, PostedStatus
from app.model.ci import PipelineSearch
from app.model.plan import Concurrency, Person
from tests.lifecycle import decisions as d

BEFORE, AFTER = {"trigger": 19.9}, {"trigger": 20.0}


def sent(**facts: Any) -> Build:
    """A trigger was sent, and its answer is not known."""
    known = {
        "state": BuildState.TRIGGERING,
        "guards": {Effect.TRIGGER: d.UNSURE},
        "unsure": True,
        "occupies_slot": True,
    }
    return d.build(**{**known, **facts})


def undeclared(**facts: Any) -> Build:
    """The same, of a project that does not declare `deployment_id`."""
    return sent(run=d.UNDECLARED, **facts)


def others(b: Build) -> Build:
    """With everything but the pipeline told."""
    return d.shown(b)


def test_a_search_is_read_to_its_end():
    """However many pipelines there are: a read for each page, and nothing is sent before."""
    half = PipelineSearch(found=(d.pipeline(7),), older="next", pages=1)
    step = d.next_build_step(
        sent(), d.Facts(pipelines=half), d.Now(wall=d.T0, waited=AFTER), d.LIMITS
    )
    assert step == Read(what=What.PIPELINES, search=half)


def test_a_search_comes_first():
    """Whatever happened to the request, our own pipelines are asked about."""
    assert d.step(sent()) == Read(what=What.PIPELINES)


def test_a_process_that_died_leaves_an_ambiguous_trigger():
    """The intent is recorded and no answer is: there will be one more search at the end."""
    killed = sent(guards={Effect.TRIGGER: Guard(sent_at=d.T0, sender="dead")}, unsure=False)
    found, step = d.after(killed, pipelines=(d.pipeline(),))
    assert found.unsure
    assert found.pipeline_id == "p1"
    assert isinstance(step, PostStatus)


def test_found_is_adopted():
    """At once, whoever sent it; its slot is its own already."""
    found, step = d.after(sent(), pipelines=(d.pipeline(7),), waited=BEFORE)
    assert (found.state, found.pipeline_id, found.build_number) == (BuildState.RUNNING, "p7", 7)
    assert (found.build_url, found.started_at) == ("https://ci/7", d.T0 + 1)
    assert isinstance(step, PostStatus)


def test_found_without_a_slot_takes_it():
    """As after the store was lost: who runs there runs there."""
    step = d.step(sent(occupies_slot=False), pipelines=(d.pipeline(),), slot=d.EMPTY)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert step.slot.after.running == 5
    busy = structs.replace(d.EMPTY, running=4, since=d.T0)
    found, _ = d.after(sent(occupies_slot=False), pipelines=(d.pipeline(),), slot=busy)
    assert (found.beside, found.occupies_slot) == (4, False)


def test_not_found_counts_only_after_a_lease():
    """On this process's own clock; until then nothing is sent."""
    b = others(sent())
    step = d.step(b, pipelines=(), waited=BEFORE)
    assert isinstance(step, Finish)
    assert step.due_at == pytest.approx(d.T0 + 0.1)
    again = d.step(b, pipelines=(), waited=AFTER)
    assert again == TriggerPipeline(run=d.SENT, slot=None)


def test_others_pipelines_are_not_found():
    """Those of other deployments, and those that carry none while ours does."""
    b = others(sent())
    foreign = (d.pipeline(1, 4), d.pipeline(2, None))
    assert isinstance(d.step(b, pipelines=foreign, waited=BEFORE), Finish)
    assert isinstance(d.step(b, pipelines=foreign, waited=AFTER), TriggerPipeline)


def test_without_a_slot_it_starts_over():
    """A restored deployment was never judged: gates and slot come first."""
    b = sent(occupies_slot=False, judged_sha=None)
    found, step = d.after(b, pipelines=(), waited=AFTER)
    assert (found.guards.get(Effect.TRIGGER), found.unsure) == (None, True)
    assert step == Read(what=What.JUDGEMENT)
    allowed = sent(occupies_slot=False, concurrency=Concurrency.ALLOW)
    assert d.step(allowed, pipelines=(), waited=AFTER) == TriggerPipeline(run=d.SENT, slot=None)


def test_two_found():
    """The lower number is kept, the other is canceled, and both are told."""
    both = (d.pipeline(4), d.pipeline(3))
    step = d.step(sent(), pipelines=both)
    assert isinstance(step, CancelDouble)
    assert step.pipeline.id == "p4"
    assert step.build.doubled == "https://ci/4"
    found, _ = d.after(step.build, pipelines=both)
    assert found.pipeline_id == "p3"


def test_circleci_is_down():
    """Nothing is searched, so nothing is sent, however long it has waited."""
    b = others(d.down(sent(), times=2))
    assert isinstance(d.step(b, waited=AFTER), Finish)
    over, step = d.after(d.lost(sent(), "ci"), waited=AFTER)
    assert (over.state, over.reason.name) == (BuildState.ERRORED, "circleci_down")
    assert not over.pipeline_ended
    assert Effect.TRIGGER in over.guards
    assert isinstance(step, PostStatus)


def test_cancel_waits_for_the_search():
    """Only when no pipeline can come any more is it canceled; else the pipeline is."""
    b = sent(cancel=Cancel(by=Person(name="Sam"), at=d.T0))
    held, step = d.after(others(b), pipelines=(), waited=BEFORE)
    assert held.state is BuildState.TRIGGERING
    assert isinstance(step, Finish)
    over, _ = d.after(b, pipelines=(), waited=AFTER)
    assert (over.state, over.pipeline_ended) == (BuildState.CANCELED, False)
    found, step = d.after(b, pipelines=(d.pipeline(),), reading=d.reading(d.workflow("running")))
    assert found.pipeline_id == "p1"
    assert step == CancelPipeline(
        workflow_ids=("w1",),
        build=structs.replace(
            found,
            state=BuildState.CANCELED,
            ended_at=d.T0,
        ),
    )


# the documented second-best, where the project does not declare `deployment_id`


def test_one_unclaimed_pipeline_is_adopted():
    """Of the same ref, newer than the intent, and carried by no other deployment."""
    found, _ = d.after(undeclared(), pipelines=(d.pipeline(3, None),))
    assert found.pipeline_id == "p3"


@pytest.mark.parametrize(
    "candidate",
    [
        d.pipeline(3, None, created_at=d.T0 - 60.1),
        d.pipeline(3, None, branch="other"),
        d.pipeline(3, None, branch=None, tag="main"),
        d.pipeline(3, 4),
    ],
    ids=["older", "another branch", "a tag", "another deployment's"],
)
def test_what_cannot_be_it_is_not_adopted(candidate: Any):
    """After a lease it is triggered again."""
    step = d.step(undeclared(), pipelines=(candidate,), waited=AFTER)
    assert step == TriggerPipeline(run=d.UNDECLARED, slot=None)


def test_what_is_older_by_less_than_clocks_may_differ_is_asked_about():
    """It is neither adopted nor started again; nor is a newer one beside it adopted."""
    older, newer = d.pipeline(3, None, created_at=d.T0 - 60.0), d.pipeline(4, None)
    for waited in (BEFORE, AFTER):
        found, step = d.after(undeclared(), pipelines=(older,), waited=waited)
        assert (found.pipeline_id, offered(found)) == (None, ("p3",))
        assert isinstance(step, PostStatus)
    chosen, _ = d.after(undeclared(chosen_pipeline="p3"), pipelines=(older,))
    assert chosen.pipeline_id == "p3"
    none = undeclared(chosen_pipeline=NONE_OF_THEM)
    assert isinstance(d.step(none, pipelines=(older,), waited=AFTER), TriggerPipeline)
    assert offered(d.after(undeclared(), pipelines=(newer, older))[0]) == ("p4", "p3")


def test_one_that_was_made_in_the_millisecond_of_the_intent_is_newer():
    """CircleCI's times are whole milliseconds, ours are finer."""
    guard = Guard(sent_at=d.T0 + 0.0009, sender="me", ambiguous=True)
    found, _ = d.after(
        undeclared(guards={Effect.TRIGGER: guard}),
        pipelines=(d.pipeline(3, None, created_at=d.T0),),
    )
    assert found.pipeline_id == "p3"


def test_after_the_store_was_lost_githubs_clock_is_asked():
    """The deployment's own time: no pipeline of it is older."""
    guard = Guard(sent_at=d.T0, sender="", ambiguous=True)
    older = d.pipeline(3, None, created_at=d.T0 - 0.1)
    step = d.step(
        undeclared(guards={Effect.TRIGGER: guard}, restored=True), pipelines=(older,), waited=AFTER
    )
    assert isinstance(step, TriggerPipeline)


def test_several_candidates_are_asked_about():
    """Nothing is started until a person says which it is."""
    two = (d.pipeline(4, None), d.pipeline(3, None))
    found, step = d.after(undeclared(), pipelines=two, waited=AFTER)
    assert [reason.name for reason in found.waits_for] == ["pipeline_undecided"]
    assert offered(found) == ("p4", "p3")
    assert isinstance(step, PostStatus)
    waiting = d.shown(found)
    rest = d.step(waiting, pipelines=two, waited=AFTER, wall=d.T0 + 10)
    assert rest == Finish(due_at=d.T0 + d.LIMITS.give_up)
    chosen, _ = d.after(structs.replace(waiting, chosen_pipeline="p3"), pipelines=two)
    assert chosen.pipeline_id == "p3"
    none = structs.replace(waiting, chosen_pipeline=NONE_OF_THEM)
    assert isinstance(d.step(none, pipelines=two, waited=AFTER), TriggerPipeline)
    canceled = structs.replace(waiting, cancel=Cancel(by=Person(name="Sam"), at=d.T0))
    assert d.after(canceled, pipelines=two)[0].state is BuildState.CANCELED
    late = d.T0 + d.LIMITS.give_up
    assert d.after(waiting, pipelines=two, wall=late)[0].state is BuildState.ERRORED


def test_githubs_status_tells_which_it_was():
    """After the store was lost, the pipeline that the status links is the one."""
    status = PostedStatus(state="in_progress", log_url="https://ci/4")
    b = undeclared(status=status, restored=True)
    found, _ = d.after(b, pipelines=(d.pipeline(4, None), d.pipeline(3, None)))
    assert found.pipeline_id == "p4"
    alone = undeclared(restored=True)
    assert d.after(alone, pipelines=(d.pipeline(3, None),))[0].pipeline_id is None


# a deployment that came back after the store was lost


def test_how_it_would_run_is_read_before_its_pipeline_is_searched_for():
    """Nobody knows any more how it was run: the configuration says how it would be."""
    b = sent(plan=None, judged_sha=None)
    assert d.step(b) == Read(what=What.JUDGEMENT)
    found, step = d.after(b, judgement=d.OPEN)
    assert (found.plan, step) == (d.PLAN, Read(what=What.PIPELINES))
    assert isinstance(d.step(others(d.down(b, "github")), waited=BEFORE), Finish)


def test_what_can_be_planned_no_more_may_still_have_a_pipeline():
    """The project in the status's link is searched; without a link there was none."""
    refused = Judgement(verdict=Verdict())
    gone = d.after(sent(plan=None, judged_sha=None), judgement=refused)[0]
    assert (gone.state, gone.guards.get(Effect.TRIGGER)) == (BuildState.ERRORED, None)
    linked = structs.replace(refused, project="gh/acme/shop")
    found, step = d.after(sent(plan=None, judged_sha=None), judgement=linked)
    assert found.plan is not None
    assert found.plan.run.project == "gh/acme/shop"
    assert step == Read(what=What.PIPELINES)
