"""Converts rows to attributes and back.

A record's key and what the store queries are columns; the rest is JSON in the column `attributes`.
"""

import sqlite3
from typing import Any

import msgspec

from app.store.codec import ASKS, BUILDS, PROJECTS, SLOTS, USERS, Attributes, Change, Kind

_COLUMNS: dict[str, tuple[str, ...]] = {
    BUILDS.table: ("due_at", "holder", "version", "events"),
    ASKS.table: ("due_at", "holder", "version", "events"),
    PROJECTS.table: ("repository_id", "version"),
    USERS.table: ("github_user_id",),
    SLOTS.table: ("version",),
}
_ZERO = {"version": 0, "events": 0}

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


def columns(kind: Kind[Any]) -> tuple[str, ...]:
    """The columns that hold a record, in the order that `attributes_of` expects."""
    return (*kind.key, *_COLUMNS[kind.table], "attributes")


def attributes_of(kind: Kind[Any], row: tuple[Any, ...]) -> Attributes:
    """The attributes in a row, as one dict."""
    return {**_decode(row[-1]), **dict(zip(columns(kind), row[:-1], strict=False))}


def fetch(
    connection: sqlite3.Connection, kind: Kind[Any], where: dict[str, Any]
) -> Attributes | None:
    """One record's attributes, found by the values of its key or of a unique column."""
    return next(iter(fetch_all(connection, kind, where)), None)


def fetch_all(
    connection: sqlite3.Connection, kind: Kind[Any], where: dict[str, Any]
) -> list[Attributes]:
    """The attributes of every record whose columns have these values."""
    rows = connection.execute(
        f"SELECT {', '.join(columns(kind))} FROM {kind.table} "  # noqa: S608 - our own names
        f"WHERE {' AND '.join(f'{name} = ?' for name in where)}",
        tuple(where.values()),
    )
    return [attributes_of(kind, row) for row in rows]


def put(connection: sqlite3.Connection, kind: Kind[Any], attributes: Attributes) -> None:
    """Insert a record, or replace the one with the same key."""
    rest = dict(attributes)
    names = columns(kind)
    values = [rest.pop(name, _ZERO.get(name)) for name in names[:-1]]
    connection.execute(
        f"INSERT INTO {kind.table} ({', '.join(names)}) "  # noqa: S608 - our own names
        f"VALUES ({', '.join('?' * len(names))}) ON CONFLICT ({', '.join(kind.key)}) DO UPDATE "
        f"SET {', '.join(f'{name} = excluded.{name}' for name in names)}",
        (*values, _encode(rest).decode()),
    )


def delete(connection: sqlite3.Connection, kind: Kind[Any], key: str) -> None:
    """Delete a record of a table whose key is a single column."""
    connection.execute(
        f"DELETE FROM {kind.table} WHERE {kind.key[0]} = ?",  # noqa: S608 - our own names
        (key,),
    )


def apply(change: Change, attributes: Attributes) -> None:
    """Apply a change to a record's attributes, in place."""
    attributes.update(change.values)
    for name in change.removed:
        attributes.pop(name, None)
