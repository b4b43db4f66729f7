"""Counting the builds and asks that are stuck, for the metrics."""

from dataclasses import dataclass, field

from app.lifecycle.backoff import REFUSED_FOR
from app.lifecycle.timeline.chain import chain_of, stuck_hop
from app.model.ask import Ask
from app.model.build import Build
from app.ports import Key

FORGOTTEN_AFTER = 2 * REFUSED_FOR
"""Seconds without a look after which a record is left to another process to count."""


@dataclass(frozen=True)
class Stuck:
    """The stuck records, with when this process last looked at each, on its monotonic clock."""

    _seen: dict[Key, float] = field(default_factory=dict)

    def count(self, record: Build | Ask, *, wall: float, monotonic: float) -> int:
        """How many records are stuck, after a look at this one; builds and asks are kept apart."""
        self._seen.pop(record.key, None)
        if record.due_at is not None and _is_stuck(record, wall):
            self._seen[record.key] = monotonic
        for key, at in list(self._seen.items()):
            if monotonic - at > FORGOTTEN_AFTER:
                del self._seen[key]
        return len(self._seen)


def _is_stuck(record: Build | Ask, wall: float) -> bool:
    """A build is stuck if a hop of its chain is; an ask, if a provider keeps failing for it."""
    if isinstance(record, Build):
        return stuck_hop(chain_of(record, wall)) is not None
    return bool(record.backoff)
