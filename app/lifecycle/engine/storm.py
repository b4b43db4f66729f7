"""Whether webhooks pour in: then they are recorded first, and looks take turns with them."""

from collections import deque
from dataclasses import dataclass, field

WINDOW = 0.1
"""Seconds over which wakes are counted."""

MANY = 200
"""So many in one window are a storm: two thousand a second."""

TURN = 0.25
"""Seconds from one look to the next while it lasts."""


@dataclass(frozen=True)
class Storm:
    """Remembers when the last wakes came; times are seconds of a monotonic clock."""

    _wakes: deque[float] = field(default_factory=lambda: deque(maxlen=MANY))

    def count(self, now: float) -> None:
        """A record was woken."""
        self._wakes.append(now)

    def rages(self, now: float) -> bool:
        """Whether many came within the window that ends now."""
        return len(self._wakes) == MANY and now - self._wakes[0] < WINDOW
