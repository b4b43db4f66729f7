"""From a deployment to its pipeline: gates, the environment's slot, cancel, giving up."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.step_types import PostMessage, PostStatus, TriggerPipeline, What
from app.lifecycle.look_types import Finish, Read
from app.lifecycle.planning.gates.verdict import Verdict
from app.lifecycle.planning.plan_rules import Judgement
from app.model.build import Build, BuildState, Origin
from app.model.build_parts import CancelRequest
from app.model.plan import Concurrency, Person
from app.model.reasons import Reason, RefusedOnGitHub
from app.model.reasons.base import Linked
from app.model.reasons.gates import (
    Busy,
    ChecksFailed,
    ChecksPending,
    ConfigurationInvalid,
    ConfigurationUnreadable,
    Superseded,
    WindowClosed,
)
from app.model.reasons.locks import LockedOut
from app.model.slot import Place, Rank, Slot, SlotChange, Standing
from tests.lifecycle import decisions as d

PENDING = ChecksPending(checks=(Linked(name="test"),))
RED = ChecksFailed(checks=(Linked(name="test"),))
PAGE = "https://github.com/acme/shop/deployments/production"
CANCEL = CancelRequest(by=Person(name="Sam"), at=d.T0)


def fresh(**facts: Any) -> Build:
    """A person's deployment that was just identified."""
    return d.build(gates_open=False, plan=None, **facts)


def busy_with(b: Build) -> tuple[int, str]:
    """What it waits for, and the ref of that."""
    (busy,) = b.waits_for
    assert isinstance(busy, Busy)
    return busy.running, busy.ref


def set_aside(b: Build, judgement: Judgement, slot: Slot = d.EMPTY) -> Build:
    """The build once it stands beside the line, because of what the gates say."""
    _, step = d.after(b, judgement=judgement, slot=slot)
    assert isinstance(step, Finish)
    assert step.build is not None
    assert step.slot is not None
    assert Place(deployment_id=5, automatic=b.trigger == "push") in step.slot.after.aside
    return step.build


# gates


def test_open_gates_lead_to_the_slot():
    """Judged once on its own commit; then the environment's slot is looked at."""
    assert d.step(fresh()) == Read(what=What.JUDGEMENT)
    found, step = d.after(fresh(), judgement=d.OPEN, wall=d.T0 + 3)
    assert (found.gates_open, found.gates_at, found.plan) == (True, d.T0 + 3, d.PLAN)
    assert step == Read(what=What.SLOT)


def test_a_persons_refusal_names_who_created_it():
    """Ours is answered where it was asked for."""
    judgement = Judgement(verdict=Verdict(refusals=(RED,)), plan=d.PLAN)
    found, _ = d.after(fresh(origin=Origin.PERSON, creator="octocat"), judgement=judgement)
    assert found.reason == RefusedOnGitHub(creator="octocat", reasons=(RED,))


INVALID = ConfigurationInvalid(line=1, key="a", problem="twice")


@pytest.mark.parametrize(
    ("trigger", "refusals", "waits"),
    [
        ("push", (INVALID,), True),
        ("push", (ConfigurationUnreadable(), INVALID), True),
        ("push", (INVALID, RED), False),
        ("push", (RED,), False),
        ("command", (INVALID,), False),
    ],
)
def test_an_automatic_one_waits_until_the_file_is_mended(
    trigger: str, refusals: tuple[Reason, ...], waits: bool
):
    """Not where something else bars it as well."""
    judgement = Judgement(verdict=Verdict(refusals=refusals), plan=d.PLAN)
    found, step = d.after(fresh(trigger=trigger, gates_at=None), judgement=judgement, slot=d.EMPTY)
    assert isinstance(step, Finish) is waits
    assert found.state is (BuildState.WAITING if waits else BuildState.ERRORED)


def test_however_many_wait_beside_the_line_one_more_is_listed():
    """So that an unlock makes it due like the others."""
    crowd = tuple(Place(deployment_id=100 + number) for number in range(500))
    judgement = Judgement(verdict=Verdict(waits=(PENDING,)), plan=d.PLAN)
    _, step = d.after(fresh(), judgement=judgement, slot=structs.replace(d.EMPTY, aside=crowd))
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert step.slot.after.aside == (Place(deployment_id=5), *crowd)


def test_closed_gates_end_it():
    """Every refusal is kept, GitHub is told `error`, and nothing runs."""
    judgement = Judgement(verdict=Verdict(refusals=(RED, PENDING)), plan=d.PLAN)
    found, step = d.after(fresh(), judgement=judgement)
    assert (found.state, found.waits_for) == (BuildState.ERRORED, ())
    assert found.reason == RefusedOnGitHub(reasons=(RED, PENDING))
    assert found.pipeline_ended
    assert isinstance(step, PostStatus)
    assert step.status.state == "error"


def test_what_cannot_be_planned_is_refused_too():
    """Its ref is gone, say."""
    found, _ = d.after(fresh(), judgement=Judgement(verdict=Verdict()))
    assert found.state is BuildState.ERRORED


def test_pending_gates_hold_it():
    """It waits on GitHub as `pending`, found again by its commit, and judged again anew."""
    judgement = Judgement(verdict=Verdict(waits=(PENDING,)), plan=d.PLAN)
    found = set_aside(fresh(), judgement)
    assert (found.state, found.waits_for, found.waiting_sha, found.standing) == (
        BuildState.WAITING,
        (PENDING,),
        d.SHA,
        Standing.ASIDE,
    )
    step = d.step(found, judgement=judgement, slot=d.EMPTY)
    assert isinstance(step, PostStatus)
    assert step.status.state == "pending"
    waiting = d.shown(found)
    assert d.step(waiting) == Read(what=What.SLOT)
    assert d.step(waiting, slot=d.EMPTY) == Read(what=What.JUDGEMENT)
    end = Finish(due_at=d.T0 + d.LIMITS.watch)
    assert d.step(waiting, slot=d.EMPTY, judgement=judgement) == end
    aside = structs.replace(d.EMPTY, aside=(Place(deployment_id=5),))
    opened, step = d.after(waiting, judgement=d.OPEN, slot=aside)
    assert (opened.waits_for, opened.waiting_sha) == ((), None)
    assert isinstance(step, TriggerPipeline)
    assert step.slot is not None
    assert step.slot.after.aside == ()


LOCKED = LockedOut(environment="production", by="Sam", since=d.T0)
CLOSED = WindowClosed(until=d.T0, windows=("Mon 09:00-10:00 UTC",))


@pytest.mark.parametrize(
    ("trigger", "newest", "goes_on"),
    [
        ("push", {"waits_for": (LOCKED,)}, False),
        ("push", {"waits_for": (LOCKED, CLOSED)}, False),
        ("push", {"waits_for": (LOCKED, PENDING)}, True),
        ("push", {"waits_for": (LOCKED,), "cancel": CANCEL}, True),
        ("push", {"state": BuildState.ERRORED}, True),
        ("push", None, True),
        ("command", {"waits_for": (LOCKED,)}, True),
    ],
)
def test_of_those_that_one_gate_held_the_newest_goes_on(
    trigger: str, newest: dict[str, Any] | None, goes_on: bool
):
    """Whichever is looked at first once a lock or a window opens; not what waits for itself too."""
    b = d.build(trigger=trigger, standing=Standing.ASIDE)
    beside = (Place(deployment_id=5, automatic=True), Place(deployment_id=9, automatic=True))
    slot = structs.replace(d.EMPTY, aside=beside)
    other = d.build(deployment_id=9, trigger="push", **newest) if newest is not None else None
    found, step = d.after(b, slot=slot, newest=other)
    assert isinstance(step, TriggerPipeline) is goes_on
    if not goes_on:
        assert (found.state, found.reason) == (BuildState.INACTIVE, Superseded(by=9, url=PAGE))


HELD = Judgement(verdict=Verdict(waits=(LOCKED,)), plan=d.PLAN)


@pytest.mark.parametrize(("trigger", "stays"), [("push", False), ("command", True)])
def test_a_newer_one_that_is_held_takes_the_place_of_an_older(trigger: str, stays: bool):
    """At once: hundreds may come while an environment is locked or frozen."""
    newer = Place(deployment_id=9, automatic=True)
    slot = structs.replace(d.EMPTY, aside=(newer,))
    other = d.build(deployment_id=9, trigger="push", waits_for=(LOCKED,))
    found, _ = d.after(fresh(trigger=trigger), judgement=HELD, slot=slot, newest=other)
    assert (found.state is not BuildState.INACTIVE) is stays


def test_the_older_ones_look_again_when_a_newer_one_is_held():
    """Only those that came by themselves; not where the newer one waits for its own checks."""
    beside = tuple(Place(deployment_id=n, automatic=n != 3) for n in (2, 3, 9))
    slot = structs.replace(d.EMPTY, aside=beside)
    other = d.build(deployment_id=9, trigger="push", waits_for=(PENDING,))
    for waits, woken in (((LOCKED,), ((1, 2),)), ((LOCKED, PENDING), ())):
        judgement = Judgement(verdict=Verdict(waits=waits), plan=d.PLAN)
        _, step = d.after(fresh(trigger="push"), judgement=judgement, slot=slot, newest=other)
        assert isinstance(step, Finish)
        assert step.wake == woken


def test_what_is_held_for_long_is_asked_about_seldom():
    """Whoever unlocks or resumes makes it due; else GitHub's calls would not do for hundreds."""
    found = d.shown(set_aside(fresh(trigger="push"), HELD))
    for waited, until in ((60.0, 60.0), (3600.0, 360.0), (86400.0, 600.0)):
        now = d.T0 + waited
        step = d.step(found, wall=now, judgement=HELD, slot=d.EMPTY)
        assert step == Finish(due_at=now + until)


def test_only_what_waits_for_checks_watches_its_commit():
    """What is waited for besides brings no event of the commit."""
    judgement = Judgement(
        verdict=Verdict(waits=(Busy(environment="production", running=4),)), plan=d.PLAN
    )
    found = set_aside(fresh(), judgement)
    assert (found.state, found.waiting_sha) == (BuildState.WAITING, None)


def test_a_wait_that_names_its_end_is_looked_at_then():
    """No first check appeared yet: it is looked at when that no longer matters."""
    until = ChecksPending(until=d.T0 + 12.5)
    judgement = Judgement(verdict=Verdict(waits=(until,)), plan=d.PLAN)
    found = d.shown(set_aside(fresh(), judgement))
    assert d.step(found, judgement=judgement, slot=d.EMPTY) == Finish(due_at=d.T0 + 12.5)


@pytest.mark.parametrize("provider", ["github", "ci"])
def test_gates_are_judged_when_both_providers_may_be_asked(provider: Any):
    """A judgement reads GitHub, and CircleCI where one of our own pipelines may bar it."""
    b = d.down(fresh(), provider)
    _, step = d.after(b)
    assert not isinstance(step, Read)
    assert d.step(b, wall=b.backoff[provider].retry_at) == Read(what=What.JUDGEMENT)


# the slot


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
    assert (step.build.standing, step.build.slot) == (Standing.IN_LINE, "production")
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
    b = d.build(standing=Standing.ASIDE, gates_at=d.T0 - 100)
    assert d.step(b, slot=busy, ahead=ahead) == Read(what=What.JUDGEMENT)
    line = structs.replace(busy, waiting=(Place(deployment_id=3),))
    _, step = d.after(b, slot=line, ahead=ahead, judgement=d.OPEN)
    assert isinstance(step, Finish)
    assert step.build is not None
    assert step.build.standing is Standing.IN_LINE
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
    b = d.build(standing=Standing.IN_LINE, gates_at=d.T0 - 9)
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
        found, _ = d.after(d.build(trigger="push", standing=Standing.IN_LINE), slot=slot)
        assert found.state is BuildState.INACTIVE
        assert found.reason == Superseded(by=9, url=PAGE)
        assert found.standing is Standing.UNLISTED


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
        found, _ = d.after(d.build(concurrency=concurrency, standing=Standing.IN_LINE), slot=gone)
        assert found.reason == Superseded(by=by, url=PAGE if by else "")


def test_what_somebody_agreed_to_cancel_is_told_by_whom():
    """A rollback's question names it; nothing else is canceled."""
    line = structs.replace(
        d.EMPTY, running=4, waiting=(Place(deployment_id=5, rank=Rank.ROLLBACK),)
    )
    asked = d.build(trigger="rollback", standing=Standing.IN_LINE, asker=d.DANA)
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
    b = d.shown(d.build(trigger=trigger, concurrency=Concurrency.CANCEL, standing=Standing.IN_LINE))
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


def test_allow_needs_no_slot():
    """Nothing is held; but what has succeeded there since it was judged is looked up."""
    b = d.build(concurrency=Concurrency.ALLOW)
    assert d.step(b, slot=d.EMPTY) == TriggerPipeline(run=d.SENT, slot=None)
    newer = structs.replace(d.EMPTY, succeeded=9)
    found, _ = d.after(b, slot=newer)
    assert (found.state, found.reason) == (BuildState.INACTIVE, Superseded(by=9, url=PAGE))


def test_a_slot_that_is_its_own_is_not_taken_twice():
    """CircleCI had refused the connection: the next try sends, and changes no slot."""
    b = d.build(state=BuildState.TRIGGERING, standing=Standing.RUNNING)
    assert d.step(b) == TriggerPipeline(run=d.SENT, slot=None)


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


# what was judged, and the newest


def test_red_gates_end_what_waited_in_line():
    """A person's ends with every reason, and leaves the line."""
    red = Judgement(verdict=Verdict(refusals=(RED,)), plan=d.PLAN)
    line = structs.replace(d.EMPTY, waiting=(Place(deployment_id=5), Place(deployment_id=6)))
    found, step = d.after(
        d.build(standing=Standing.IN_LINE, gates_at=d.T0 - 9), slot=line, judgement=red
    )
    assert found.state is BuildState.ERRORED
    assert found.reason == RefusedOnGitHub(reasons=(RED,))
    assert isinstance(step, Finish)
    assert step.wake == ((1, 6),)


@pytest.mark.parametrize("verdict", [Verdict(refusals=(RED,)), Verdict(waits=(PENDING,))])
def test_closed_gates_take_an_automatic_one_out_of_the_line(verdict: Verdict):
    """It waits beside it and holds nobody up, and goes on when they open."""
    line = (Place(deployment_id=5, automatic=True), Place(deployment_id=6))
    slot = structs.replace(d.EMPTY, waiting=line)
    closed = Judgement(verdict=verdict, plan=d.PLAN)
    b = d.build(standing=Standing.IN_LINE, trigger="push", gates_at=d.T0 - 9)
    _, step = d.after(b, slot=slot, judgement=closed)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert (step.slot.after.waiting, step.slot.after.aside) == (line[1:], line[:1])
    assert step.wake == ((1, 6),)
    assert step.build is not None
    assert (step.build.standing, step.build.waiting_sha) == (Standing.ASIDE, d.SHA)
    _, step = d.after(d.shown(step.build), slot=step.slot.after, judgement=d.OPEN)
    assert isinstance(step, TriggerPipeline)


def test_what_runs_is_planned_anew_when_it_has_waited():
    """The branch has moved on: the commit runs where it can still be built."""
    moved = structs.replace(d.PLAN, run=structs.replace(d.RUN, branch="trunk"))
    line = structs.replace(d.EMPTY, waiting=(Place(deployment_id=5),))
    judgement = Judgement(verdict=Verdict(), plan=moved)
    _, step = d.after(
        d.build(standing=Standing.IN_LINE, gates_at=d.T0 - 9), slot=line, judgement=judgement
    )
    assert isinstance(step, TriggerPipeline)
    assert step.run == structs.replace(d.SENT, branch="trunk")


def test_a_trigger_that_was_kept_waiting_is_judged_again():
    """CircleCI was down for longer than gates are taken to stay open."""
    b = d.build(state=BuildState.TRIGGERING, standing=Standing.RUNNING)
    assert d.step(b, wall=d.T0 + 60) == Read(what=What.JUDGEMENT)
    taken = structs.replace(d.EMPTY, running=5, waiting=(Place(deployment_id=6),))
    waits = Judgement(verdict=Verdict(waits=(PENDING,)), plan=d.PLAN)
    _, step = d.after(b, wall=d.T0 + 60, judgement=waits, slot=taken)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert (step.slot.after.running, step.wake) == (None, ((1, 6),))
    assert step.build is not None
    assert not step.build.occupies_slot


@pytest.mark.parametrize("standing", [Standing.ASIDE, Standing.IN_LINE, Standing.UNLISTED])
def test_a_newer_success_ends_what_still_waits(standing: Standing):
    """By the slot, which is told by our own record of it, whoever ran it."""
    newer = structs.replace(d.EMPTY, succeeded=9)
    found, _ = d.after(d.build(standing=standing), slot=newer, judgement=d.OPEN)
    assert (found.state, found.reason) == (BuildState.INACTIVE, Superseded(by=9, url=PAGE))
    older = structs.replace(d.EMPTY, succeeded=4, waiting=(Place(deployment_id=5),))
    found, _ = d.after(d.build(standing=standing), slot=older, judgement=d.OPEN)
    assert found.state is BuildState.WAITING
    line = structs.replace(newer, waiting=(Place(deployment_id=5, rank=Rank.ROLLBACK),))
    found, _ = d.after(d.build(standing=standing, trigger="rollback"), slot=line, judgement=d.OPEN)
    assert found.state is BuildState.WAITING


def test_a_newer_success_on_github_ends_it_too():
    """Where no record of it is here."""
    judgement = structs.replace(d.OPEN, newer=9)
    found, _ = d.after(fresh(), judgement=judgement)
    assert found.reason == Superseded(by=9, url=PAGE)


def test_a_success_is_told_to_the_slot_and_to_what_is_older():
    """In the transaction that gives the slot back."""
    waiting = (Place(deployment_id=3), Place(deployment_id=6))
    slot = structs.replace(
        d.EMPTY, running=5, waiting=waiting, aside=(Place(deployment_id=2), Place(deployment_id=8))
    )
    _, step = d.after(d.ended(standing=Standing.RUNNING, success_told=False), slot=slot)
    assert isinstance(step, Finish)
    assert step.slot is not None
    after = step.slot.after
    assert (after.succeeded, after.waiting, after.aside) == (5, waiting[1:], slot.aside[1:])
    assert set(step.wake) >= {(1, 2), (1, 3), (1, 6)}


def test_who_has_ended_is_dropped_from_the_head_of_the_line():
    """It would hold up everybody behind it."""
    line = structs.replace(d.EMPTY, waiting=(Place(deployment_id=4), Place(deployment_id=5)))
    b = d.build(standing=Standing.IN_LINE)
    over = d.ended(BuildState.INACTIVE, deployment_id=4)
    step = d.step(b, slot=line, ahead=over)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert (step.slot.after.waiting, step.wake) == (line.waiting[1:], ((1, 5),))
    assert not getattr(d.step(b, slot=line, ahead=d.build(deployment_id=4)), "slot", None)


def test_the_slot_of_who_is_listed_is_not_derived_anew():
    """The configuration calls its environment otherwise by now."""
    b = d.build(slot="live", standing=Standing.RUNNING)
    assert b.slot_name == "live"
    renamed = structs.replace(d.EMPTY, name="live", running=5)
    _, step = d.after(d.ended(slot="live", standing=Standing.RUNNING), slot=renamed)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert step.slot.after.running is None


# ends before the beginning


def test_cancel_before_anything_was_sent():
    """It ends at once, its place in line is given back, and the person is named."""
    line = structs.replace(
        d.EMPTY, running=2, since=d.T0, waiting=(Place(deployment_id=5), Place(deployment_id=6))
    )
    found, step = d.after(d.build(cancel=CANCEL, standing=Standing.IN_LINE), slot=line)
    assert (found.state, found.pipeline_ended) == (BuildState.CANCELED, True)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert [place.deployment_id for place in step.slot.after.waiting] == [6]
    _, told = d.after(structs.replace(found, standing=Standing.UNLISTED))
    assert isinstance(told, PostStatus)
    assert (told.status.state, told.status.description) == ("error", "Canceled by Sam.")


@pytest.mark.parametrize(
    ("provider", "error", "reason"),
    [
        ("github", None, "github_down"),
        ("ci", None, "circleci_down"),
        ("github", d.refused("github"), "github_refused"),
        ("ci", d.refused("ci", "circleci_refused"), "circleci_refused"),
    ],
)
def test_an_outage_ends_it_at_last(provider: Any, error: Any, reason: str):
    """GitHub and the channel say why, and every provider gets a new chance to take it."""
    b = d.lost(d.build(gates_open=False), provider, error)
    found, step = d.after(b)
    assert found.state is BuildState.ERRORED
    assert found.reason is not None
    assert found.reason.name == reason
    assert found.backoff == {}
    assert isinstance(step, PostStatus)


def test_a_refusal_ends_it_within_fifteen_minutes():
    """However often it is tried, and an outage of that length does not."""
    for error, over in ((d.refused("github"), True), (None, False)):
        b, wall = d.build(gates_open=False), d.T0
        while wall < d.T0 + 900:
            b = d.down(b, "github", wall=wall) if error is None else d.failed(b, error, wall)
            passed = b.backoff["github"].retry_at - wall
            wall += passed
            pause = structs.replace(b.backoff["github"], waited=b.backoff["github"].waited + passed)
            b = structs.replace(b, backoff={"github": pause})
        found, _ = d.after(b, wall=d.T0 + 900)
        assert found.state.ended is over


def test_github_is_told_that_circleci_does_not_answer():
    """Without it, GitHub would show nothing; the message follows, in the same look or the next."""
    b = d.down(d.build(standing=Standing.RUNNING), "ci", doing="TriggerPipeline")
    _, step = d.after(b)
    assert isinstance(step, PostStatus)
    assert step.status.state == "pending"
    told = structs.replace(d.shown(b), message_ts=None)
    assert isinstance(d.step(told), PostMessage)


@pytest.mark.parametrize(("age", "pause"), [(0, 60), (599, 60), (3000, 300), (10 * 86400, 600)])
def test_a_check_that_never_reports_is_asked_for_ever_more_seldom(age: int, pause: int):
    """Its webhook wakes the build; asking is for a webhook that was lost."""
    judgement = Judgement(verdict=Verdict(waits=(PENDING,)), plan=d.PLAN)
    waiting, now = d.shown(set_aside(fresh(), judgement)), d.T0 + age
    end = Finish(due_at=now + pause)
    assert d.step(waiting, wall=now, judgement=judgement, slot=d.EMPTY) == end
