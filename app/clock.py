"""The clock of this machine."""

import time


class SystemClock:
    """Wall time in epoch seconds, which may jump, and monotonic time, which does not."""

    def wall(self) -> float:
        """Epoch seconds."""
        return time.time()

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()
