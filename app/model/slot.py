"""A slot: the record of one environment, with what runs there, what is queued, and its lock."""

from enum import IntEnum, StrEnum

from msgspec import Struct

from app.model.github.live import WentLive
from app.model.plan import Person


class Rank(IntEnum):
    """The order of the queue: lower ranks go first, then lower deployment ids."""

    ROLLBACK = 0
    ASKED = 1


class Listing(StrEnum):
    """Where a slot lists a deployment; `ASIDE`: it waits for a gate other than the queue."""

    UNLISTED = ""
    ASIDE = "aside"
    IN_LINE = "in_line"
    RUNNING = "running"


class Place(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A waiting deployment; an automatic one may be replaced by a newer one."""

    deployment_id: int
    rank: Rank = Rank.ASKED
    automatic: bool = False


MOST_ASIDE = 50
"""Most deployments that a slot lists as `aside`; the others are only looked at by their timers."""


class Creation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An ask that is about to create a deployment of the commit `sha`."""

    ask_id: str
    sha: str


EVERYWHERE = "*"
"""The name of the slot whose lock applies to every environment of a repository."""


class Lock(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody locked an environment.

    `since` is epoch seconds by our clock; `until` by GitHub's, because ours may jump (None: until
    it is released). `ask_id` is the command that locked it or last changed the lock. `tell` are the
    Slack ids of people who want to know when it ends, in the order in which they asked.
    """

    by: Person
    since: float
    reason: str = ""
    until: float | None = None
    ask_id: str = ""
    tell: tuple[str, ...] = ()

    def in_force(self, now: float) -> bool:
        """Whether it still applies at `now` (epoch seconds, by GitHub's clock)."""
        return self.until is None or now < self.until


class Unlock(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A lock that has ended: somebody released it, or its time was up (`by` is None).

    `ask_id` is the command that released it. `told`: the channel has been told.
    """

    lock: Lock
    by: Person | None = None
    ask_id: str = ""
    told: bool = False

    @property
    def concerns(self) -> tuple[str, ...]:
        """The Slack ids of its owner and of those who want to know, except who released it."""
        owner = self.lock.by.slack_userid
        told = dict.fromkeys((*((owner,) if owner else ()), *self.lock.tell))
        return tuple(user for user in told if user and user != self._by)

    @property
    def everybody(self) -> tuple[str, ...]:
        """The same, and who released it: for them, the news is the answer to their command."""
        return (*self.concerns, self._by) if self._by else self.concerns

    @property
    def _by(self) -> str:
        return (self.by.slack_userid or "") if self.by is not None else ""


class Hold(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Automatic deployments are paused since a rollback succeeded (`since`, epoch seconds).

    `rollback` is the id of the rollback, `left` that of the deployment it replaced, `sha` the
    latter's commit (empty if not known). `by` is the name of who asked for the rollback.
    """

    rollback: int
    left: int
    since: float
    by: str = ""
    sha: str = ""


class Slot(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One environment of one repository; `name` is folded (see `environment_names`).

    The deployment `running` occupies it since `since` (epoch seconds). `waiting` is the queue of
    deployments for which every other gate is open. `aside` are deployments that wait for another
    gate (at most `MOST_ASIDE`), listed so that a change of the slot makes them due.

    `succeeded` is the id of the newest deployment that we saw succeed there; `live` is the
    deployment of ours that went live there last. `creations` are asks about to create a deployment,
    so that of two for the same commit one waits; an entry whose ask was answered is ignored.
    `released` is the last lock that ended. `closed` is when the environment's pull request was last
    closed (epoch seconds; 0: never). `hold` pauses automatic deployments; `resumed` is the latest
    rollback after which they were resumed, `resumed_by` the ask of the last `resume`.
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
        """The ids of the deployments that run, are queued or wait aside."""
        running = () if self.running is None else (self.running,)
        return (*running, *(place.deployment_id for place in (*self.waiting, *self.aside)))


class SlotChange(Struct, frozen=True, kw_only=True):
    """A slot as it was read, and as it is to be written if it still has `before.version`."""

    before: Slot
    after: Slot
