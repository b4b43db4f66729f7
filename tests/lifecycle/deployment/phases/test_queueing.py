"""The environment's line: entering it, waiting in it, taking the slot, and giving it back."""

import pytest
from msgspec import structs

from app.lifecycle.deployment.step_types import PostStatus, TriggerPipeline, What
from app.lifecycle.look_types import Finish, Read
from app.model.build import Build, BuildState
from app.model.plan import Concurrency, Person
from app.model.reasons.gates import (
    Busy,
    Superseded,
)
from app.model.slot import Listing, Place, Rank, Slot, SlotChange
from tests.lifecycle import decisions as d

PAGE = "https://github.com/acme/shop/deployments/production"


def busy_with(b: Build) -> tuple[int, str]:
    """What it waits for, and the ref of that."""
    (busy,) = b.waits_for
    assert isinstance(busy, Busy)
    return busy.running, busy.ref


def test_a_free_slot_is_taken_with_the_trigger():
    """Intent and slot are one write; the parameters carry the deployment's number."""
    step = d.step(d.build(), slot=d.EMPTY)
    taken = Slot(repository_id=1, name="production", running=5, since=d.T0)
    assert step == TriggerPipeline(run=d.SENT, slot=SlotChange(before=d.EMPTY, after=taken))


def test_a_busy_slot_makes_it_wait_in_line():
    """Its place is recorded with it; then GitHub and the channel say what it waits for."""
    busy = structs.replace(d.EMPTY, version=3, running=4, since=d.T0)
    assert d.step(d.build(), slot=busy) == Read(what=What.AHEAD, of="4")
    ahead = d.build(deployment_id=4, ref="v1.3.9", due_at=0.0)
    step = d.step(d.build(), slot=busy, ahead=ahead)
    assert isinstance(step, Finish)
    assert step.build is not None
    assert step.slot == SlotChange(
        before=busy, after=structs.replace(busy, waiting=(Place(deployment_id=5),))
    )
    assert (step.due_at, step.wake, step.notes) == (0.0, (), ())
    assert (step.build.standing, step.build.slot) == (Listing.IN_LINE, "production")
    assert step.build.waits_for == (
        Busy(environment="production", running=4, ref="v1.3.9", by="Dana", position=1, url=PAGE),
    )
    told = d.step(step.build, slot=step.slot.after, ahead=ahead)
    assert isinstance(told, PostStatus)
    assert told.status.state == "pending"
    waiting = d.shown(step.build)
    assert d.step(waiting, slot=step.slot.after, ahead=ahead) == Finish(
        due_at=d.T0 + d.LIMITS.watch
    )


def test_what_waited_beside_the_line_enters_it():
    """Its gates are open, and they are judged in that very look, also where it is not its turn."""
    busy = structs.replace(d.EMPTY, running=4, since=d.T0, aside=(Place(deployment_id=5),))
    ahead = d.running(deployment_id=4, due_at=1.0, requester=Person(login="octocat"))
    b = d.build(standing=Listing.ASIDE, gates_at=d.T0 - 100)
    assert d.step(b, slot=busy, ahead=ahead) == Read(what=What.JUDGEMENT)
    line = structs.replace(busy, waiting=(Place(deployment_id=3),))
    _, step = d.after(b, slot=line, ahead=ahead, judgement=d.OPEN)
    assert isinstance(step, Finish)
    assert step.build is not None
    assert step.build.standing is Listing.IN_LINE
    [waits] = step.build.waits_for
    assert isinstance(waits, Busy)
    assert (waits.by, waits.position) == ("octocat", 2)
    assert step.slot is not None
    assert step.slot.after.aside == ()
    waiting = structs.replace(step.build, gates_at=d.T0 - 100)
    assert not isinstance(d.step(d.shown(waiting), slot=step.slot.after, ahead=ahead), Read)


def test_its_turn_comes():
    """The one before it has left: the first in line takes the slot, once it is judged again."""
    line = (Place(deployment_id=5), Place(deployment_id=6))
    free = structs.replace(d.EMPTY, version=4, waiting=line)
    b = d.build(standing=Listing.IN_LINE, gates_at=d.T0 - 9)
    assert d.step(b, slot=free) == Read(what=What.JUDGEMENT)
    _, step = d.after(b, slot=free, judgement=d.OPEN)
    assert isinstance(step, TriggerPipeline)
    assert step.slot is not None
    assert (step.slot.after.running, step.slot.after.waiting) == (5, line[1:])


def test_a_free_slot_belongs_to_the_first_in_line():
    """Whoever comes later wakes the first and waits behind it."""
    free = structs.replace(d.EMPTY, waiting=(Place(deployment_id=3),))
    assert d.step(d.build(), slot=free) == Read(what=What.AHEAD, of="3")
    step = d.step(d.build(), slot=free, ahead=None)
    assert isinstance(step, Finish)
    assert step.wake == ((1, 3),)


def test_a_rollback_goes_first():
    """It enters before those who wait already."""
    busy = structs.replace(d.EMPTY, running=2, since=d.T0, waiting=(Place(deployment_id=3),))
    step = d.step(d.build(trigger="rollback"), slot=busy, ahead=None)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert step.slot.after.waiting[0] == Place(deployment_id=5, rank=Rank.ROLLBACK)


def test_only_the_newest_automatic_one_waits():
    """The older ones are woken to find that they were replaced."""
    older = Place(deployment_id=3, automatic=True)
    busy = structs.replace(d.EMPTY, running=2, since=d.T0, waiting=(older,))
    step = d.step(d.build(trigger="push"), slot=busy, ahead=None)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert [place.deployment_id for place in step.slot.after.waiting] == [5]
    assert step.wake == ((1, 3),)


def test_who_was_replaced_ends_inactive():
    """It waited in line, and is there no more: a newer one waits, or runs by now."""
    newer = Place(deployment_id=9, automatic=True)
    for slot in (
        structs.replace(d.EMPTY, running=2, since=d.T0, waiting=(newer,)),
        structs.replace(d.EMPTY, running=9, since=d.T0),
    ):
        found, _ = d.after(d.build(trigger="push", standing=Listing.IN_LINE), slot=slot)
        assert found.state is BuildState.INACTIVE
        assert found.reason == Superseded(by=9, url=PAGE)
        assert found.standing is Listing.UNLISTED


def test_cancel_asks_what_runs_to_stop():
    """Under `cancel` the newer one waits until the older has really stopped.

    It has its place in the line first, so that nothing else goes before it.
    """
    busy = structs.replace(d.EMPTY, running=4, since=d.T0)
    entered = d.step(d.build(concurrency=Concurrency.CANCEL), slot=busy, ahead=None)
    assert isinstance(entered, Finish)
    assert not entered.notes
    assert entered.slot is not None
    assert entered.slot.after.running == 4
    step = d.step(d.shown(entered.build), slot=entered.slot.after, ahead=None)
    assert isinstance(step, Finish)
    (note,) = step.notes
    assert (note.repository_id, note.deployment_id) == (1, 4)
    assert note.once == {"cancel": {"by": {"name": "deployment 5"}, "at": d.T0}}
    assert (step.due_at, step.slot) == (0.0, None)


def test_under_cancel_the_newest_alone_waits():
    """Whoever asked for the older ones; they find that they were replaced."""
    older = Place(deployment_id=3)
    busy = structs.replace(d.EMPTY, running=2, since=d.T0, waiting=(older,))
    step = d.step(d.build(concurrency=Concurrency.CANCEL), slot=busy, ahead=None)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert (step.slot.after.waiting, step.wake) == ((Place(deployment_id=5),), ((1, 3),))
    gone = structs.replace(busy, waiting=(Place(deployment_id=9),))
    for concurrency, by in ((Concurrency.CANCEL, 9), (Concurrency.QUEUE, None)):
        found, _ = d.after(d.build(concurrency=concurrency, standing=Listing.IN_LINE), slot=gone)
        assert found.reason == Superseded(by=by, url=PAGE if by else "")


def test_what_somebody_agreed_to_cancel_is_told_by_whom():
    """A rollback's question names it; nothing else is canceled."""
    line = structs.replace(
        d.EMPTY, running=4, waiting=(Place(deployment_id=5, rank=Rank.ROLLBACK),)
    )
    asked = d.build(trigger="rollback", standing=Listing.IN_LINE, asker=d.DANA)
    b = structs.replace(asked, plan=structs.replace(asked.plan, cancels=4))
    _, step = d.after(b, slot=line, ahead=d.running(deployment_id=4, due_at=1.0))
    assert isinstance(step, Finish)
    (note,) = step.notes
    assert note.once["cancel"]["by"]["name"] == d.DANA.name
    other = structs.replace(line, running=3)
    _, step = d.after(b, slot=other, ahead=d.running(deployment_id=3, due_at=1.0))
    assert not getattr(step, "notes", ())


@pytest.mark.parametrize(
    ("trigger", "runs", "cancels"),
    [("push", "rollback", False), ("push", "command", True), ("command", "rollback", True)],
)
def test_what_comes_by_itself_cancels_no_rollback(trigger: str, runs: str, cancels: bool):
    """Under `cancel` too: it would wait for *Resume* had the rollback succeeded already."""
    rank = Place(deployment_id=5, automatic=trigger == "push")
    line = structs.replace(d.EMPTY, running=4, since=d.T0, waiting=(rank,))
    b = d.shown(d.build(trigger=trigger, concurrency=Concurrency.CANCEL, standing=Listing.IN_LINE))
    _, step = d.after(b, slot=line, ahead=d.running(deployment_id=4, trigger=runs, due_at=1.0))
    assert bool(getattr(step, "notes", ())) is cancels


@pytest.mark.parametrize(("runs", "canceled"), [(4, [4]), (9, [])], ids=["older", "a rollback"])
def test_cancel_asks_the_next_one_that_runs_too(runs: int, canceled: list[int]):
    """It waited behind another; a newer one that runs before it has gone first as a rollback."""
    line = structs.replace(d.EMPTY, running=3, since=d.T0, waiting=(Place(deployment_id=4),))
    entered = d.step(d.build(concurrency=Concurrency.CANCEL), slot=line, ahead=None)
    assert isinstance(entered, Finish)
    assert entered.build is not None
    waiting = d.shown(entered.build)
    now = structs.replace(line, running=runs, waiting=(Place(deployment_id=5),))
    found, step = d.after(waiting, slot=now, ahead=None)
    notes = step.notes if isinstance(step, Finish) else ()
    assert [note.deployment_id for note in notes] == canceled
    told = step.build if isinstance(step, Finish) else found
    assert told is not None
    assert busy_with(told) == (runs, "")
    assert not getattr(d.step(d.shown(told), slot=now, ahead=None), "notes", ())


@pytest.mark.parametrize(
    ("ahead", "free"),
    [
        (d.running(deployment_id=4, due_at=1.0), False),
        (d.running(deployment_id=4, state=BuildState.ON_HOLD, due_at=1.0), False),
        (d.ended(deployment_id=4, pipeline_ended=False, due_at=1.0), False),
        (d.ended(deployment_id=4, due_at=1.0), True),
        (d.running(deployment_id=4, due_at=None), True),
        (None, False),
    ],
    ids=["runs", "on hold", "left running", "over", "looked at no more", "unknown"],
)
def test_a_slot_is_held_by_what_may_run(ahead: Build | None, free: bool):
    """However long: the deployment that holds it ends by clocks of its own."""
    busy = structs.replace(d.EMPTY, running=4, since=d.T0 - 10 * 86400)
    assert d.step(d.build(), slot=busy) == Read(what=What.AHEAD, of="4")
    step = d.step(d.build(), slot=busy, ahead=ahead)
    assert isinstance(step, TriggerPipeline) is free


def test_a_success_is_told_to_the_slot_and_to_what_is_older():
    """In the transaction that gives the slot back."""
    waiting = (Place(deployment_id=3), Place(deployment_id=6))
    slot = structs.replace(
        d.EMPTY, running=5, waiting=waiting, aside=(Place(deployment_id=2), Place(deployment_id=8))
    )
    _, step = d.after(d.ended(standing=Listing.RUNNING, success_told=False), slot=slot)
    assert isinstance(step, Finish)
    assert step.slot is not None
    after = step.slot.after
    assert (after.succeeded, after.waiting, after.aside) == (5, waiting[1:], slot.aside[1:])
    assert set(step.wake) >= {(1, 2), (1, 3), (1, 6)}


def test_who_has_ended_is_dropped_from_the_head_of_the_line():
    """It would hold up everybody behind it."""
    line = structs.replace(d.EMPTY, waiting=(Place(deployment_id=4), Place(deployment_id=5)))
    b = d.build(standing=Listing.IN_LINE)
    over = d.ended(BuildState.INACTIVE, deployment_id=4)
    step = d.step(b, slot=line, ahead=over)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert (step.slot.after.waiting, step.wake) == (line.waiting[1:], ((1, 5),))
    assert not getattr(d.step(b, slot=line, ahead=d.build(deployment_id=4)), "slot", None)


def test_the_slot_of_who_is_listed_is_not_derived_anew():
    """The configuration calls its environment otherwise by now."""
    b = d.build(slot="live", standing=Listing.RUNNING)
    assert b.slot_name == "live"
    renamed = structs.replace(d.EMPTY, name="live", running=5)
    _, step = d.after(d.ended(slot="live", standing=Listing.RUNNING), slot=renamed)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert step.slot.after.running is None
