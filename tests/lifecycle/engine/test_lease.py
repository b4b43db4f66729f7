"""Who may take a record, and how long a guard was waited for: by observation, on one's own clock."""

from dataclasses import dataclass
from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.engine.lease import FEW, Leases, Sightings
from app.model.ask import Ask, AskKind
from app.model.build import Build
from app.model.effects import Effect, Guard

MINE = Guard(sent_at=5.0, sender="me")
THEIRS = Guard(sent_at=5.0, sender="other")


@dataclass
class Clock:
    """Two clocks that have nothing to do with each other."""

    walls: float = 1_000_000.0
    monotonics: float = 50.0

    def wall(self) -> float:
        """The wall clock."""
        return self.walls

    def monotonic(self) -> float:
        """The monotonic one."""
        return self.monotonics


@pytest.fixture
def clock() -> Clock:
    """The clocks of this process."""
    return Clock()


@pytest.fixture
def leases(clock: Clock) -> Leases:
    """What this process has seen; a lease is 20 seconds."""
    return Leases("me", 20.0, clock)


def record(**facts: Any) -> Build:
    """A build that another process holds."""
    known: dict[str, Any] = {"holder": "other", "version": 3}
    return Build(**{"repository_id": 1, "deployment_id": 5, **known, **facts})


def test_a_free_record_may_be_taken(leases: Leases):
    """Nobody holds it."""
    assert leases.may_take(record(holder=None))


def test_a_held_record_is_taken_over_after_a_silent_lease(leases: Leases, clock: Clock):
    """Counted from when this process first saw it so, to the second."""
    assert not leases.may_take(record())
    clock.monotonics += 19.99
    assert not leases.may_take(record())
    clock.monotonics += 0.01
    assert leases.may_take(record())


@pytest.mark.parametrize("change", [{"version": 4}, {"holder": "third"}])
def test_a_sign_of_life_starts_the_wait_anew(leases: Leases, clock: Clock, change: dict):
    """A renewal raises the version; another holder is another lease."""
    leases.may_take(record())
    clock.monotonics += 19.0
    assert not leases.may_take(record(**change))
    clock.monotonics += 19.0
    assert not leases.may_take(record(**change))
    clock.monotonics += 1.0
    assert leases.may_take(record(**change))


def test_a_record_that_was_free_meanwhile_is_watched_anew(leases: Leases, clock: Clock):
    """The same version cannot come back, but the wait must not either."""
    leases.may_take(record())
    clock.monotonics += 30.0
    assert leases.may_take(record(holder=None))
    assert not leases.may_take(record())


@pytest.mark.parametrize("jump", [10.0**9, -(10.0**9)])
def test_wall_clocks_change_nothing(leases: Leases, clock: Clock, jump: float):
    """Ours may jump by any amount, and what others wrote of theirs is not compared."""
    leases.may_take(record())
    clock.walls += jump
    assert not leases.may_take(record(webhook_at=jump))
    assert leases.waited(record(guards={Effect.TRIGGER: THEIRS})) == {"trigger": 0.0}


def test_our_own_record_is_no_exception(leases: Leases):
    """Our write may have been lost: then we cannot know better than others."""
    assert not leases.may_take(record(holder="me"))


def test_guards_are_waited_for_since_they_were_first_seen(leases: Leases, clock: Clock):
    """Whoever sent; when they say that they did does not count."""
    b = record(guards={Effect.TRIGGER: THEIRS, Effect.MESSAGE: MINE, Effect.NOTIFY: MINE})
    assert leases.waited(b) == {"trigger": 0.0, "message": 0.0, "notify": 0.0}
    clock.monotonics += 12.5
    assert leases.waited(b) == {"trigger": 12.5, "message": 12.5, "notify": 12.5}


@pytest.mark.parametrize(
    "again",
    [
        Guard(sent_at=6.0, sender="other"),
        Guard(sent_at=5.0, sender="me"),
        Guard(sent_at=5.0, sender="other", sends=2),
    ],
    ids=["later", "by another", "once more"],
)
def test_another_sending_is_waited_for_anew(leases: Leases, clock: Clock, again: Guard):
    """Each request may land as late as the first."""
    leases.waited(record(guards={Effect.TRIGGER: THEIRS}))
    clock.monotonics += 12.5
    assert leases.waited(record(guards={Effect.TRIGGER: again})) == {"trigger": 0.0}


def test_what_else_is_learned_of_a_sending_does_not_start_it_anew(leases: Leases, clock: Clock):
    """That its answer was ambiguous."""
    leases.waited(record(guards={Effect.TRIGGER: THEIRS}))
    clock.monotonics += 12.5
    ambiguous = structs.replace(THEIRS, ambiguous=True)
    assert leases.waited(record(guards={Effect.TRIGGER: ambiguous})) == {"trigger": 12.5}


def test_what_is_over_is_forgotten(leases: Leases, clock: Clock):
    """A record that is no longer due leaves nothing behind."""
    b = record(guards={Effect.TRIGGER: THEIRS})
    leases.waited(b)
    leases.may_take(b)
    clock.monotonics += 25.0
    leases.forget(b.key)
    assert leases.waited(b) == {"trigger": 0.0}
    assert not leases.may_take(b)


def test_an_asks_guard(leases: Leases):
    """It has one, for the deployment that it creates."""
    ask = Ask(ask_id="a", kind=AskKind.COMMAND, asked_at=0.0, guards={Effect.CREATE: MINE})
    assert leases.waited(ask) == {"create": 0.0, "up": 0.0}


def test_what_is_seen_no_more_leaves_no_trace():
    """However much there was; what is seen again and again stays."""
    sightings = Sightings(kept=200.0)
    for second in range(1000):
        sightings.since("stays", 1, float(second))
        sightings.since(second, 1, float(second))
    assert len(sightings) == 202
    assert sightings.since("stays", 1, 1000.0) == 1000.0


@pytest.mark.parametrize(("lengths", "forgotten"), [(FEW, False), (FEW + 0.1, True)])
def test_what_another_process_ended_is_forgotten(
    leases: Leases, clock: Clock, lengths: float, forgotten: bool
):
    """Nobody tells us that it did: it is not seen for a few lengths."""
    theirs, sent = record(), record(deployment_id=6, guards={Effect.TRIGGER: THEIRS})
    leases.may_take(theirs)
    leases.waited(sent)
    clock.monotonics += lengths * 20.0
    other = record(deployment_id=7, guards={Effect.TRIGGER: THEIRS})
    leases.may_take(other)
    leases.waited(other)
    assert leases.may_take(theirs) is not forgotten
    assert (leases.waited(sent) == {"trigger": 0.0}) is forgotten


def test_how_long_it_is_up_is_never_forgotten(leases: Leases, clock: Clock):
    """However seldom it is asked something."""
    ask = Ask(ask_id="a", kind=AskKind.COMMAND, asked_at=0.0)
    leases.waited(ask)
    clock.monotonics += 10**6
    leases.waited(record(guards={Effect.TRIGGER: THEIRS}))
    assert leases.waited(ask) == {"up": 10**6}
