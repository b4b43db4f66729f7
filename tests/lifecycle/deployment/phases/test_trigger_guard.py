"""The trigger guard: a second request is sent only when the first cannot land any more."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.phases.trigger_guard.undecided_pipeline import READ_AGAIN
from app.lifecycle.deployment.step_types import (
    CancelDuplicate,
    CancelPipeline,
    PostStatus,
    TriggerPipeline,
    What,
)
from app.lifecycle.look_types import Become, Finish, Read
from app.lifecycle.planning.gates.question import Verdict
from app.lifecycle.planning.plan_rules import Judgement
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest
from app.model.ci import Pipeline, PipelineSearch
from app.model.effects import Effect, Guard
from app.model.plan import Concurrency, Person
from app.model.reasons.gates import ChecksFailed, Superseded
from app.model.reasons.pipeline import Candidate, PipelineUndecided
from app.model.slot import Listing
from app.texts.cards.card import card_of
from tests.lifecycle import decisions as d

PAGE = "https://github.com/acme/shop/deployments/production"
BEFORE, AFTER = {"trigger": 19.9}, {"trigger": 20.0}


def sent(**facts: Any) -> Build:
    """A trigger was sent, and its answer is not known."""
    known = {
        "state": BuildState.TRIGGERING,
        "guards": {Effect.TRIGGER: d.UNSURE},
        "unsure": True,
        "standing": Listing.RUNNING,
    }
    return d.build(**{**known, **facts})


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
    step = d.step(sent(standing=Listing.UNLISTED), pipelines=(d.pipeline(),), slot=d.EMPTY)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert step.slot.after.running == 5
    busy = structs.replace(d.EMPTY, running=4, since=d.T0)
    found, _ = d.after(sent(standing=Listing.UNLISTED), pipelines=(d.pipeline(),), slot=busy)
    assert (found.runs_beside, found.occupies_slot) == (4, False)


def test_not_found_counts_only_after_a_lease():
    """On this process's own clock; until then nothing is sent."""
    b = others(sent())
    step = d.step(b, pipelines=(), waited=BEFORE)
    assert isinstance(step, Finish)
    assert step.due_at == pytest.approx(d.T0 + 0.1)
    again = d.step(b, pipelines=(), waited=AFTER, slot=d.EMPTY)
    assert again == TriggerPipeline(run=d.SENT, slot=None)


def test_it_is_judged_once_more_before_it_is_sent_again():
    """A check may have turned red since, or somebody has locked the environment."""
    b = others(sent(gates_at=d.T0 - 30))
    assert d.step(b, pipelines=(), waited=BEFORE).due_at == pytest.approx(d.T0 + 0.1)
    assert d.step(b, pipelines=(), waited=AFTER) == Read(what=What.JUDGEMENT)
    step = d.after(b, pipelines=(), waited=AFTER, slot=d.EMPTY, judgement=d.OPEN)[1]
    assert step == TriggerPipeline(run=d.SENT, slot=None)
    red = Verdict(refusals=(ChecksFailed(sha=d.SHA, checks=()),))
    mine = structs.replace(d.EMPTY, running=5, since=d.T0)
    closed = {"pipelines": (), "waited": AFTER, "judgement": Judgement(verdict=red), "slot": mine}
    over, step = d.after(b, **closed)
    assert (over.state, Effect.TRIGGER in over.guards) == (BuildState.ERRORED, True)
    assert isinstance(step, PostStatus)  # its slot is kept until it was searched for once more
    _, step = d.after(others(over), **{**closed, "waited": {"trigger": 40.0}})
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert step.slot.after.running is None
    _, step = d.after(structs.replace(b, trigger="push"), **closed)
    assert isinstance(step, Finish)
    assert step.build is not None
    assert (step.build.state, step.build.waits_for) == (BuildState.WAITING, red.refusals)


@pytest.mark.parametrize("concurrency", [Concurrency.ALLOW, Concurrency.QUEUE])
def test_it_is_not_sent_again_over_a_newer_success(concurrency: Concurrency):
    """GitHub may show an older one as live by now, which went live after that success."""
    alone = concurrency is Concurrency.QUEUE
    b = others(
        sent(concurrency=concurrency, standing=Listing.RUNNING if alone else Listing.UNLISTED)
    )
    slot = structs.replace(d.EMPTY, running=5 if alone else None, succeeded=9)
    found, step = d.after(b, pipelines=(), waited=AFTER, judgement=d.OPEN, slot=slot)
    assert (found.state, found.reason) == (BuildState.INACTIVE, Superseded(by=9, url=PAGE))
    assert Effect.TRIGGER in found.guards  # it is searched for once more
    assert isinstance(step, PostStatus)


def test_others_pipelines_are_not_found():
    """Those of other deployments, and those that carry none while ours does."""
    b = others(sent())
    foreign = (d.pipeline(1, 4), d.pipeline(2, None))
    assert isinstance(d.step(b, pipelines=foreign, waited=BEFORE), Finish)
    assert isinstance(d.step(b, pipelines=foreign, waited=AFTER, slot=d.EMPTY), TriggerPipeline)


def test_without_a_slot_it_starts_over():
    """A restored deployment was never judged: gates and slot come first."""
    b = sent(standing=Listing.UNLISTED, gates_open=False)
    found, step = d.after(b, pipelines=(), waited=AFTER)
    assert (found.guards.get(Effect.TRIGGER), found.unsure) == (None, True)
    assert step == Read(what=What.JUDGEMENT)
    allowed = sent(standing=Listing.UNLISTED, concurrency=Concurrency.ALLOW)
    step = d.step(allowed, pipelines=(), waited=AFTER, slot=d.EMPTY)
    assert step == TriggerPipeline(run=d.SENT, slot=None)


def test_two_found():
    """The lower number is kept, the other is canceled, and both are told."""
    both = (d.pipeline(4), d.pipeline(3))
    step = d.step(sent(), pipelines=both)
    assert isinstance(step, CancelDuplicate)
    assert step.pipeline.id == "p4"
    assert step.build.second_pipeline == "https://ci/4"
    found, _ = d.after(step.build, pipelines=both)
    assert found.pipeline_id == "p3"


def test_circleci_is_down():
    """Nothing is searched, so nothing is sent, however long it has waited."""
    b = others(d.down(sent(), times=2))
    assert isinstance(d.step(b, waited=AFTER), Finish)
    over, step = d.after(d.lost(sent(), "ci"), waited=AFTER)
    assert (over.state, over.reason.name) == (BuildState.ERRORED, "circleci_unseen")
    assert over.pipeline_ended
    assert Effect.TRIGGER in over.guards
    assert step == Read(what=What.SLOT)


def test_cancel_waits_for_the_search():
    """Only when no pipeline can come any more is it canceled; else the pipeline is."""
    b = sent(cancel=CancelRequest(by=Person(name="Sam"), at=d.T0))
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


# a pipeline that may be it, and cannot be read

UNREAD = d.pipeline(3, None, unreadable=True)


def looked(b: Build, looks: int, *pipelines: Pipeline, **facts: Any) -> tuple[Build, Any]:
    """What becomes of it after so many looks that found these pipelines, a few seconds apart."""
    step: Any = None
    for look in range(looks):
        known = {"pipelines": pipelines, "judgement": d.OPEN, **facts}
        b, step = d.after(d.shown(b), wall=d.T0 + 5 * look, **known)
    return b, step


def test_what_cannot_be_read_is_tried_in_three_looks():
    """It may tell in the next one; until then nothing is sent, however long it has waited."""
    b, step = looked(sent(), 2, UNREAD, waited=AFTER)
    assert (b.state, b.unread) == (BuildState.TRIGGERING, {"p3": 2})
    assert step == Finish(due_at=d.T0 + 5 + READ_AGAIN)
    found, _ = d.after(b, pipelines=(d.pipeline(3),), waited=AFTER)
    assert (found.pipeline_id, found.unread) == ("p3", {})
    others = d.step(b, pipelines=(d.pipeline(3, 4),), waited=AFTER, wall=d.T0 + 60)
    assert isinstance(others, Become)
    assert others.record.unread == {}
    gone = {"pipelines": (), "judgement": d.OPEN, "waited": AFTER, "wall": d.T0 + 60}
    assert isinstance(d.after(b, **gone, slot=d.EMPTY)[1], TriggerPipeline)


def test_one_look_counts_once():
    """However many decisions it takes."""
    assert d.after(sent(), pipelines=(UNREAD,), waited=BEFORE)[0].unread == {"p3": 1}


def test_it_ends_in_an_error_that_names_it():
    """Nothing is sent again, and the slot is kept."""
    b, step = looked(sent(), 3, UNREAD, waited=AFTER)
    named = PipelineUndecided(pipelines=(Candidate(id="p3", name="3", url="https://ci/3"),))
    assert (b.state, b.reason, b.undecided) == (BuildState.ERRORED, named, ("p3",))
    assert (b.occupies_slot, b.pipeline_ended, b.unread) == (True, False, {})
    assert isinstance(step, PostStatus)
    assert card_of(b).buttons[0].label == "Retry"


def test_a_lease_is_waited_for_all_the_same():
    """Its own pipeline may turn up meanwhile, and then that is the one."""
    b, step = looked(sent(), 4, UNREAD, waited=BEFORE)
    assert (b.state, b.unread) == (BuildState.TRIGGERING, {"p3": 4})
    assert isinstance(step, Finish)
    found, _ = d.after(b, pipelines=(UNREAD, d.pipeline(4)), waited=AFTER, slot=d.EMPTY)
    assert (found.pipeline_id, found.undecided) == ("p4", ())


@pytest.mark.parametrize(
    ("ref", "counts"),
    [
        ({"branch": "main"}, True),
        ({"branch": None}, True),
        ({"branch": "other"}, False),
        ({"branch": None, "tag": "main"}, False),
    ],
    ids=["the same", "not told", "another branch", "a tag"],
)
def test_only_a_pipeline_of_the_same_ref_may_be_it(ref: dict[str, Any], counts: bool):
    """Or one whose ref CircleCI does not tell."""
    one = d.pipeline(3, None, unreadable=True, **ref)
    b, step = looked(sent(), 3, one, waited=AFTER, slot=d.EMPTY)
    assert (b.state is BuildState.ERRORED) is counts
    assert isinstance(step, PostStatus if counts else TriggerPipeline)


def test_a_cancel_does_not_hide_it():
    """What may run is named all the same."""
    b, _ = looked(
        sent(cancel=CancelRequest(by=Person(name="Sam"), at=d.T0)),
        3,
        UNREAD,
        waited=AFTER,
        slot=d.EMPTY,
    )
    assert (b.state, b.undecided) == (BuildState.ERRORED, ("p3",))


# a deployment that came back after the store was lost


def test_how_it_would_run_is_read_before_its_pipeline_is_searched_for():
    """Nobody knows any more how it was run: the configuration says how it would be."""
    b = sent(plan=None, gates_open=False)
    assert d.step(b) == Read(what=What.JUDGEMENT)
    found, step = d.after(b, judgement=d.OPEN)
    assert (found.plan, step) == (d.PLAN, Read(what=What.PIPELINES))
    assert isinstance(d.step(others(d.down(b, "github")), waited=BEFORE), Finish)


def test_what_can_be_planned_no_more_may_still_have_a_pipeline():
    """The project in the status's link is searched; without a link there was none."""
    refused = Judgement(verdict=Verdict())
    gone = d.after(sent(plan=None, gates_open=False), judgement=refused)[0]
    assert (gone.state, gone.guards.get(Effect.TRIGGER)) == (BuildState.ERRORED, None)
    linked = structs.replace(refused, project="gh/acme/shop")
    found, step = d.after(sent(plan=None, gates_open=False), judgement=linked)
    assert found.plan is not None
    assert found.plan.run.project == "gh/acme/shop"
    assert step == Read(what=What.PIPELINES)
