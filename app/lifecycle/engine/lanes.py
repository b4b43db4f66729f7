"""Which record is looked at next, with places of its own for each kind of work."""

from collections import Counter, OrderedDict, deque
from dataclasses import dataclass, field
from enum import Enum

from app.ports import Key


class Lane(Enum):
    """Kinds of work, each with places of its own.

    Work that has begun (a deployment, or the second look at a command) never waits behind work
    that hasn't, and what a person waits for never waits behind reports and other events.
    """

    BUILD = "build"
    BEGUN = "begun"
    AWAITED = "awaited"
    EVENT = "event"


PLACES = {Lane.BUILD: 24, Lane.BEGUN: 8, Lane.AWAITED: 12, Lane.EVENT: 4}
"""How many looks of each lane may run at the same time."""

ASKS = "asks"

EACH = 4
"""How many of a lane's looks may be at builds of one repository."""


def lane_of(key: Key, *, awaited: bool = False, begun: bool = False) -> Lane:
    """A record's lane; `awaited`: a person waits for it, `begun`: it was looked at before."""
    if isinstance(key, tuple):
        return Lane.BUILD
    if begun:
        return Lane.BEGUN
    return Lane.AWAITED if awaited else Lane.EVENT


@dataclass
class Line:
    """One lane's queue: repositories take turns, and none has more than `each` places."""

    places: int
    each: int
    _queues: OrderedDict[int | str, deque[Key]] = field(default_factory=OrderedDict)
    _busy: Counter[int | str] = field(default_factory=Counter)

    def join(self, key: Key) -> None:
        """Wait at the end."""
        self._queues.setdefault(_sharing(key), deque()).append(key)

    def next(self) -> Key | None:
        """Take a place for the next record; None while none waits or no place is free."""
        if self._busy.total() >= self.places:
            return None
        sharing = next((one for one in self._queues if self._busy[one] < self._most(one)), None)
        if sharing is None:
            return None
        queue = self._queues[sharing]
        key = queue.popleft()
        if queue:
            self._queues.move_to_end(sharing)
        else:
            del self._queues[sharing]
        self._busy[sharing] += 1
        return key

    def leave(self, key: Key) -> None:
        """Give the place back."""
        sharing = _sharing(key)
        self._busy[sharing] -= 1
        if not self._busy[sharing]:
            del self._busy[sharing]

    def _most(self, sharing: int | str) -> int:
        return self.places if sharing == ASKS else self.each


def _sharing(key: Key) -> int | str:
    """Whose limit a record counts towards: its repository's for a build, the lane's for an ask."""
    return key[0] if isinstance(key, tuple) else ASKS
