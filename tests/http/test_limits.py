"""A provider's limits: one call finds out, and what is more urgent goes first."""

import pytest

from app.errors import RateLimited
from app.http.limits import DEFAULT_PAUSE, LOOK_AGAIN, ProviderLimits
from app.ports.urgency import Urgency, urgent


class Clock:
    """A clock that a test sets."""

    now = 0.0  # a machine that has just been started

    def __call__(self) -> float:
        """The time set."""
        return self.now


def wait(limits: ProviderLimits, urgency: Urgency, key: str = "") -> float:
    """For how many seconds a call would wait; 0: it may be made."""
    waits = 0.0
    with urgent(urgency):
        try:
            limits.check(key)
        except RateLimited as limited:
            waits = limited.retry_after or 0.0
    return waits


def asked_to_wait(seconds: float | None) -> RateLimited:
    """What a provider answers."""
    return RateLimited("slack", "ratelimited", status=429, retry_after=seconds)


def test_a_limit_is_one_key_s() -> None:
    """Other methods may still be called; a limit on everything covers every key."""
    limits = ProviderLimits(provider="slack", monotonic=Clock())
    limits.pause(asked_to_wait(30.0), "chat.update")
    assert wait(limits, Urgency.OUTCOME, "chat.update") == 30.0
    assert wait(limits, Urgency.OUTCOME, "chat.postMessage") == 0.0
    limits.pause(asked_to_wait(None))
    assert wait(limits, Urgency.OUTCOME, "chat.postMessage") == DEFAULT_PAUSE


def test_the_most_urgent_goes_first() -> None:
    """Outcomes have a head start before what a person waits for, then starting, then progress."""
    clock = Clock()
    limits = ProviderLimits(provider="slack", monotonic=clock)
    limits.pause(asked_to_wait(10.0))
    assert [wait(limits, urgency) for urgency in Urgency] == [10.0, 12.0, 14.0, 16.0]
    clock.now += 13.0
    assert [wait(limits, urgency) for urgency in Urgency] == [0.0, 0.0, 1.0, 3.0]
    clock.now += 3.0
    assert [wait(limits, urgency) for urgency in Urgency] == [0.0] * 4


def test_a_shorter_pause_ends_no_longer_one() -> None:
    """If two calls were refused at the same time, the longer pause counts."""
    limits = ProviderLimits(provider="slack", monotonic=Clock())
    limits.pause(asked_to_wait(30.0))
    limits.pause(asked_to_wait(1.0))
    assert wait(limits, Urgency.OUTCOME) == 30.0


@pytest.mark.parametrize(
    ("left", "held"),
    [(5000, 0), (500, 1), (250, 2), (100, 3), (0, 3)],
)
def test_the_last_calls_are_kept_for_what_is_more_urgent(left: int, held: int) -> None:
    """Progress stops first; an outcome is always tried. Held calls try again soon."""
    limits = ProviderLimits(provider="github", monotonic=Clock())
    limits.set_allowance("core", left=left, limit=5000, seconds=1800.0)
    waits = [wait(limits, urgency, "core") for urgency in Urgency]
    assert waits == [0.0] * (4 - held) + [LOOK_AGAIN] * held
    assert wait(limits, Urgency.PROGRESS, "graphql") == 0.0


def test_an_allowance_ends() -> None:
    """It is renewed with the hour."""
    clock = Clock()
    limits = ProviderLimits(provider="github", monotonic=clock)
    limits.set_allowance("core", left=0, limit=5000, seconds=20.0)
    assert wait(limits, Urgency.PROGRESS, "core") == 20.0
    clock.now += 20.0
    assert wait(limits, Urgency.PROGRESS, "core") == 0.0
