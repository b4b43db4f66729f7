"""The store, as the lifecycle and the commands use it: a small Protocol for each role.

Methods raise subclasses of `StoreError`. A write raises `ItemTooLarge` if the record would exceed
400 KB; repeating it does not help. Times are epoch seconds.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from app.model.ask import Ask
from app.model.build import Build, BuildKey
from app.model.note import Note
from app.model.project import Project, User
from app.model.slot import Slot, SlotChange

Key = BuildKey | str
"""The key of a leased record: a build's, or an ask's id."""

Leased = TypeVar("Leased", Build, Ask)
"""The type of a leased record."""


class Intake(Protocol):
    """What the entrances use: each method is a single write without a read before it."""

    async def note(self, note: Note) -> None:
        """Write a note on its build (created if missing), count the event, make it due at once.

        All of a note is written, or nothing. Raises `ValueError` for attributes that a note must
        not write.
        """

    async def add_ask(self, ask: Ask) -> bool:
        """Record an ask, due at once; returns False if its id exists already (a duplicate)."""

    async def wake_ask(self, ask_id: str) -> None:
        """Count an event on an ask and make it due at once; does nothing if it does not exist."""


class Records(Protocol):
    """Reading and writing records, of which each is leased to one process at a time.

    `before` is a record as this process last read or wrote it. A write is conditional on the
    holder and version of `before`, and raises `Conflict` if another process was faster.

    Notes are written without a lease, even while a record is leased. So that none is lost:

    - a write changes only the attributes that differ between `before` and `after`;
    - a value that `before` has is cleared or replaced only if the store still has the same value.
      If a note has changed it since, the note's value stays and the rest is written; the record
      that is returned has the note's value;
    - an attribute that has no value in `before` is set, whatever the store has.
    """

    async def due(self, now: float, limit: int) -> list[Key]:
        """Keys of records due at `now`, also leased ones.

        They come from an index, which may be outdated: read a record before deciding anything.
        """

    async def build(self, key: BuildKey) -> Build | None:
        """Read a build (a consistent read)."""

    async def ask(self, ask_id: str) -> Ask | None:
        """Read an ask (a consistent read)."""

    async def take(self, before: Leased, holder: str) -> Leased:
        """Take the lease of a record, or take it over, conditional on `before.version` only."""

    async def save(
        self, before: Leased, after: Leased, *, slot: SlotChange | None = None
    ) -> Leased:
        """Write a record and keep its lease; if `after` equals `before`, this renews the lease.

        With `slot`, both are written in one transaction.
        """

    async def finish(
        self,
        before: Leased,
        after: Leased,
        *,
        due_at: float | None,
        slot: SlotChange | None = None,
        wake: Sequence[BuildKey] = (),
    ) -> Leased:
        """Write a record, return its lease and set when it is due next (None: no timer).

        If events came since the lease was taken, it stays due at once. `wake` makes other builds
        due: 90 in the same transaction, the rest right after it.
        """

    async def adopt(self, build: Build) -> None:
        """Record the build of a deployment that we have just created, due at once.

        If there is one already, it gets the attributes that it lacks; none is overwritten.
        """

    async def forget_asks(self, before: float, most: int) -> int:
        """Delete at most `most` answered asks that are older than `before`; returns how many."""

    async def forget_external(self, before: float, most: int) -> int:
        """Delete at most `most` external builds created before `before`; returns how many.

        Builds that are due or leased are kept.
        """

    async def slot(self, repository_id: int, environment: str) -> Slot:
        """Read a slot (a consistent read); one never written is empty and has version 0."""

    async def slots(self, repository_id: int) -> list[Slot]:
        """Every slot of a repository that was ever written, sorted by name (a consistent read)."""

    async def change_slot(self, change: SlotChange, *, wake: Sequence[BuildKey] = ()) -> None:
        """Write a slot without a build, conditional on its version.

        `wake` makes builds due: 90 in the same transaction, the rest right after it.
        """


class Lookups(Protocol):
    """Finding builds and asks by something other than their key; eventually consistent."""

    async def build_of_pipeline(self, pipeline_id: str) -> BuildKey | None: ...
    async def build_of_deployment(self, deployment_id: int) -> BuildKey | None: ...
    async def builds_waiting_for(self, repository_id: int, sha: str) -> list[BuildKey]: ...
    async def asks_waiting_for(self, repository_id: int, sha: str) -> list[str]: ...
    async def builds_guarding(self, project: str) -> list[BuildKey]:
        """Builds that may have started a pipeline of this project without recording it."""


class Bindings(Protocol):
    """Bindings of channels to repositories, and of Slack users to GitHub logins.

    Reads are consistent.
    """

    async def bind(self, project: Project) -> Project:
        """Bind a channel to a repository; returns the binding, or another that is in the way.

        If the two are bound to each other already, the existing binding is returned.
        """

    async def unbind(self, slack_channelid: str) -> Project | None:
        """Delete a channel's binding; returns it, or None if there was none."""

    async def update_project(self, before: Project, after: Project) -> Project:
        """Change a binding's attributes, or move it to another channel id."""

    async def project_of_channel(self, slack_channelid: str) -> Project | None: ...
    async def project_of_repository(self, repository_id: int) -> Project | None: ...

    async def projects(self) -> list[Project]:
        """All bindings. It reads many pages, so is meant for sweeps, not while somebody waits."""

    async def link(self, user: User) -> User:
        """Link a Slack user to a GitHub login; returns the link, or another that is in the way.

        If the person has a link to another login, it is replaced. If the two are linked to each
        other already, the existing link is returned.
        """

    async def unlink(self, slack_userid: str) -> User | None:
        """Delete a person's link; returns it, or None if there was none."""

    async def user_of_slack(self, slack_userid: str) -> User | None: ...

    async def users_of_github(self, github_user_ids: Sequence[int]) -> Mapping[int, User]:
        """The linked users, by GitHub id; ids without a link are left out."""


class Store(Intake, Records, Lookups, Bindings, Protocol):
    """A whole store: all the roles above."""

    async def ping(self) -> None:
        """Raises a `StoreError` unless the store can be read and written."""

    async def close(self) -> None: ...
