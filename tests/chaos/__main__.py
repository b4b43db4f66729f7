"""`python -m tests.chaos`: run once as the environment says, print the verdict, exit by it."""

import asyncio
import signal
import sys
import time

from tests.chaos.plan import read_plan
from tests.chaos.run import run


def main() -> int:
    """The exit status: 0 unless something was lost, doubled or left stale."""
    began = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end every process of the run, too

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    verdict = asyncio.run(run(read_plan(), say))
    say(f"took {time.monotonic() - began:.0f} s")
    print(verdict.line, flush=True)
    return 0 if verdict.good else 1


if __name__ == "__main__":
    sys.exit(main())
