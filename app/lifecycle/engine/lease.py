"""Leases: which process holds a record, without ever comparing two clocks.

The protocol is that of AWS's DynamoDB lock client: a record that another process holds is
taken over only after its version stayed the same for a whole lease on our own monotonic
clock. A process that holds a record counts from before its write was sent.
https://aws.amazon.com/blogs/database/building-distributed-locks-with-the-dynamodb-lock-client/
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from app.model.ask import Ask
from app.model.build import Build
from app.model.effects import Effect
from app.ports import Clock, Key

FEW = 10
"""After how many lengths of a lease a record that wasn't seen again is forgotten."""


@dataclass(frozen=True)
class Sightings:
    """Since when each key has had its present value, on our monotonic clock.

    A key that wasn't seen for `kept` seconds is forgotten; if it comes back, it starts over.
    """

    kept: float
    _seen: OrderedDict[Hashable, tuple[Hashable, float, float]] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self._seen)

    def since(self, key: Hashable, what: Hashable, now: float) -> float:
        """For how many seconds the value of `key` has been `what`."""
        before = self._seen.get(key)
        first = before[1] if before is not None and before[0] == what else now
        self._seen[key] = (what, first, now)
        self._seen.move_to_end(key)
        while now - next(iter(self._seen.values()))[2] > self.kept:
            self._seen.popitem(last=False)
        return now - first

    def forget(self, key: Hashable) -> None:
        """Drop what was seen of a key."""
        self._seen.pop(key, None)


class Leases:
    """For how long this process has seen other processes' leases, and guards, as they are.

    `holder` names this process; `seconds` is the length of a lease.
    """

    def __init__(self, holder: str, seconds: float, clock: Clock) -> None:
        self.holder = holder
        self._lease = seconds
        self._clock = clock
        self._up: float | None = None
        self._leases = Sightings(FEW * seconds)
        self._guards = Sightings(FEW * seconds)

    def may_take(self, record: Build | Ask) -> bool:
        """Whether the record is free, or its holder was silent for a whole lease."""
        if record.holder is None:
            self._leases.forget(record.key)
            return True
        lease = (record.holder, record.version)
        return self._leases.since(record.key, lease, self._clock.monotonic()) >= self._lease

    def waited(self, record: Build | Ask) -> dict[str, float]:
        """Seconds since this process first saw each guard of the record; see `Now`.

        The sender first sees it when its call has ended, another process when it takes the record.
        """
        now = self._clock.monotonic()
        waited: dict[str, float] = {
            name: self._guards.since(
                (record.key, name), (guard.sent_at, guard.sender, guard.sends), now
            )
            for name, guard in record.guards.items()
        }
        if isinstance(record, Ask):
            self._up = now if self._up is None else self._up
            waited["up"] = now - self._up
        return waited

    def forget(self, key: Key) -> None:
        """Drop what was seen of a record that is no longer due."""
        self._leases.forget(key)
        for name in Effect:
            self._guards.forget((key, name))
