"""The builds and asks that are stuck, counted for whoever watches the metrics."""

from dataclasses import dataclass, field

from app.lifecycle.backoff import REFUSED_FOR
from app.lifecycle.timeline.chain import chain_of, stuck_hop
from app.model.ask import Ask
from app.model.build import Build
from app.ports import Key

FORGOTTEN_AFTER = 2 * REFUSED_FOR
"""Seconds after which a record that we no longer look at is another process's to count."""


@dataclass(frozen=True)
class Stuck:
    """What hung when this process last looked at it; times are of its monotonic clock."""

    _seen: dict[Key, float] = field(default_factory=dict)

    def count(self, record: Build | Ask, *, wall: float, monotonic: float) -> int:
        """How many there are, now that this one was looked at; builds and asks apart."""
        self._seen.pop(record.key, None)
        if record.due_at is not None and _is_stuck(record, wall):
            self._seen[record.key] = monotonic
        for key, at in list(self._seen.items()):
            if monotonic - at > FORGOTTEN_AFTER:
                del self._seen[key]
        return len(self._seen)


def _is_stuck(record: Build | Ask, wall: float) -> bool:
    """A build by its chain; an ask where a provider keeps it waiting."""
    if isinstance(record, Build):
        return stuck_hop(chain_of(record, wall)) is not None
    return bool(record.backoff)
