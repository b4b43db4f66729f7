"""Judging the gates of a deployment that exists: they open, it waits, or it ends."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.step_types import PostStatus, TriggerPipeline, What
from app.lifecycle.look_types import Finish, Read
from app.lifecycle.planning.gates.question import Verdict
from app.lifecycle.planning.plan_rules import Judgement
from app.model.build import Build, BuildState, Origin
from app.model.build_parts import CancelRequest
from app.model.plan import Person
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
from app.model.slot import MOST_ASIDE, Listing, Place, Slot
from tests.lifecycle import decisions as d

PENDING = ChecksPending(checks=(Linked(name="test"),))
RED = ChecksFailed(checks=(Linked(name="test"),))
PAGE = "https://github.com/acme/shop/deployments/production"
CANCEL = CancelRequest(by=Person(name="Sam"), at=d.T0)
INVALID = ConfigurationInvalid(line=1, key="a", problem="twice")
LOCKED = LockedOut(environment="production", by="Sam", since=d.T0)
CLOSED = WindowClosed(until=d.T0, windows=("Mon 09:00-10:00 UTC",))
HELD = Judgement(verdict=Verdict(waits=(LOCKED,)), plan=d.PLAN)


def fresh(**facts: Any) -> Build:
    """A person's deployment that was just identified."""
    return d.build(gates_open=False, plan=None, **facts)


def set_aside(b: Build, judgement: Judgement, slot: Slot = d.EMPTY) -> Build:
    """The build once it stands beside the line, because of what the gates say."""
    _, step = d.after(b, judgement=judgement, slot=slot)
    assert isinstance(step, Finish)
    assert step.build is not None
    assert step.slot is not None
    assert Place(deployment_id=5, automatic=b.trigger == "push") in step.slot.after.aside
    return step.build


def test_open_gates_lead_to_the_slot():
    """Judged once on its own commit; then the environment's slot is looked at."""
    assert d.step(fresh()) == Read(what=What.JUDGEMENT)
    found, step = d.after(fresh(), judgement=d.OPEN, wall=d.T0 + 3)
    assert (found.gates_open, found.gates_at, found.plan) == (True, d.T0 + 3, d.PLAN)
    assert step == Read(what=What.SLOT)


def test_a_persons_refusal_names_who_created_it():
    """By their name in the chat where they are linked; ours is answered where it was asked for."""
    plan = structs.replace(d.PLAN, requester=d.DANA)
    judgement = Judgement(verdict=Verdict(refusals=(RED,)), plan=plan)
    found, _ = d.after(fresh(origin=Origin.PERSON, creator="octocat"), judgement=judgement)
    assert found.reason == RefusedOnGitHub(creator="Dana", reasons=(RED,))


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


def test_where_no_place_is_left_beside_the_line_it_waits_all_the_same():
    """It says so, and is looked at by its own time."""
    crowd = tuple(Place(deployment_id=100 + number) for number in range(MOST_ASIDE))
    judgement = Judgement(verdict=Verdict(waits=(PENDING,)), plan=d.PLAN)
    full = structs.replace(d.EMPTY, aside=crowd)
    found, step = d.after(fresh(), judgement=judgement, slot=full)
    assert (found.waits_for, found.waiting_sha) == ((PENDING,), d.SHA)
    assert found.standing is Listing.UNLISTED
    assert isinstance(step, PostStatus)


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
        Listing.ASIDE,
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
    b = d.build(trigger=trigger, standing=Listing.ASIDE)
    beside = (Place(deployment_id=5, automatic=True), Place(deployment_id=9, automatic=True))
    slot = structs.replace(d.EMPTY, aside=beside)
    other = d.build(deployment_id=9, trigger="push", **newest) if newest is not None else None
    found, step = d.after(b, slot=slot, newest=other)
    assert isinstance(step, TriggerPipeline) is goes_on
    if not goes_on:
        newer = Superseded(by=9, ref="main", sha=d.SHA, requester="Dana", url=PAGE)
        assert (found.state, found.reason) == (BuildState.INACTIVE, newer)


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


def test_red_gates_end_what_waited_in_line():
    """A person's ends with every reason, and leaves the line."""
    red = Judgement(verdict=Verdict(refusals=(RED,)), plan=d.PLAN)
    line = structs.replace(d.EMPTY, waiting=(Place(deployment_id=5), Place(deployment_id=6)))
    found, step = d.after(
        d.build(standing=Listing.IN_LINE, gates_at=d.T0 - 9), slot=line, judgement=red
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
    b = d.build(standing=Listing.IN_LINE, trigger="push", gates_at=d.T0 - 9)
    _, step = d.after(b, slot=slot, judgement=closed)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert (step.slot.after.waiting, step.slot.after.aside) == (line[1:], line[:1])
    assert step.wake == ((1, 6),)
    assert step.build is not None
    assert (step.build.standing, step.build.waiting_sha) == (Listing.ASIDE, d.SHA)
    _, step = d.after(d.shown(step.build), slot=step.slot.after, judgement=d.OPEN)
    assert isinstance(step, TriggerPipeline)


def test_a_newer_success_on_github_ends_it_too():
    """Where no record of it is here."""
    judgement = structs.replace(d.OPEN, newer=9)
    found, _ = d.after(fresh(), judgement=judgement)
    assert found.reason == Superseded(by=9, url=PAGE)


def test_what_was_superseded_says_by_what():
    """By what the newer one's record says, not that of any other which was read in that look."""
    slot = structs.replace(d.EMPTY, succeeded=9)
    sam = Person(name="Sam")
    for number, known in ((9, {"ref": "main", "sha": d.SHA, "requester": "Sam"}), (8, {})):
        newest = d.build(deployment_id=number, ref="main", requester=sam)
        found, _ = d.after(d.build(standing=Listing.ASIDE), slot=slot, newest=newest)
        assert found.reason == Superseded(by=9, url=PAGE, **known)
