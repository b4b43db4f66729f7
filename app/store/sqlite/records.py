"""Leased records (builds, asks) and slots in SQL.

Each function takes a connection and runs inside one transaction. There is only one writer, so
nothing can change between a read and the write after it.
"""

import sqlite3
from collections.abc import Sequence

from app.errors import Conflict
from app.model.ask import Ask
from app.model.build import BuildKey
from app.model.slot import Slot, SlotChange
from app.ports import Leased
from app.store.codec import (
    ASKS,
    SLOTS,
    Attributes,
    Kind,
    after_finish,
    after_save,
    difference,
    key_of,
    kind_of,
    merge_notes,
    new_ask,
    next_slot,
    to_attributes,
    to_record,
)
from app.store.sqlite.rows import apply, fetch, fetch_all, put

_WAKE = (
    "INSERT INTO build (repository_id, deployment_id, due_at, events) VALUES (?, ?, 0, 1) "
    "ON CONFLICT (repository_id, deployment_id) DO UPDATE SET events = events + 1, due_at = 0"
)
_FORGET = """
DELETE FROM ask WHERE ask_id IN (
    SELECT ask_id FROM ask WHERE due_at IS NULL AND holder IS NULL
    AND asked_at <= :before LIMIT :most)
"""
_FORGET_EXTERNAL = """
DELETE FROM build WHERE rowid IN (
    SELECT rowid FROM build WHERE due_at IS NULL AND holder IS NULL AND state = 'external'
    AND created_at <= :before LIMIT :most)
"""


def read(
    connection: sqlite3.Connection, kind: Kind[Leased], key: tuple[object, ...]
) -> Leased | None:
    """Read a build or an ask by its key."""
    stored = fetch(connection, kind, dict(zip(kind.key, key, strict=True)))
    return None if stored is None else to_record(kind, stored)


def add_ask(connection: sqlite3.Connection, ask: Ask) -> bool:
    """Record an ask, due at once; False if there is one with this id already."""
    if fetch(connection, ASKS, {"ask_id": ask.ask_id}) is not None:
        return False
    put(connection, ASKS, new_ask(ask))
    return True


def wake_ask(connection: sqlite3.Connection, ask_id: str) -> None:
    """Count an event on an ask and make it due; does nothing if there is no such ask."""
    connection.execute("UPDATE ask SET events = events + 1, due_at = 0 WHERE ask_id = ?", (ask_id,))


def forget_asks(connection: sqlite3.Connection, before: float, most: int) -> int:
    """Delete at most `most` finished asks made before `before`; returns how many."""
    return connection.execute(_FORGET, {"before": before, "most": most}).rowcount


def forget_external(connection: sqlite3.Connection, before: float, most: int) -> int:
    """Delete at most `most` `external` builds created before `before`; returns how many."""
    return connection.execute(_FORGET_EXTERNAL, {"before": before, "most": most}).rowcount


def take(connection: sqlite3.Connection, before: Leased, holder: str) -> Leased:
    """Take the lease; raises `Conflict` if the version is not that of `before` any more."""
    kind, stored = kind_of(before), _stored(connection, before)
    if stored["version"] != before.version:
        raise Conflict("another process took the record first")
    stored["holder"] = holder
    stored["version"] += 1
    put(connection, kind, stored)
    return to_record(kind, stored)


def save(
    connection: sqlite3.Connection, before: Leased, after: Leased, slot: SlotChange | None
) -> Leased:
    """Write what changed and keep the lease; raises `Conflict` if the lease was lost."""
    kind, stored = kind_of(before), _leased(connection, before)
    after = merge_notes(kind, before, after, stored)
    apply(difference(kind, before, after), stored)
    stored["version"] += 1
    put(connection, kind, stored)
    if slot is not None:
        change_slot(connection, slot)
    return after_save(before, after)


def finish(
    connection: sqlite3.Connection,
    before: Leased,
    after: Leased,
    due_at: float | None,
    slot: SlotChange | None,
    wake: Sequence[BuildKey],
) -> Leased:
    """Write what changed, give the lease back and make the builds in `wake` due.

    The record stays due at once if an event came during the lease. Raises `Conflict` if the lease
    was lost.
    """
    kind, stored = kind_of(before), _leased(connection, before)
    if stored["events"] != before.events or before.key in wake:
        due_at = 0.0
    after = merge_notes(kind, before, after, stored)
    apply(difference(kind, before, after), stored)
    stored.update(version=before.version + 1, holder=None, due_at=due_at)
    put(connection, kind, stored)
    if slot is not None:
        change_slot(connection, slot)
    connection.executemany(_WAKE, set(wake) - {before.key})
    return after_finish(before, after, due_at)


def slot(connection: sqlite3.Connection, repository_id: int, environment: str) -> Slot:
    """An environment's slot; without a record, an empty one of version 0."""
    stored = fetch(connection, SLOTS, {"repository_id": repository_id, "name": environment})
    if stored is None:
        return Slot(repository_id=repository_id, name=environment)
    return to_record(SLOTS, stored)


def slots(connection: sqlite3.Connection, repository_id: int) -> list[Slot]:
    """Every slot of a repository, by name."""
    found = fetch_all(connection, SLOTS, {"repository_id": repository_id})
    return sorted((to_record(SLOTS, each) for each in found), key=lambda slot: slot.name)


def change_slot(
    connection: sqlite3.Connection, change: SlotChange, wake: Sequence[BuildKey] = ()
) -> None:
    """Write a slot and make the builds in `wake` due.

    Raises `Conflict` if the slot's version is not the one that was read.
    """
    before, after = change.before, next_slot(change)
    if slot(connection, before.repository_id, before.name).version != before.version:
        raise Conflict("another process changed the slot first")
    put(connection, SLOTS, to_attributes(after))
    connection.executemany(_WAKE, set(wake))


def _stored(connection: sqlite3.Connection, record: Leased) -> Attributes:
    kind = kind_of(record)
    stored = fetch(connection, kind, dict(zip(kind.key, key_of(kind, record), strict=True)))
    if stored is None:
        raise Conflict("the record does not exist")
    return stored


def _leased(connection: sqlite3.Connection, before: Leased) -> Attributes:
    stored = _stored(connection, before)
    if (stored["holder"], stored["version"]) != (before.holder, before.version):
        raise Conflict("another process holds the record")
    return stored
