"""What was waited: counted on the record, whoever held it, whatever clocks say."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.wait_times import LONGEST, at_gates, counted, left, over, set_back, waits_of
from app.model.ask import Ask, AskKind
from app.model.build import Build, BuildState
from app.model.reasons import Reason
from app.model.reasons.gates import Busy, ChecksPending, Superseded
from app.model.waiting import Moment, Tally, Wait
from tests.lifecycle import decisions as d

RUN = {Wait.RUN: 70.0}


def at(seconds: float, boot: str = "here") -> Moment:
    """A moment of some machine."""
    return Moment(seconds=seconds, boot=boot)


def looked(b: Any, *moments: Moment) -> Any:
    """The record after looks at these moments, each by a process that has seen nothing."""
    for moment in moments:
        b = counted(b, moment, wall=0.0)
    return b


def test_what_lies_between_two_looks_is_counted():
    """Nothing before the first one: nobody has seen when it began."""
    assert looked(d.running(), at(5000.0)).waited == {Wait.RUN: 0.0}
    assert looked(d.running(), at(5000.0), at(5060.0), at(5070.0)).waited == RUN


def test_a_restart_changes_nothing():
    """Another process of the same machine goes on where the last one left off."""
    b = looked(d.running(), at(5000.0), at(5050.0))
    assert looked(b, at(5070.0)).waited == RUN


def test_no_wall_clock_is_asked():
    """Whatever times the record bears, and in whichever order machines look at it."""
    far = d.running(started_at=d.T0 - 10**7, looked_at=d.T0 + 10**7, created_at=0.0)
    assert looked(far, at(10.0), at(80.0)).waited == RUN
    assert looked(far, at(10.0), at(5.0, "there"), at(9.0, "elsewhere")).waited == {Wait.RUN: 0.0}


def test_two_machines_count_no_second_twice_and_lose_none():
    """Each remembers its own last look, and how much the others have counted since."""
    b = looked(d.running(), at(100.0))
    first = b.tally
    b = counted(b, at(9000.0, "there"), wall=0.0)
    second = b.tally
    b = counted(b, at(160.0), first, wall=0.0)
    assert b.waited == {Wait.RUN: 60.0}
    b = counted(b, at(9050.0, "there"), second, wall=0.0)
    assert b.waited == {Wait.RUN: 60.0}
    first = structs.replace(b.tally, at=at(160.0), total=60.0)
    assert counted(b, at(170.0), first, wall=0.0).waited == RUN


def test_a_machine_that_was_started_again_does_not_count_backwards():
    """Its clock began anew; so did its name."""
    b = looked(d.running(), at(5000.0), at(5070.0), at(3.0, "after the boot"))
    assert b.waited == RUN
    assert looked(b, at(13.0, "after the boot")).waited == {Wait.RUN: 80.0}


@pytest.mark.parametrize(
    ("b", "waits"),
    [
        (d.build(waits_for=(ChecksPending(),)), {Wait.CHECKS}),
        (d.build(waits_for=(Busy(environment="production", running=4),)), {Wait.LINE}),
        (d.build(), set()),
        (d.running(), {Wait.RUN}),
        (d.running(state=BuildState.ON_HOLD), {Wait.PEOPLE}),
        (d.ended(BuildState.ERRORED, pipeline_ended=False), {Wait.STOP}),
        (d.ended(BuildState.CANCELED, pipeline_ended=False), {Wait.STOP}),
        (d.ended(), set()),
        (d.build(state=BuildState.EXTERNAL), set()),
    ],
)
def test_what_a_build_waits_for(b: Build, waits: set[Wait]):
    """Its clocks run for what its record says; time on hold is none of its timeout."""
    assert waits_of(b) == waits
    assert set(looked(b, at(0.0), at(10.0)).waited) == waits


def test_a_shorter_clock_stands_still_while_a_longer_gate_is_closed():
    """A window that opens in a week must not end what also waits for a check."""
    window: Reason = Superseded()  # any reason that is neither a check nor the line
    assert at_gates((ChecksPending(), window)) == {Wait.GATE}
    b = looked(d.build(waits_for=(ChecksPending(), window)), at(0.0), at(500.0))
    assert b.waited == {Wait.GATE: 500.0}
    b = structs.replace(b, waits_for=(ChecksPending(),))
    assert looked(b, at(530.0)).waited == {Wait.GATE: 500.0, Wait.CHECKS: 30.0}


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [
        (Wait.CHECKS, d.LIMITS.give_up),
        (Wait.LINE, d.LIMITS.give_up),
        (Wait.STOP, d.LIMITS.give_up),
        (Wait.PEOPLE, d.LIMITS.people),
        (Wait.GATE, LONGEST),
        (Wait.RUN, 900.0),
    ],
)
def test_everything_ends(wait: Wait, seconds: float):
    """To the second."""
    b = d.running(timeout=900.0, waited={wait: seconds - 1})
    assert (over(b, wait, d.LIMITS), left(b, wait, d.LIMITS)) == (False, 1.0)
    assert over(d.running(timeout=900.0, waited={wait: seconds}), wait, d.LIMITS)


def test_a_wall_clock_that_was_set_back_keeps_nothing_waiting_longer():
    """What the record's own moments say is read as if the clock had been wrong then, too."""
    b = counted(d.down(d.running(looked_at=d.T0), "ci"), at(0.0), wall=d.T0)
    pause = b.backoff["ci"]
    assert not set_back(b, d.T0 + 10)
    assert set_back(b, d.T0 - 7200)
    after = counted(b, at(10.0), wall=d.T0 - 7200)
    assert after.looked_at == d.T0 - 7210
    assert after.backoff["ci"].retry_at == pause.retry_at - 7210
    assert not set_back(after, d.T0 - 7200)
    ahead = counted(b, at(10.0), wall=d.T0 + 7200)
    assert (ahead.looked_at, ahead.backoff["ci"].retry_at) == (d.T0, pause.retry_at)


def test_an_outage_is_counted_too():
    """Of builds and of asks."""
    ask = Ask(ask_id="a", kind=AskKind.COMMAND, asked_at=0.0)
    for record in (d.down(d.build()), structs.replace(ask, backoff=d.down(d.build()).backoff)):
        found = looked(record, at(0.0), at(90.0))
        assert found.backoff["ci"].waited == 90.0
        assert found.tally == Tally(total=90.0, at=at(90.0))
