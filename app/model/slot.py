"""A slot: an environment's record of what runs there and what waits."""

from enum import IntEnum, StrEnum

from msgspec import Struct

from app.model.github.live import WentLive
from app.model.plan import Person


class Rank(IntEnum):
    """Who goes first in the line: lower ranks, then lower deployment ids."""

    ROLLBACK = 0
    ASKED = 1


class Listing(StrEnum):
    """Where its slot lists a deployment: beside the line, in it, as what runs, or not at all."""

    UNLISTED = ""
    ASIDE = "aside"
    IN_LINE = "in_line"
    RUNNING = "running"


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A deployment that waits in the line; automatic ones may be replaced by newer ones."""

    deployment_id: int
    rank: Rank = Rank.ASKED
    automatic: bool = False


MOST_ASIDE = 50
"""Deployments that a slot lists beside its line; who finds no room is looked at by its own time."""


class Creation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An ask that is about to create a deployment of a commit."""

    ask_id: str
    sha: str


EVERYWHERE = "*"
"""The name of the slot whose lock holds for every environment of a repository."""


class Lock(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody locked an environment.

    In epoch seconds: `since` by our clock, `until` (None: until it is released) by GitHub's, as
    ours may jump. `ask_id` is the command that locked, or changed the lock last. `tell` are the
    Slack ids of those who want to be told of its end, in the order in which they asked.
    """

    by: Person
    since: float
    reason: str = ""
    until: float | None = None
    ask_id: str = ""
    tell: tuple[str, ...] = ()

    def holds(self, now: float) -> bool:
        """Whether it has not ended by then (epoch seconds, by GitHub's clock)."""
        return self.until is None or now < self.until


class Unlock(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lock that is over: released by somebody, or because its time was up (`by` is None).

    `ask_id` is the command that ended it, `told` whether the channel has been told.
    """

    lock: Lock
    by: Person | None = None
    ask_id: str = ""
    told: bool = False

    @property
    def concerns(self) -> tuple[str, ...]:
        """The Slack ids of its owner and of those who want to be told, except who ended it."""
        owner = self.lock.by.slack_userid
        told = dict.fromkeys((*((owner,) if owner else ()), *self.lock.tell))
        return tuple(user for user in told if user and user != self._by)

    @property
    def everybody(self) -> tuple[str, ...]:
        """The same and who ended it, for whom this is the answer to their command."""
        return (*self.concerns, self._by) if self._by else self.concerns

    @property
    def _by(self) -> str:
        return (self.by.slack_userid or "") if self.by is not None else ""


class Hold(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Automatic deployments wait, since a rollback has succeeded (`since`, epoch seconds).

    `rollback` is its deployment, `left` the one that it left, `sha` that one's commit (empty: not
    known), `by` the name of who asked for it.
    """

    rollback: int
    left: int
    since: float
    by: str = ""
    sha: str = ""


class Slot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One environment of one repository, by its folded name. `since` is epoch seconds.

    `waiting` is the line: every other gate of who is in it was open. `aside` are some of those
    that wait for something else and hold no place in it, so that what concerns them makes them due.
    `succeeded` is the newest deployment that has succeeded there, as far as we have seen.
    `creations` are asks about to create a deployment, so that of two for the same commit one gives
    way; an entry whose ask has been answered is ignored. `released` is the last lock that
    ended. `closed` is when its pull request was closed last (epoch seconds; 0: never).
    `live` is what went live there last of what we ran. `hold` is what a rollback holds, `resumed`
    the latest rollback that holds nothing any more, `resumed_by` the command that said so last.
    """

    repository_id: int
    name: str
    version: int = 0
    running: int | None = None
    since: float | None = None
    waiting: tuple[Place, ...] = ()
    aside: tuple[Place, ...] = ()
    succeeded: int | None = None
    live: WentLive | None = None
    creations: tuple[Creation, ...] = ()
    lock: Lock | None = None
    released: Unlock | None = None
    closed: float = 0.0
    hold: Hold | None = None
    resumed: int | None = None
    resumed_by: str = ""

    @property
    def numbers(self) -> tuple[int, ...]:
        """The deployments that run or wait, in the line or beside it."""
        running = () if self.running is None else (self.running,)
        return (*running, *(place.deployment_id for place in (*self.waiting, *self.aside)))


class SlotChange(Struct, frozen=True, kw_only=True):
    """A slot as it was read and as it shall be; conditional on `before.version`."""

    before: Slot
    after: Slot
