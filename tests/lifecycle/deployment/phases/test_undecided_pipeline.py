"""An environment stays taken while a pipeline that cannot be read may still run there."""

from typing import Any

from msgspec import structs

from app.lifecycle.deployment.step_types import What
from app.lifecycle.look_types import Finish, Read
from app.model.build import Build, BuildState
from app.model.build_parts import Stray
from app.model.effects import Effect
from app.model.reasons.pipeline import Candidate, PipelineUndecided
from app.model.slot import Listing
from app.model.waiting import Wait
from tests.lifecycle import decisions as d

LATE = {"trigger": 40.0}
NAMED = PipelineUndecided(pipelines=(Candidate(id="p3", name="3", url="https://ci/3"),))
SLOT = Read(what=What.SLOT)


def undecided(*named: str, **facts: Any) -> Build:
    """One that ended so at `T0`, with everything told; its last search is over."""
    known = {
        "state": BuildState.ERRORED,
        "reason": NAMED,
        "guards": {Effect.TRIGGER: d.UNSURE},
        "unsure": True,
        "standing": Listing.RUNNING,
        "searched_again": True,
        "ended_at": d.T0,
        "undecided": named or ("p3",),
    }
    return d.shown(d.build(**{**known, **facts}))


def test_it_is_looked_at_now_and_then():
    """Every watch interval; while it runs the slot is kept."""
    b = undecided()
    assert d.step(b) == Finish(due_at=d.T0 + d.LIMITS.watch)
    later = d.T0 + d.LIMITS.watch
    assert d.step(b, wall=later) == Read(what=What.READING, of="p3")
    kept, step = d.after(b, wall=later, reading=d.reading(d.workflow("running")))
    assert (kept.occupies_slot, kept.pipeline_ended) == (True, False)
    assert step == Finish(due_at=later + d.LIMITS.watch)


def test_the_slot_is_given_back_once_it_has_ended():
    """Whatever it came to: the deployment's own outcome stays unknown."""
    b = undecided()
    done, step = d.after(b, wall=d.T0 + 60, reading=d.reading(d.workflow("success"), number=3))
    assert (done.state, done.pipeline_ended) == (BuildState.ERRORED, True)
    assert step == SLOT


def test_each_of_several_must_have_ended():
    """One after the other."""
    over = d.reading(d.workflow("failure"), number=3)
    left, step = d.after(undecided("p3", "p4"), wall=d.T0 + 60, reading=over)
    assert (left.undecided, left.pipeline_ended) == (("p4",), False)
    assert isinstance(step, Finish)
    assert d.step(left, wall=d.T0 + 120) == Read(what=What.READING, of="p4")


def test_a_day_is_enough():
    """Nobody tells: then the environment is free again."""
    b = undecided()
    kept, _ = d.after(structs.replace(b, waited={Wait.STOP: d.LIMITS.give_up - 1}))
    assert not kept.pipeline_ended
    free, step = d.after(structs.replace(b, waited={Wait.STOP: d.LIMITS.give_up}))
    assert (free.pipeline_ended, step) == (True, SLOT)


def test_circleci_is_left_alone_while_it_fails():
    """Refusals too keep the slot, until that day is over."""
    b = d.lost(undecided(), "ci", d.refused("ci", "circleci_token_refused"))
    kept, step = d.after(b, wall=b.backoff["ci"].retry_at - 1)
    assert (kept.occupies_slot, kept.pipeline_ended) == (True, False)
    assert isinstance(step, Finish)


def test_the_search_at_the_end_may_tell():
    """Then it is adopted, or let go; what still cannot be read keeps the slot."""
    b = undecided(searched_again=False)
    mine, _ = d.after(b, pipelines=(d.pipeline(3),), waited=LATE)
    assert (mine.pipeline_id, mine.undecided) == ("p3", ())
    others, step = d.after(b, pipelines=(d.pipeline(3, 4),), waited=LATE)
    assert (others.undecided, others.pipeline_ended, step) == ((), True, SLOT)
    unread = d.pipeline(3, None, unreadable=True)
    still, _ = d.after(b, pipelines=(unread,), waited=LATE)
    assert (still.undecided, still.searched_again, still.pipeline_ended) == (("p3",), True, False)


def test_its_own_report_tells_too():
    """It carries the number after all: what runs is shown."""
    b = undecided(stray=Stray(id="p3", number=3, url="https://ci/3"))
    found, step = d.after(b, slot=d.EMPTY)
    assert (found.pipeline_id, found.undecided) == ("p3", ())
    assert step is not None
