"""Leases: who holds a record, judged by observation and never by comparing clocks.

The protocol is that of AWS's DynamoDB lock client: a record that another process holds is
taken over only after its version stayed the same for a whole lease on our own monotonic
clock. A process that holds a record counts from before its write was sent.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field

from app.model.ask import Ask
from app.model.build import Build, Guard
from app.model.slot import Slot
from app.ports import Clock, Key


@dataclass(frozen=True)
class Watcher:
    """What this process has seen of records that others hold, of guards and of slots.

    `holder` is this process; `seconds` the length of a lease.
    """

    holder: str
    seconds: float
    clock: Clock
    _held: dict[Key, tuple[str, int, float]] = field(default_factory=dict)
    _first: dict[tuple[Hashable, str], tuple[Hashable, float]] = field(default_factory=dict)

    def may_take(self, record: Build | Ask) -> bool:
        """Whether the record is free, or its holder was silent for a whole lease."""
        if record.holder is None:
            self._held.pop(record.key, None)
            return True
        now = self.clock.monotonic()
        seen = self._held.get(record.key)
        if seen is None or seen[:2] != (record.holder, record.version):
            self._held[record.key] = (record.holder, record.version, now)
            return False
        return now - seen[2] >= self.seconds

    def waited(self, record: Build | Ask) -> dict[str, float]:
        """Seconds since each guard of the record was first seen by us.

        The one who sends sees it when its call has ended, another when it first takes the record.
        """
        waited = {
            name: self._seconds(record.key, name, (guard.sent_at, guard.sender, guard.sends))
            for name, guard in guards_of(record).items()
        }
        if isinstance(record, Build) and record.state.ended and not record.pipeline_ended:
            waited["stop"] = self._seconds(record.key, "stop", record.ended_at)
        if isinstance(record, Ask):
            waited["up"] = self._seconds((), "up", None)
        return waited

    def slot_held(self, slot: Slot) -> float:
        """Seconds since this process first saw who has the slot now."""
        return self._seconds((slot.repository_id, slot.name), "slot", (slot.running, slot.since))

    def forget(self, key: Key) -> None:
        """Drop what was seen of a record that is no longer due."""
        self._held.pop(key, None)
        for name in ("trigger", "status", "message", "card", "notify", "create", "stop"):
            self._first.pop((key, name), None)

    def _seconds(self, key: Hashable, name: str, what: Hashable) -> float:
        now = self.clock.monotonic()
        seen = self._first.get((key, name))
        if seen is None or seen[0] != what:
            seen = self._first[key, name] = (what, now)
        return now - seen[1]


def guards_of(record: Build | Ask) -> dict[str, Guard]:
    """The guards of a record by the name that `Now.waited` uses."""
    if isinstance(record, Ask):
        return {"create": record.guard} if record.guard else {}
    found = {
        "trigger": record.guard,
        "status": record.status_guard,
        "message": record.message_guard,
        "card": record.card_guard,
        "notify": record.notify_guard,
    }
    return {name: guard for name, guard in found.items() if guard is not None}
