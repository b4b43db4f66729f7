"""Towards the pipeline: what is judged again, what ends first, and how long is waited."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.step_types import PostMessage, PostStatus, TriggerPipeline, What
from app.lifecycle.look_types import Finish, Read
from app.lifecycle.planning.gates.question import Verdict
from app.lifecycle.planning.plan_rules import Judgement
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest
from app.model.plan import Concurrency, Person
from app.model.reasons.base import Linked
from app.model.reasons.gates import (
    ChecksPending,
    Superseded,
)
from app.model.slot import Listing, Place, Rank, Slot
from tests.lifecycle import decisions as d

PENDING = ChecksPending(checks=(Linked(name="test"),))
PAGE = "https://github.com/acme/shop/deployments/production"
CANCEL = CancelRequest(by=Person(name="Sam"), at=d.T0)


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


def test_allow_needs_no_slot():
    """Nothing is held; but what has succeeded there since it was judged is looked up."""
    b = d.build(concurrency=Concurrency.ALLOW)
    assert d.step(b, slot=d.EMPTY) == TriggerPipeline(run=d.SENT, slot=None)
    newer = structs.replace(d.EMPTY, succeeded=9)
    found, _ = d.after(b, slot=newer)
    assert (found.state, found.reason) == (BuildState.INACTIVE, Superseded(by=9, url=PAGE))


def test_a_slot_that_is_its_own_is_not_taken_twice():
    """CircleCI had refused the connection: the next try sends, and changes no slot."""
    b = d.build(state=BuildState.TRIGGERING, standing=Listing.RUNNING)
    assert d.step(b, slot=d.EMPTY) == TriggerPipeline(run=d.SENT, slot=None)


def test_what_runs_is_planned_anew_when_it_has_waited():
    """The branch has moved on: the commit runs where it can still be built."""
    moved = structs.replace(d.PLAN, run=structs.replace(d.RUN, branch="trunk"))
    line = structs.replace(d.EMPTY, waiting=(Place(deployment_id=5),))
    judgement = Judgement(verdict=Verdict(), plan=moved)
    _, step = d.after(
        d.build(standing=Listing.IN_LINE, gates_at=d.T0 - 9), slot=line, judgement=judgement
    )
    assert isinstance(step, TriggerPipeline)
    assert step.run == structs.replace(d.SENT, branch="trunk")


def test_a_trigger_that_was_kept_waiting_is_judged_again():
    """CircleCI was down for longer than gates are taken to stay open."""
    b = d.build(state=BuildState.TRIGGERING, standing=Listing.RUNNING)
    assert d.step(b, wall=d.T0 + 60) == Read(what=What.JUDGEMENT)
    taken = structs.replace(d.EMPTY, running=5, waiting=(Place(deployment_id=6),))
    waits = Judgement(verdict=Verdict(waits=(PENDING,)), plan=d.PLAN)
    _, step = d.after(b, wall=d.T0 + 60, judgement=waits, slot=taken)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert (step.slot.after.running, step.wake) == (None, ((1, 6),))
    assert step.build is not None
    assert not step.build.occupies_slot


@pytest.mark.parametrize("standing", [Listing.ASIDE, Listing.IN_LINE, Listing.UNLISTED])
def test_a_newer_success_ends_what_still_waits(standing: Listing):
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


def test_cancel_before_anything_was_sent():
    """It ends at once, its place in line is given back, and the person is named."""
    line = structs.replace(
        d.EMPTY, running=2, since=d.T0, waiting=(Place(deployment_id=5), Place(deployment_id=6))
    )
    found, step = d.after(d.build(cancel=CANCEL, standing=Listing.IN_LINE), slot=line)
    assert (found.state, found.pipeline_ended) == (BuildState.CANCELED, True)
    assert isinstance(step, Finish)
    assert step.slot is not None
    assert [place.deployment_id for place in step.slot.after.waiting] == [6]
    _, told = d.after(structs.replace(found, standing=Listing.UNLISTED))
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
    b = d.down(d.build(standing=Listing.RUNNING), "ci", doing="TriggerPipeline")
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
