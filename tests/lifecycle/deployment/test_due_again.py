"""When a build is looked at again if nothing happens."""

from typing import Any

import pytest

from app.lifecycle.deployment.decide import due_again
from app.lifecycle.look_types import Now
from app.model.build import Build, BuildState
from app.model.effects import Effect, Guard
from app.model.reasons.gates import ChecksPending, FrozenUntil, RequiresPending, WindowClosed
from app.model.reasons.locks import LockedOut
from app.model.waiting import Wait
from tests.lifecycle import decisions as d

GUARD = Guard(sent_at=d.T0, sender="me")
LEASE, WATCH = d.LIMITS.lease, d.LIMITS.watch


def due(b: Build, wall: float = d.T0, **waited: float) -> float | None:
    """In how many seconds."""
    at = due_again(b, Now(wall=wall, waited=waited), d.LIMITS)
    return None if at is None else at - wall


def untold(**facts: Any) -> Build:
    """One that is over and waits for nothing but for what is said here."""
    return d.ended(**facts)


@pytest.mark.parametrize(
    ("b", "effect", "length"),
    [
        (d.build(guards={Effect.TRIGGER: GUARD}), "trigger", LEASE),
        (untold(guards={Effect.TRIGGER: d.UNSURE}), "trigger", 2 * LEASE),
        (untold(guards={Effect.TRIGGER: GUARD}, unsure=True), "trigger", 2 * LEASE),
        (untold(guards={Effect.TRIGGER: d.UNSURE}, searched_again=True), "trigger", None),
        (untold(guards={Effect.TRIGGER: GUARD}), "trigger", None),
        (d.changed(untold(guards={Effect.MESSAGE: GUARD}), message_ts=None), "message", LEASE),
        (untold(guards={Effect.MESSAGE: GUARD}), "message", None),
        (untold(guards={Effect.STATUS: GUARD}), "status", 2 * LEASE),
        (untold(guards={Effect.CARD: GUARD}), "card", 2 * LEASE),
        (untold(guards={Effect.NOTIFY: GUARD}), "notify", LEASE),
        (untold(guards={Effect.COMMENT: GUARD}), "comment", LEASE),
    ],
)
def test_when_the_answer_of_what_was_sent_is_waited_for_no_longer(
    b: Build, effect: str, length: float | None
) -> None:
    """Less what was waited by now; nothing where that does not matter."""
    assert due(b) == length
    if length is not None:
        assert due(b, **{effect: 1.5}) == length - 1.5
        assert due(b, **{effect: length}) is None


def test_a_pipeline_is_watched_from_its_last_look() -> None:
    """What was due by now is due a watch later: it could not be done in this look."""
    b = d.running(looked_at=d.T0)
    assert due(b, d.T0 + 10) == WATCH - 10
    assert due(b, d.T0 + 70) == WATCH
    assert due(d.changed(b, timeout=30.0, waited={Wait.RUN: 10.0})) == 20.0


def test_what_may_be_its_pipeline_is_looked_at_from_time_to_time() -> None:
    """So is what could not be read, and sooner."""
    b = untold(pipeline_id=None, pipeline_ended=False, undecided=("p9",), looked_at=d.T0)
    b = d.changed(b, ended_at=d.T0)
    assert due(b, d.T0 + 10) == WATCH - 10
    assert due(b, d.T0 + 70) == WATCH
    assert due(d.build(unread={"p9": 1})) == 5.0


@pytest.mark.parametrize(
    ("reason", "pause"),
    [
        (ChecksPending(), WATCH),
        (ChecksPending(until=d.T0 + 12), 12.0),
        (ChecksPending(until=d.T0 + 90), WATCH),
        (ChecksPending(until=d.T0 - 1), WATCH),
        (LockedOut(environment="production", by="Sam", since=d.T0, until=d.T0 + 9), 9.0),
        (WindowClosed(until=d.T0 + 8, windows=("Mon 09:00-16:00 UTC",)), 8.0),
        (FrozenUntil(until=d.T0 + 7, days="2026-12-24"), 7.0),
        (RequiresPending(required="staging", sha="c1", soak=60.0, until=d.T0 + 6), 6.0),
    ],
)
def test_what_waits_at_a_gate(reason: Any, pause: float) -> None:
    """At the moment that it names, else after a while."""
    b = d.build(state=BuildState.WAITING, waits_for=(reason,), late_told=True)
    assert due(b) == pause


def test_what_is_over_is_looked_at_no_more() -> None:
    """Nothing of it may change by itself."""
    assert due(untold()) is None
