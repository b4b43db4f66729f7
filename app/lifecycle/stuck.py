"""The builds that hang, counted for whoever watches the metrics."""

from dataclasses import dataclass, field

from app.lifecycle.backoff import REFUSED_FOR
from app.lifecycle.chain import chain_of, hanging
from app.model.build import Build, BuildKey

FORGOTTEN_AFTER = 2 * REFUSED_FOR
"""Seconds after which a build that we no longer look at is another process's to count."""


@dataclass(frozen=True)
class Stuck:
    """What hung when this process last looked at it; times are of its monotonic clock."""

    _seen: dict[BuildKey, float] = field(default_factory=dict)

    def count(self, build: Build, *, wall: float, monotonic: float) -> int:
        """How many there are, now that this one was looked at."""
        self._seen.pop(build.key, None)
        if build.due_at is not None and hanging(chain_of(build, wall)) is not None:
            self._seen[build.key] = monotonic
        for key, at in list(self._seen.items()):
            if monotonic - at > FORGOTTEN_AFTER:
                del self._seen[key]
        return len(self._seen)
