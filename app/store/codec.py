"""Converts records to flat dicts of JSON values and back, for both stores (SQLite, DynamoDB).

It also works out what a write changes: the difference between two records, and how a lease ends.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from zlib import crc32

import msgspec

from app.model import Json
from app.model.ask import Ask
from app.model.build import Build
from app.model.project import Project, User
from app.model.slot import Slot, SlotChange
from app.ports import Key, Leased

Attributes = dict[str, Json]
"""A record as JSON values under the model's attribute names; defaults are left out."""

R = TypeVar("R", bound=msgspec.Struct)

PROGRESS = frozenset({"due_at", "holder", "version", "events"})
"""Attributes that only the store changes: who holds a record, and when it is due."""

DUE_SHARDS = 32
"""Partitions of DynamoDB's due index, so that not every write goes to the same one.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-gsi-sharding.html
"""


@dataclass(frozen=True)
class Kind(Generic[R]):
    """A table: its name, the type of its records, and the attributes that form its key."""

    table: str
    type: type[R]
    key: tuple[str, ...]


PROJECTS = Kind("project", Project, ("slack_channelid",))
USERS = Kind("user", User, ("slack_userid",))
BUILDS = Kind("build", Build, ("repository_id", "deployment_id"))
SLOTS = Kind("environment", Slot, ("repository_id", "name"))
ASKS = Kind("ask", Ask, ("ask_id",))
KINDS: tuple[Kind[Any], ...] = (PROJECTS, USERS, BUILDS, SLOTS, ASKS)
_LEASED: dict[type, Kind[Any]] = {kind.type: kind for kind in (BUILDS, ASKS)}


def learn_types() -> None:
    """Have msgspec inspect every record's type now, before several threads decode records.

    msgspec inspects a type when it is first used, and crashes the process if two threads do that
    at the same time (seen with msgspec 0.22).
    """
    for kind in KINDS:
        msgspec.json.Decoder(kind.type)


@dataclass(frozen=True)
class Change:
    """What a write does to a record: attributes to set, names to remove.

    `known` has the old values of these attributes, as the writer read them, if they had any.
    """

    values: Attributes
    removed: tuple[str, ...]
    known: Attributes


def to_attributes(record: msgspec.Struct) -> Attributes:
    """Convert a record to attributes."""
    return dict(msgspec.to_builtins(record))


def to_record(kind: Kind[R], attributes: Mapping[str, Json]) -> R:
    """Build a record from its attributes; unknown names are ignored."""
    if "due_at" in kind.type.__struct_fields__:  # if absent, it is not due, whatever the default
        attributes = {"due_at": None, **attributes}
    return msgspec.convert(attributes, kind.type)


def kind_of(record: Leased) -> Kind[Leased]:
    """The table of a leased record."""
    return _LEASED[type(record)]


def key_of(kind: Kind[Any], record: msgspec.Struct) -> tuple[Any, ...]:
    """The values of a record's key, in the order of `kind.key`."""
    return tuple(getattr(record, name) for name in kind.key)


def difference(kind: Kind[R], before: R, after: R) -> Change:
    """The attributes that differ, except those in `PROGRESS`.

    Raises `ValueError` if the keys differ.
    """
    if key_of(kind, before) != key_of(kind, after):
        raise ValueError(f"a {kind.table} record cannot change its key")
    old, new = plain(kind, before), plain(kind, after)
    values = {name: value for name, value in new.items() if old.get(name) != value}
    removed = tuple(name for name in old if name not in new)
    return Change(values, removed, {name: old[name] for name in (*values, *removed) if name in old})


def merge_notes(
    kind: Kind[Leased], before: Leased, after: Leased, stored: Mapping[str, Json]
) -> Leased:
    """`after`, but with the stored values of the attributes that a note has changed meanwhile.

    `stored` is the record as the store has it now. The holder of a lease may clear or replace
    only a value that it has read: if `before` has a value and `stored` a different one, a note
    was written in between, and the note's value stays. An attribute that has no value in `before`
    gets the value from `after`.
    """
    now = to_record(kind, stored)
    old, new, current = (plain(kind, record) for record in (before, after, now))
    newer = [
        name for name, value in old.items() if new.get(name) != value and current.get(name) != value
    ]
    return msgspec.structs.replace(after, **{name: getattr(now, name) for name in newer})


def plain(kind: Kind[R], record: R) -> Attributes:
    """A record's attributes without its key and without those in `PROGRESS`."""
    attributes = to_attributes(record)
    for name in (*kind.key, *PROGRESS):
        attributes.pop(name, None)
    return attributes


def new_ask(ask: Ask) -> Attributes:
    """A new ask's attributes: due at once, without a holder."""
    return {**to_attributes(ask), "due_at": 0, "holder": None}


def next_slot(change: SlotChange) -> Slot:
    """The slot to write, with the next version; raises `ValueError` if its key has changed."""
    if key_of(SLOTS, change.before) != key_of(SLOTS, change.after):
        raise ValueError("a slot cannot change its key")
    return msgspec.structs.replace(change.after, version=change.before.version + 1)


def next_project(before: Project, after: Project) -> Project:
    """The binding to write, with the next version.

    Raises `ValueError` if it is for a different repository.
    """
    if before.repository_id != after.repository_id:
        raise ValueError("a binding cannot change its repository")
    return msgspec.structs.replace(after, version=before.version + 1)


def due_shard(key: Key) -> int:
    """The shard of the due index: CRC32 of the repository id or the ask's id, modulo 32."""
    text = key if isinstance(key, str) else str(key[0])
    return crc32(text.encode()) % DUE_SHARDS


def after_save(before: Leased, after: Leased) -> Leased:
    """The record as its holder knows it after a write that keeps the lease.

    `events` stays as it was when the lease was taken, so that the last write (`finish`) notices an
    event that came during the look.
    """
    return msgspec.structs.replace(
        after,
        due_at=before.due_at,
        holder=before.holder,
        version=before.version + 1,
        events=before.events,
    )


def after_finish(before: Leased, after: Leased, due_at: float | None) -> Leased:
    """The record as it is stored when the lease has been given back."""
    return msgspec.structs.replace(after_save(before, after), holder=None, due_at=due_at)
