"""Counting on each record how long it has waited, whichever process held it before."""

from cachetools import LRUCache

from app.lifecycle.backoff import Record
from app.lifecycle.wait_times import counted
from app.model.waiting import Tally
from app.ports import Key, MachineClock

REMEMBERED = 10_000
"""How many records' last counts are remembered."""


class WaitCounter:
    """Counts on this process's clock, and remembers what it counted."""

    def __init__(self, clock: MachineClock) -> None:
        self._clock = clock
        self._known: LRUCache[Key, Tally] = LRUCache(REMEMBERED)

    def count(self, record: Record) -> Record:
        """The record with its waits counted until now."""
        known = self._known.get(record.key)
        after = counted(record, self._clock.moment(), known, wall=self._clock.wall())
        self._known[record.key] = after.tally
        return after

    def forget(self, key: Key) -> None:
        """Forget the last count of a record that is no longer due."""
        self._known.pop(key, None)
