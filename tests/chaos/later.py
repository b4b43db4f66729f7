"""`python -m tests.chaos.later SECONDS BOOT serve`: the service on a machine where hours have passed.

Its wall clock and the clock that counts suspended time are SECONDS ahead of this machine's. With a
BOOT other than 0 the machine was started again that often: then no moment of before can be
compared with one of now. The service itself has no hook for this.
"""

import importlib
import runpy
import sys
import time
from collections.abc import Sequence


def pass_time(seconds: float, boot: str) -> None:
    """Put the clocks forward, before the service looks at them."""
    wall, counted = time.time, time.clock_gettime
    time.time = lambda: wall() + seconds
    time.clock_gettime = lambda clock: counted(clock) + seconds
    if boot != "0":
        clock = importlib.import_module("app.clock")
        known = clock._boot_id
        clock._boot_id = lambda: f"{known()}/{boot}"


def main(arguments: Sequence[str]) -> None:
    """Pass time, then do what `python -m app` does."""
    seconds, boot, *command = arguments
    pass_time(float(seconds), boot)
    sys.argv = ["app", *command]
    runpy.run_module("app", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(sys.argv[1:])
