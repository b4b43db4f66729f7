"""A store in memory: leases, versions and transactions as `app.ports.Records` describes them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.errors import Conflict
from app.model.ask import Ask
from app.model.build import Build, BuildKey
from app.model.note import Note
from app.model.project import Project
from app.model.slot import Slot, SlotChange
from app.ports import Key, Leased
from app.store.codec import (
    ASKS,
    BUILDS,
    SLOTS,
    Attributes,
    after_finish,
    after_save,
    difference,
    key_of,
    kind_of,
    merge_notes,
    to_attributes,
    to_record,
)
from app.store.notes import apply_note, check_note, completing_note
from tests.lifecycle.simulation.faults import Faults
from tests.lifecycle.simulation.scheduling import Time

FENCED = True
"""Whether writes are conditional on holder and version; a test of the tests takes it away."""

TRANSACTIONAL = True
"""Whether a slot is conditional on its version, together with the build's write."""


@dataclass
class Records:
    """What all processes share."""

    builds: dict[BuildKey, Attributes] = field(default_factory=dict)
    asks: dict[str, Attributes] = field(default_factory=dict)
    slots: dict[tuple[int, str], Attributes] = field(default_factory=dict)
    projects: dict[int, Project] = field(default_factory=dict)

    def build(self, key: BuildKey) -> Build | None:
        """A build as stored."""
        return to_record(BUILDS, self.builds[key]) if key in self.builds else None

    def ask(self, ask_id: str) -> Ask | None:
        """An ask as stored."""
        return to_record(ASKS, self.asks[ask_id]) if ask_id in self.asks else None

    def slot(self, repository_id: int, name: str) -> Slot:
        """A slot as stored."""
        stored = self.slots.get((repository_id, name))
        return to_record(SLOTS, stored) if stored else Slot(repository_id=repository_id, name=name)

    def note(self, note: Note) -> None:
        """What an entrance writes."""
        key = (note.repository_id, note.deployment_id)
        known = {"repository_id": key[0], "deployment_id": key[1], "version": 0, "events": 0}
        stored = self.builds.setdefault(key, known)
        apply_note(check_note(note), stored)

    def add_ask(self, ask: Ask) -> bool:
        """What an entrance writes; False for a duplicate."""
        if ask.ask_id in self.asks:
            return False
        zero = {"version": 0, "events": 0}
        self.asks[ask.ask_id] = {**zero, **to_attributes(ask), "due_at": 0.0, "holder": None}
        return True

    def due(self) -> dict[Key, float]:
        """When each record is due, of those that are."""
        records = [*self.builds.items(), *self.asks.items()]
        return {key: at for key, stored in records if (at := stored.get("due_at")) is not None}

    def told(self, key: Key) -> tuple[int, Attributes]:
        """A record's version, and all that it tells, with how many events have come."""
        stored = self.asks[key] if isinstance(key, str) else self.builds[key]
        progress = ("holder", "due_at", "tally", "waited")
        left = {name: stored[name] for name in stored if name not in progress}
        return left.pop("version"), left

    def clear_holders(self) -> None:
        """What opening an embedded store does, to which nobody else can write."""
        for stored in (*self.builds.values(), *self.asks.values()):
            if stored.get("holder"):
                stored.update(holder=None, version=stored["version"] + 1)

    def of(self, record: Build | Ask) -> Attributes:
        """The attributes that a write changes."""
        return self.builds[record.key] if isinstance(record, Build) else self.asks[record.key]


@dataclass
class SimStore:
    """One process's connection.

    `wrote` is when it last sent a write of each record, `gave_back` at which version it did.
    """

    records: Records
    faults: Faults
    time: Time
    wrote: dict[Key, float] = field(default_factory=dict)
    gave_back: dict[Key, int] = field(default_factory=dict)
    index_is_late: Callable[[], bool] = lambda: False

    async def note(self, note: Note) -> None:
        """One upsert."""
        await self.faults.store("note", lambda: self.records.note(note))

    async def adopt(self, build: Build) -> None:
        """Create or complete."""
        await self.note(completing_note(build))

    async def build(self, key: BuildKey) -> Build | None:
        """A consistent read."""
        return await self.faults.store("build", lambda: self.records.build(key))

    async def ask(self, ask_id: str) -> Ask | None:
        """A consistent read."""
        return await self.faults.store("ask", lambda: self.records.ask(ask_id))

    async def slot(self, repository_id: int, environment: str) -> Slot:
        """A consistent read."""
        return await self.faults.store(
            "slot", lambda: self.records.slot(repository_id, environment)
        )

    async def project_of_repository(self, repository_id: int) -> Project | None:
        """A consistent read."""
        return await self.faults.store("project", lambda: self.records.projects.get(repository_id))

    async def build_of_pipeline(self, pipeline_id: str) -> BuildKey | None:
        """From an index that may be late."""
        return await self._indexed("pipeline_id", pipeline_id)

    async def build_of_deployment(self, deployment_id: int) -> BuildKey | None:
        """From an index that may be late."""
        return await self._indexed("deployment_id", deployment_id)

    async def take(self, before: Leased, holder: str) -> Leased:
        """Take or take over."""

        def act() -> Leased:
            stored = self.records.of(before)
            if stored["version"] != before.version:
                raise Conflict("another process took the record first")
            stored.update(holder=holder, version=stored["version"] + 1)
            return to_record(kind_of(before), stored)

        return await self._sent(before.key, "take", act)

    async def save(
        self, before: Leased, after: Leased, *, slot: SlotChange | None = None
    ) -> Leased:
        """Write and keep the lease."""

        def act() -> Leased:
            written, _ = self._change(before, after, slot)
            return after_save(before, written)

        return await self._sent(before.key, "save", act)

    async def finish(
        self,
        before: Leased,
        after: Leased,
        *,
        due_at: float | None,
        slot: SlotChange | None = None,
        wake: Sequence[BuildKey] = (),
    ) -> Leased:
        """Write and give the lease back."""

        def act() -> Leased:
            written, stored = self._change(before, after, slot)
            came = stored["events"] != before.events or before.key in wake
            due = 0.0 if came else due_at
            stored.update(holder=None, due_at=due)
            self.gave_back[before.key] = stored["version"]
            for key in set(wake) - {before.key}:
                self.records.note(Note(repository_id=key[0], deployment_id=key[1]))
            return after_finish(before, written, due)

        return await self._sent(before.key, "finish", act)

    async def builds_guarding(self, project: str) -> list[BuildKey]:
        """By the index."""
        key = await self._indexed("guarded_project", project)
        return [key] if key else []

    async def _indexed(self, name: str, value: object) -> BuildKey | None:
        def find() -> BuildKey | None:
            if self.index_is_late():
                return None
            builds = self.records.builds.items()
            return next((key for key, stored in builds if stored.get(name) == value), None)

        return await self.faults.store("index", find)

    def _change(
        self, before: Leased, after: Leased, slot: SlotChange | None
    ) -> tuple[Leased, Attributes]:
        """All of it or nothing, and only by who holds the record."""
        kind, stored = kind_of(before), self.records.of(before)
        if FENCED and (stored["holder"], stored["version"]) != (before.holder, before.version):
            raise Conflict("another process holds the record")
        if slot is not None:
            self._change_slot(slot)
        written = merge_notes(kind, before, after, stored)
        change = difference(kind, before, written)
        stored.update(change.values)
        for name in change.removed:
            stored.pop(name, None)
        stored["version"] += 1
        return written, stored

    def _change_slot(self, change: SlotChange) -> None:
        key = key_of(SLOTS, change.before)
        version = self.records.slot(*key).version
        if TRANSACTIONAL and version != change.before.version:
            raise Conflict("another process changed the slot first")
        self.records.slots[key] = {**to_attributes(change.after), "version": version + 1}

    async def _sent(self, key: Key, name: str, act: Callable[[], Any]) -> Any:
        """A write; its lease counts from before it was sent."""
        sent = self.time.now
        result = await self.faults.store(name, act)
        self.wrote[key] = sent
        return result
