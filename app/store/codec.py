"""Records ↔ flat attribute dicts, the same for every engine, and what changed between two."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from zlib import crc32

import msgspec

from app.model.ask import Ask
from app.model.build import Build, Json
from app.model.note import Note
from app.model.project import Project, User
from app.model.slot import Slot
from app.ports import Key

Attributes = dict[str, Json]
"""A record as JSON values under the model's attribute names; defaults are left out."""

R = TypeVar("R", bound=msgspec.Struct)
Leased = TypeVar("Leased", Build, Ask)

PROGRESS = frozenset({"due_at", "holder", "version", "events"})
"""Attributes that the store alone moves: a lease's token and when a record is due."""

DUE_SHARDS = 32


@dataclass(frozen=True)
class Kind(Generic[R]):
    """A table: its word, the type of its records, and the attributes that are its key."""

    table: str
    type: type[R]
    key: tuple[str, ...]


PROJECTS = Kind("project", Project, ("slack_channelid",))
USERS = Kind("user", User, ("slack_userid",))
BUILDS = Kind("build", Build, ("repository_id", "deployment_id"))
SLOTS = Kind("environment", Slot, ("repository_id", "name"))
ASKS = Kind("ask", Ask, ("ask_id",))
KINDS: tuple[Kind[Any], ...] = (PROJECTS, USERS, BUILDS, SLOTS, ASKS)


def learn_types() -> None:
    """Have msgspec look at every record's type now, before threads ask it to at once.

    It learns a type when it first meets it, and crashes the process where two threads are the
    first (seen with msgspec 0.22).
    """
    for kind in KINDS:
        msgspec.json.Decoder(kind.type)


NOTABLE = frozenset(Build.__struct_fields__) - PROGRESS - frozenset(BUILDS.key)
"""What a note may carry."""


@dataclass(frozen=True)
class Change:
    """What a write does to a record's attributes: new values, and names to remove."""

    values: Attributes
    removed: tuple[str, ...]


def to_attributes(record: msgspec.Struct) -> Attributes:
    """A record as attributes."""
    return dict(msgspec.to_builtins(record))


def to_record(kind: Kind[R], attributes: Mapping[str, Json]) -> R:
    """The record that attributes hold; attributes of a newer version are passed over."""
    if "due_at" in kind.type.__struct_fields__:  # absent means not due, whatever the default
        attributes = {"due_at": None, **attributes}
    return msgspec.convert(attributes, kind.type)


def key_of(kind: Kind[Any], record: msgspec.Struct) -> tuple[Any, ...]:
    """The values of a record's key, in the order of `kind.key`."""
    return tuple(getattr(record, name) for name in kind.key)


def difference(kind: Kind[R], before: R, after: R) -> Change:
    """The attributes that differ; the key and the progress are never among them."""
    if key_of(kind, before) != key_of(kind, after):
        raise ValueError(f"a {kind.table} record cannot change its key")
    old, new = plain(kind, before), plain(kind, after)
    values = {name: value for name, value in new.items() if old.get(name) != value}
    return Change(values, tuple(name for name in old if name not in new))


def plain(kind: Kind[R], record: R) -> Attributes:
    """A record's attributes without its key and its progress."""
    attributes = to_attributes(record)
    for name in (*kind.key, *PROGRESS):
        attributes.pop(name, None)
    return attributes


def check_noted(names: Iterable[str]) -> None:
    """Raise `ValueError` for names that are no attribute of a build or not a note's to write."""
    unknown = set(names) - NOTABLE
    if unknown:
        raise ValueError(f"a note cannot carry {', '.join(sorted(unknown))}")


def noted(note: Note) -> tuple[Attributes, Attributes]:
    """A note's `once` and `facts` as JSON values, checked; a fact that is None is removed."""
    facts: Attributes = msgspec.to_builtins(note.facts)
    check_noted((*note.once, *facts))
    once = {name: value for name, value in note.once.items() if value is not None}
    return msgspec.to_builtins(once), facts


def adopted(build: Build) -> Note:
    """Completing a build is a note in which every attribute yields to what is stored."""
    return Note(
        repository_id=build.repository_id,
        deployment_id=build.deployment_id,
        once=plain(BUILDS, build),
    )


def due_shard(key: Key) -> int:
    """The shard of the due index: CRC32 of the repository id or the ask's id, modulo 32."""
    text = key if isinstance(key, str) else str(key[0])
    return crc32(text.encode()) % DUE_SHARDS


def kept(before: Leased, after: Leased) -> Leased:
    """What a holder knows after a write that keeps the lease.

    `events` stays as the take read it, so that an event during the look is seen by finish.
    """
    return msgspec.structs.replace(
        after,
        due_at=before.due_at,
        holder=before.holder,
        version=before.version + 1,
        events=before.events,
    )


def finished(before: Leased, after: Leased, due_at: float | None) -> Leased:
    """What is stored after a lease was given back."""
    return msgspec.structs.replace(kept(before, after), holder=None, due_at=due_at)
