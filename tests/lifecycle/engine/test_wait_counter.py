"""Counting what records waited: each process by its own clock, none twice."""

import time
from dataclasses import dataclass

import pytest

from app.clock import SystemClock
from app.lifecycle.engine.wait_counter import WaitCounter
from app.model.waiting import Moment, Wait
from tests.lifecycle import decisions as d


@dataclass
class Machine:
    """A machine with a clock of its own, which other machines cannot compare with theirs."""

    boot: str
    seconds: float

    def wall(self) -> float:
        """Nothing is measured by it: it jumps."""
        return -1000.0 * self.seconds

    def monotonic(self) -> float:
        """It stands still while the machine is suspended."""
        raise AssertionError

    def moment(self) -> Moment:
        """Now."""
        return Moment(seconds=self.seconds, boot=self.boot)


def test_two_replicas_that_look_in_turn():
    """Of two hours nothing is lost but what lay before the first look."""
    machines = Machine("a", 50.0), Machine("b", 90_000.0)
    counting = [WaitCounter(machine) for machine in machines]
    b = d.running()
    for look in range(121):
        b = counting[look % 2].count(b)
        for machine in machines:
            machine.seconds += 60.0
    assert b.waited == {Wait.RUN: 7200.0}


def test_a_process_that_is_replaced_on_another_machine():
    """It goes on with what is on the record, and misses at most what lies between two looks."""
    b = d.running()
    for life in range(10):
        machine = Machine(f"machine {life}", 1000.0 * life)
        counting = WaitCounter(machine)
        for _ in range(61):
            b = counting.count(b)
            machine.seconds += 60.0
    assert b.waited == {Wait.RUN: 36_000.0}


def test_the_machines_own_clock():
    """All processes of one boot share it; it goes on."""
    one, other = SystemClock().moment(), SystemClock().moment()
    assert one.boot == other.boot
    assert other.seconds >= one.seconds


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="a clock of Linux")
def test_a_machine_that_was_suspended(monkeypatch: pytest.MonkeyPatch):
    """The kernel adds those hours to this clock alone; they are counted."""
    before, real = SystemClock().moment(), time.clock_gettime

    def suspended(clock: int) -> float:
        return real(clock) + (7200.0 if clock == time.CLOCK_BOOTTIME else 0.0)

    monkeypatch.setattr(time, "clock_gettime", suspended)
    assert 7200.0 <= SystemClock().moment().seconds - before.seconds < 7260.0
