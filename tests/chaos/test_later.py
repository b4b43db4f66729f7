"""Clocks that are put forward before the service looks at them."""

import time

import pytest

from app import clock
from tests.chaos.later import pass_time


@pytest.fixture(autouse=True)
def _own_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is put forward here is put back afterwards."""
    for module, name in ((time, "time"), (time, "clock_gettime"), (clock, "_boot_id")):
        monkeypatch.setattr(module, name, getattr(module, name))


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="a clock of Linux")
@pytest.mark.parametrize("boot", ["0", "1"])
def test_hours_pass_on_the_clocks_of_the_service(boot: str) -> None:
    """By its wall clock and its moments alike; those of another boot cannot be compared."""
    before = clock.SystemClock()
    wall, moment = before.wall(), before.moment()
    pass_time(7200.0, boot)
    after = clock.SystemClock()
    assert 7200 <= after.wall() - wall < 7260
    assert 7200 <= after.moment().seconds - moment.seconds < 7260
    assert (after.moment().boot == moment.boot) is (boot == "0")
