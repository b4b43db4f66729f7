"""Leased records and slots in SQL: functions of a connection, run inside one transaction.

There is one writer and it holds the transaction, so reading before writing races with nobody.
"""

import sqlite3
from collections.abc import Sequence

import msgspec

from app.errors import Conflict
from app.model.ask import Ask
from app.model.build import BuildKey
from app.model.slot import Slot, SlotChange
from app.ports import Key
from app.store.codec import (
    ASKS,
    SLOTS,
    Attributes,
    Kind,
    Leased,
    difference,
    finished,
    kept,
    key_of,
    to_attributes,
    to_record,
)
from app.store.sqlite_rows import apply, fetch, put

_WAKE = (
    "INSERT INTO build (repository_id, deployment_id, due_at, events) VALUES (?, ?, 0, 1) "
    "ON CONFLICT (repository_id, deployment_id) DO UPDATE SET events = events + 1, due_at = 0"
)
_FORGET = """
DELETE FROM ask WHERE ask_id IN (
    SELECT ask_id FROM ask WHERE due_at IS NULL AND holder IS NULL
    AND json_extract(attributes, '$.asked_at') < :before LIMIT :most)
"""
_DUE = """
SELECT * FROM (
    SELECT due_at, repository_id, deployment_id, NULL FROM build
    WHERE due_at <= :now ORDER BY due_at LIMIT :limit)
UNION ALL
SELECT * FROM (
    SELECT due_at, NULL, NULL, ask_id FROM ask WHERE due_at <= :now ORDER BY due_at LIMIT :limit)
ORDER BY 1 LIMIT :limit
"""


def due(connection: sqlite3.Connection, now: float, limit: int) -> list[Key]:
    """Keys of due records, the longest due first."""
    rows = connection.execute(_DUE, {"now": now, "limit": limit})
    return [row[3] or (row[1], row[2]) for row in rows]


def read(
    connection: sqlite3.Connection, kind: Kind[Leased], key: tuple[object, ...]
) -> Leased | None:
    """A build or an ask."""
    stored = fetch(connection, kind, dict(zip(kind.key, key, strict=True)))
    return None if stored is None else to_record(kind, stored)


def add_ask(connection: sqlite3.Connection, ask: Ask) -> bool:
    """Record an ask; False if its id is known."""
    if fetch(connection, ASKS, {"ask_id": ask.ask_id}) is not None:
        return False
    put(connection, ASKS, {**to_attributes(ask), "due_at": 0, "holder": None})
    return True


def forget_asks(connection: sqlite3.Connection, before: float, most: int) -> int:
    """Delete asks from before then that are over, so many at most; how many."""
    return connection.execute(_FORGET, {"before": before, "most": most}).rowcount


def take(connection: sqlite3.Connection, kind: Kind[Leased], before: Leased, holder: str) -> Leased:
    """Set the holder, if the version is still the one that was observed."""
    stored = _stored(connection, kind, before)
    if stored["version"] != before.version:
        raise Conflict("another process took the record first")
    stored["holder"] = holder
    stored["version"] += 1
    put(connection, kind, stored)
    return to_record(kind, stored)


def save(
    connection: sqlite3.Connection,
    kind: Kind[Leased],
    before: Leased,
    after: Leased,
    slot: SlotChange | None,
) -> Leased:
    """Write what changed, keep the lease."""
    stored = _held(connection, kind, before)
    apply(difference(kind, before, after), stored)
    stored["version"] += 1
    put(connection, kind, stored)
    if slot is not None:
        change_slot(connection, slot)
    return kept(before, after)


def finish(
    connection: sqlite3.Connection,
    kind: Kind[Leased],
    before: Leased,
    after: Leased,
    due_at: float | None,
    slot: SlotChange | None,
    wake: Sequence[BuildKey],
) -> Leased:
    """Write what changed, give the lease back, stay due if events came; wake other builds."""
    stored = _held(connection, kind, before)
    if stored["events"] != before.events or before.key in wake:
        due_at = 0.0
    apply(difference(kind, before, after), stored)
    stored.update(version=before.version + 1, holder=None, due_at=due_at)
    put(connection, kind, stored)
    if slot is not None:
        change_slot(connection, slot)
    connection.executemany(_WAKE, set(wake) - {before.key})
    return finished(before, after, due_at)


def slot(connection: sqlite3.Connection, repository_id: int, environment: str) -> Slot:
    """An environment's slot; one never seen is empty, of version 0."""
    stored = fetch(connection, SLOTS, {"repository_id": repository_id, "name": environment})
    if stored is None:
        return Slot(repository_id=repository_id, name=environment)
    return to_record(SLOTS, stored)


def change_slot(connection: sqlite3.Connection, change: SlotChange) -> None:
    """Write a slot, if its version is still the one that was read."""
    before = change.before
    if key_of(SLOTS, before) != key_of(SLOTS, change.after):
        raise ValueError("a slot cannot change its key")
    if slot(connection, before.repository_id, before.name).version != before.version:
        raise Conflict("another process changed the slot first")
    after = msgspec.structs.replace(change.after, version=before.version + 1)
    put(connection, SLOTS, to_attributes(after))


def build_of_pipeline(connection: sqlite3.Connection, pipeline_id: str) -> BuildKey | None:
    """The build that a pipeline belongs to."""
    return _first(connection, "pipeline_id = ?", pipeline_id)


def build_of_deployment(connection: sqlite3.Connection, deployment_id: int) -> BuildKey | None:
    """The build of a deployment."""
    return _first(connection, "deployment_id = ?", deployment_id)


def builds_waiting_for(
    connection: sqlite3.Connection, repository_id: int, sha: str
) -> list[BuildKey]:
    """The builds that wait for checks of a commit."""
    return _keys(connection, "repository_id = ? AND waiting_sha = ?", repository_id, sha)


def _first(connection: sqlite3.Connection, where: str, value: str | int) -> BuildKey | None:
    return next(iter(_keys(connection, where, value)), None)


def _keys(connection: sqlite3.Connection, where: str, *values: str | int) -> list[BuildKey]:
    rows = connection.execute(
        f"SELECT repository_id, deployment_id FROM build WHERE {where}",  # noqa: S608 - our own text
        values,
    )
    return [(repository_id, deployment_id) for repository_id, deployment_id in rows]


def _stored(connection: sqlite3.Connection, kind: Kind[Leased], record: Leased) -> Attributes:
    key = dict(zip(kind.key, key_of(kind, record), strict=True))
    stored = fetch(connection, kind, key)
    if stored is None:
        raise Conflict("the record does not exist")
    return stored


def _held(connection: sqlite3.Connection, kind: Kind[Leased], before: Leased) -> Attributes:
    stored = _stored(connection, kind, before)
    if (stored["holder"], stored["version"]) != (before.holder, before.version):
        raise Conflict("another process holds the record")
    return stored
