"""A deployment that waits for people: what is told, to whom, and for how long."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.decide import due_again
from app.lifecycle.deployment.phases.starting.overdue import give_up_waiting
from app.lifecycle.deployment.step_types import Facts, Notify, PostStatus, TriggerPipeline, What
from app.lifecycle.look_types import Become, Now, Read
from app.lifecycle.wait_times import at_gates
from app.model.build import Build
from app.model.build_parts import Approval, Approvers
from app.model.plan import Person
from app.model.reasons.approvals import ApprovalNeeded
from app.model.reasons.gates import ChecksPending, WaitedTooLong
from app.model.reasons.locks import LockedOut
from app.model.slot import Listing
from app.model.waiting import Wait
from tests.lifecycle import decisions as d

SAM = Person(name="Sam", slack_userid="U2", login="hubot")
AGREED = {"U2": Approval(by=SAM, at=d.T0)}
LISTED = ApprovalNeeded(count=1, listed=("@octocat",), requester="Dana")


def waiting(needed: ApprovalNeeded, **facts: Any) -> Build:
    """One that waits for people, shown as such."""
    known = {"gates_open": False, "waits_for": (needed,), "standing": Listing.ASIDE}
    b = d.build(**{**known, **facts})
    b = d.shown(b)
    return d.changed(b, asides=())


def test_github_is_told_of_the_last_approval_before_the_pipeline_starts() -> None:
    """Unless it does not answer: that holds up nothing."""
    plan = d.changed(d.PLAN, approvals=1)
    b = d.build(plan=plan, approvals=AGREED, approved=("U2",))
    step = d.step(b, slot=d.EMPTY)
    assert isinstance(step, PostStatus)
    assert ("pending", "Approved by hubot (1 of 1).") == (
        step.status.state,
        step.status.description,
    )
    told = d.changed(b, status=step.status)
    assert isinstance(d.after(told, slot=d.EMPTY, last_status=None)[1], TriggerPipeline)
    silent = d.down(b, "github")
    assert isinstance(d.step(silent, slot=d.EMPTY), TriggerPipeline)


def test_who_may_is_looked_up_before_they_are_asked() -> None:
    """While GitHub does not answer they are not asked yet."""
    b = waiting(LISTED)
    step = d.step(b, judgement=_still(LISTED), slot=d.EMPTY)
    assert step == Read(what=What.APPROVERS)
    facts = {"judgement": _still(LISTED), "slot": d.EMPTY}
    asked = d.step(b, **facts, approvers=Approvers(people=("U7",)))
    assert isinstance(asked, Notify)
    assert "<@U7>" in asked.text
    assert not asked.broadcast
    nobody = d.step(b, **facts, approvers=Approvers())
    assert isinstance(nobody, Notify)
    assert nobody.broadcast
    assert not isinstance(d.step(d.down(b, "github"), slot=d.EMPTY), Notify | Read)


def test_people_are_waited_for_longer_than_checks_and_shorter_than_a_lock() -> None:
    """A shorter clock stands still meanwhile; it ends after `PEOPLE_AFTER`."""
    locked = LockedOut(environment="production", by="Sam", since=d.T0)
    assert at_gates((LISTED, ChecksPending())) == {Wait.PEOPLE}
    assert at_gates((LISTED, ChecksPending(), locked)) == {Wait.GATE}
    b = waiting(LISTED, waited={Wait.PEOPLE: d.LIMITS.people - 1, Wait.CHECKS: 10**7})
    assert give_up_waiting(b, Facts(), Now(wall=d.T0), d.LIMITS) is None
    b = d.changed(b, waited={Wait.PEOPLE: d.LIMITS.people})
    step = give_up_waiting(b, Facts(), Now(wall=d.T0), d.LIMITS)
    assert isinstance(step, Become)
    assert isinstance(step.record.reason, WaitedTooLong)
    assert step.record.reason.what == Wait.PEOPLE


@pytest.mark.parametrize(("age", "pause"), [(0, 60), (3000, 300), (10 * 86400, 600)])
def test_what_waits_for_people_long_is_looked_at_ever_more_seldom(age: int, pause: int) -> None:
    """Their own word wakes it."""
    b, now = waiting(LISTED), Now(wall=d.T0 + age)
    b = d.changed(b, notified="told")
    assert due_again(b, now, d.LIMITS) == d.T0 + age + pause


def test_where_anybody_may_approve_the_channel_hears_of_it() -> None:
    """Who asked is mentioned, if known in Slack, and may not agree; so all are told."""
    anybody = ApprovalNeeded(count=1, requester="Dana")
    for requester, mentioned in ((d.DANA, True), (Person(login="octocat"), False)):
        b = waiting(anybody, requester=requester)
        still = structs.replace(_still(anybody), plan=b.plan)
        _, step = d.after(b, judgement=still, slot=d.EMPTY)
        assert isinstance(step, Notify)
        assert step.broadcast
        assert ("<@" in step.text) is mentioned


def _still(needed: ApprovalNeeded) -> d.Judgement:
    return d.Judgement(verdict=d.Verdict(waits=(needed,)), plan=d.PLAN)
