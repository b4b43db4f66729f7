"""What the lifecycle and the commands need of the store: small Protocols, one a role.

Every method raises subclasses of `StoreError`; of a write, `ItemTooLarge` where the record
would exceed 400 KB, which no repetition mends. Times are epoch seconds.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.model.ask import Ask
from app.model.build import Build, BuildKey
from app.model.note import Note
from app.model.project import Project, User
from app.model.slot import Slot, SlotChange

Key = BuildKey | str
"""A leased record: a build's key, or an ask's id."""


class Intake(Protocol):
    """What an entrance needs of the store: one write each, no read before it."""

    async def note(self, note: Note) -> None:
        """Write a note into its build (created if missing), count the event, make it due at once.

        All of a note is written, or nothing. Raises `ValueError` for attributes that a note
        must not write.
        """

    async def add_ask(self, ask: Ask) -> bool:
        """Record an ask, due at once. False if its id is known: a duplicate."""

    async def wake_ask(self, ask_id: str) -> None:
        """Count an event on an ask and make it due at once; one that is not known stays unknown."""


class Records(Protocol):
    """Records that one process at a time holds (a lease), and reads and writes meanwhile.

    `before` is a record as this process last read or wrote it. A write is conditional on the
    holder and version of `before`, and raises `Conflict` when another process came first.

    Notes are written without the lease, also while a record is leased. So that none is lost:

    - a write changes only the attributes that differ between `before` and `after`;
    - a value that `before` has is cleared or replaced only while the store still has it. If a
      note has changed it since, the note's value stays, the rest is written, and the record
      that is returned has the note's value;
    - an attribute that `before` has no value for is set, whatever the store has.
    """

    async def due(self, now: float, limit: int) -> list[Key]:
        """Keys due at `now` (leased ones included), from the index: never decide from it."""

    async def build(self, key: BuildKey) -> Build | None:
        """A consistent read."""

    async def ask(self, ask_id: str) -> Ask | None:
        """A consistent read."""

    async def take_build(self, before: Build, holder: str) -> Build:
        """Take or take over a build, conditional on `before.version` alone."""

    async def take_ask(self, before: Ask, holder: str) -> Ask:
        """Take or take over an ask, conditional on `before.version` alone."""

    async def save_build(
        self, before: Build, after: Build, *, slot: SlotChange | None = None
    ) -> Build:
        """Write and keep the lease (with `after` = `before`: renew it).

        With `slot`, both are written in one transaction or neither.
        """

    async def save_ask(self, before: Ask, after: Ask) -> Ask:
        """Write and keep the lease (with `after` = `before`: renew it)."""

    async def finish_build(
        self,
        before: Build,
        after: Build,
        *,
        due_at: float | None,
        slot: SlotChange | None = None,
        wake: Sequence[BuildKey] = (),
    ) -> Build:
        """Write, give the lease back and set when it is due next (None: not by itself).

        If events came since the take, it stays due at once. `wake` makes other builds due in
        the same transaction; of more than 90, the others right after.
        """

    async def finish_ask(self, before: Ask, after: Ask, *, due_at: float | None) -> Ask:
        """Write, give the lease back and set when it is due next (None: not by itself)."""

    async def adopt(self, build: Build) -> None:
        """Create a build that we know of already, due at once; one that exists is completed.

        Attributes that the stored build lacks are filled from `build`; none is overwritten.
        """

    async def forget_asks(self, before: float, most: int) -> int:
        """Delete asks from before then (epoch seconds) that are over, `most` of them; how many."""

    async def forget_external(self, before: float, most: int) -> int:
        """Delete builds that others ran, created before then, `most` of them; how many.

        None that is due or held.
        """

    async def slot(self, repository_id: int, environment: str) -> Slot:
        """A consistent read; an environment never seen is an empty slot of version 0."""

    async def slots(self, repository_id: int) -> list[Slot]:
        """Every slot of a repository that was ever written, by name; consistent."""

    async def change_slot(self, change: SlotChange, *, wake: Sequence[BuildKey] = ()) -> None:
        """Write a slot without a build, conditional on its version.

        `wake` makes builds due in the same transaction; of more than 90, the others right after.
        """


class Lookups(Protocol):
    """Finding builds and asks by something else than their key; eventually consistent."""

    async def build_of_pipeline(self, pipeline_id: str) -> BuildKey | None: ...
    async def build_of_deployment(self, deployment_id: int) -> BuildKey | None: ...
    async def builds_waiting_for(self, repository_id: int, sha: str) -> list[BuildKey]: ...
    async def asks_waiting_for(self, repository_id: int, sha: str) -> list[str]: ...
    async def builds_guarding(self, project: str) -> list[BuildKey]:
        """Those that may have a pipeline of this project that nobody recorded."""


class Bindings(Protocol):
    """Channels ↔ repositories and Slack users ↔ GitHub logins; reads are consistent."""

    async def bind(self, project: Project) -> Project:
        """Bind a channel and a repository, or return the binding that is in the way.

        Binding what is bound to each other already returns the existing binding.
        """

    async def unbind(self, slack_channelid: str) -> Project | None:
        """Forget a channel's binding; what it was."""

    async def update_project(self, before: Project, after: Project) -> Project:
        """Change a binding's other attributes, or move it to another channel id."""

    async def project_of_channel(self, slack_channelid: str) -> Project | None: ...
    async def project_of_repository(self, repository_id: int) -> Project | None: ...

    async def projects(self) -> list[Project]:
        """All bindings, paged through: for sweeps, never while somebody waits."""

    async def link(self, user: User) -> User:
        """Link a Slack user and a GitHub login, or return the link that is in the way.

        The same person claiming another login moves their link. Linking what is linked to
        each other already returns the existing link.
        """

    async def unlink(self, slack_userid: str) -> User | None:
        """Forget a person's link; what it was."""

    async def user_of_slack(self, slack_userid: str) -> User | None: ...

    async def users_of_github(self, github_user_ids: Sequence[int]) -> Mapping[int, User]:
        """The linked ones among them."""


class Store(Intake, Records, Lookups, Bindings, Protocol):
    """An engine: everything above over one connection or file."""

    async def ping(self) -> None:
        """Raise a `StoreError` unless the store can be read and written."""

    async def close(self) -> None: ...
