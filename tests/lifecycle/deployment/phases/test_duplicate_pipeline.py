"""A second pipeline of one deployment: found at the end, or told by its own webhook."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.step_types import (
    CancelDuplicate,
    CancelPipeline,
    Notify,
    UpdateMessage,
    What,
)
from app.lifecycle.look_types import Finish, Read
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest, Stray
from app.model.effects import Effect, Guard
from app.model.slot import Listing, Slot
from tests.lifecycle import decisions as d

LATE = {"trigger": 40.0}


def ambiguous(state: BuildState = BuildState.SUCCEEDED, **facts: Any) -> Build:
    """One that ended well, whose trigger had once had no clear answer."""
    return d.ended(state, **{"guards": {Effect.TRIGGER: d.UNSURE}, "unsure": True, **facts})


def never_started(**facts: Any) -> Build:
    """One that ended without a pipeline, though a trigger may have landed."""
    none: dict[str, Any] = {
        "pipeline_id": None,
        "build_number": None,
        "build_url": "",
        "started_at": None,
        "looked_at": None,
        "workflow_id": None,
        "pipeline_ended": False,
        "standing": Listing.RUNNING,
    }
    return ambiguous(BuildState.CANCELED, **{**none, **facts})


# the search after the outcome


def test_there_is_one_more_search():
    """Two leases after the last send, once; then the guard is over."""
    b = ambiguous()
    early = d.step(b, waited={"trigger": 39.0})
    assert early == Finish(due_at=d.T0 + 1.0)
    assert d.step(b, waited=LATE) == Read(what=What.PIPELINES)
    done, step = d.after(b, pipelines=(d.pipeline(1),), waited=LATE)
    assert done.searched_again
    assert step == Finish(due_at=None)


def test_not_after_a_clear_answer():
    """A trigger that was answered cannot have been sent twice."""
    assert d.step(d.ended(), waited=LATE) == Finish(due_at=None)
    assert d.step(d.ended(guards={}, unsure=True), waited=LATE) == Finish(due_at=None)


def test_a_second_pipeline_is_canceled_and_told():
    """In the message, and once more in its thread and in the channel."""
    b = ambiguous()
    step = d.step(b, pipelines=(d.pipeline(2), d.pipeline(1)), waited=LATE)
    assert isinstance(step, CancelDuplicate)
    assert step.pipeline.id == "p2"
    assert (step.build.searched_again, step.build.second_pipeline) == (True, "https://ci/2")
    shown = d.step(step.build)
    assert isinstance(shown, UpdateMessage)
    assert "two pipelines" in " ".join(shown.card.lines)
    told = d.step(structs.replace(step.build, card_digest=shown.digest))
    assert isinstance(told, Notify)
    assert told.broadcast
    assert "two pipelines" in told.text
    assert "U1" not in told.text
    assert d.step(d.shown(step.build)) == Finish(due_at=None)


def test_what_is_found_before_the_outcome_is_told_with_it():
    """One reply says both."""
    b = structs.replace(
        ambiguous(searched_again=True, second_pipeline="https://ci/2"), notified=None
    )
    step = d.step(structs.replace(b, card_digest=d.digest(b)))
    assert isinstance(step, Notify)
    assert "<@U1>" in step.text
    assert "two pipelines" in step.text


def test_a_late_pipeline_of_one_that_was_ended_is_adopted():
    """Its outcome wins: what runs is shown."""
    found, step = d.after(never_started(), pipelines=(d.pipeline(3),), waited=LATE)
    assert (found.state, found.pipeline_id) == (BuildState.CANCELED, "p3")
    assert not found.pipeline_ended
    assert not isinstance(step, CancelDuplicate)


def test_none_found_gives_the_slot_back():
    """Until then it is kept: a pipeline might still have landed."""
    b = never_started()
    assert isinstance(d.step(b, waited={"trigger": 1.0}), Finish)
    done, step = d.after(b, pipelines=(), waited=LATE)
    assert (done.searched_again, done.pipeline_ended) == (True, True)
    assert step == Read(what=What.SLOT)


def test_circleci_is_down_at_the_end():
    """The search is tried again; when CircleCI is given up, so is the search."""
    b = d.down(ambiguous())
    assert d.step(b, waited=LATE) == Finish(due_at=b.backoff["ci"].retry_at)
    over, _ = d.after(d.lost(never_started(), "ci"), waited=LATE, slot=d.EMPTY)
    assert (over.searched_again, over.pipeline_ended) == (True, True)


# told by its webhook, when no search has found it

STRAY = Stray(id="p9", number=9, url="https://ci/9")


def test_a_stray_pipeline_is_canceled_and_told():
    """However late its webhook comes."""
    step = d.step(d.ended(stray=STRAY))
    assert isinstance(step, CancelDuplicate)
    assert step.pipeline.id == "p9"
    assert (step.build.stray, step.build.second_pipeline) == (None, "https://ci/9")
    waiting = d.down(d.ended(stray=STRAY))
    assert d.step(waiting) == Finish(due_at=waiting.backoff["ci"].retry_at)
    let_go, _ = d.after(d.lost(d.ended(stray=STRAY), "ci"))
    assert (let_go.stray, let_go.second_pipeline) == (None, "https://ci/9")


def test_a_stray_pipeline_of_one_without_is_adopted():
    """It is the one that was started after all."""
    b = never_started(
        stray=STRAY, searched_again=True, pipeline_ended=True, standing=Listing.UNLISTED
    )
    step = d.step(b, slot=d.EMPTY)
    assert isinstance(step, Finish)
    assert step.build is not None
    assert (step.build.pipeline_id, step.build.build_number) == ("p9", 9)
    assert step.build.stray is None
    assert not step.build.pipeline_ended


def test_its_own_pipeline_is_no_stray():
    """The index was late, nothing else."""
    own = d.ended(stray=Stray(id="p1", number=1))
    found, step = d.after(own)
    assert found.stray is None
    assert step == Finish(due_at=None)


def test_before_the_search_is_over_a_stray_waits_for_it():
    """The trigger's own search will find it."""
    guard = Guard(sent_at=d.T0, sender="me", ambiguous=True)
    b = d.build(
        state=BuildState.TRIGGERING, guards={Effect.TRIGGER: guard}, unsure=True, stray=STRAY
    )
    assert d.step(b) == Read(what=What.PIPELINES)


@pytest.mark.parametrize("url", ["https://ci/9", ""])
def test_a_second_pipeline_without_an_address_is_told_too(url: str):
    """Then its id says which it is."""
    step = d.step(d.ended(stray=structs.replace(STRAY, url=url)))
    assert isinstance(step, CancelDuplicate)
    assert step.build.second_pipeline == (url or "p9")


def test_a_pipeline_of_one_that_was_canceled_is_canceled_when_it_turns_up():
    """Its trigger's answer was lost, a person canceled, and then it had landed after all."""
    b = d.build(
        state=BuildState.TRIGGERING,
        guards={Effect.TRIGGER: d.UNSURE},
        unsure=True,
        standing=Listing.RUNNING,
        cancel=CancelRequest(by=d.DANA, at=d.T0 + 5),
    )
    b, _ = d.after(b, waited={"trigger": 21.0}, pipelines=(), wall=d.T0 + 21)
    assert b.state is BuildState.CANCELED
    slot = Slot(repository_id=1, name="production", running=5)
    b, _ = d.after(d.shown(b), waited=LATE, pipelines=(d.pipeline(),), slot=slot, wall=d.T0 + 45)
    b = d.shown(structs.replace(b, looked_at=d.T0))
    running = d.reading(d.workflow("running"))
    _, step = d.after(b, wall=d.T0 + 300, waited=LATE, pipelines=(), reading=running)
    assert isinstance(step, CancelPipeline)
