"""The clocks of this machine."""

import time
import uuid
from pathlib import Path

from app.model.waiting import Moment

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Tells one boot of Linux from another: https://man7.org/linux/man-pages/man4/random.4.html."""


class SystemClock:
    """A wall clock, which may jump, and two clocks that never do.

    `monotonic` may stand still while the machine is suspended. `moment` goes on during that time
    on systems that can tell (https://man7.org/linux/man-pages/man3/clock_gettime.3.html), and is
    the same for all processes since one boot.
    """

    def __init__(self) -> None:
        self._clock = getattr(time, "CLOCK_BOOTTIME", None)
        self._boot = _boot_id() if self._clock is not None else ""
        self._boot = self._boot or uuid.uuid4().hex

    def wall(self) -> float:
        """The wall time, in epoch seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since an unspecified moment."""
        return time.monotonic()

    def moment(self) -> Moment:
        """The present moment, which can be compared with others of the same boot."""
        seconds = time.monotonic() if self._clock is None else time.clock_gettime(self._clock)
        return Moment(seconds=seconds, boot=self._boot)


def _boot_id() -> str:
    """The id of this boot; empty if the system does not have one."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""
