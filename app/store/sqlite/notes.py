"""Notes in SQL: upserts of builds.

Nearly every event of GitHub's only sets plain values, and maybe a status whole. Such notes are
merged by SQLite itself, all that have queued up in as few statements as possible. Any other note is
worked out in Python; the writer holds the transaction, so nothing comes between its reading and
writing.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import chain

from msgspec import Struct, json, structs, to_builtins

from app.model.build import BuildKey
from app.model.build_parts import SeenStatus
from app.model.note import FIXED, DeploymentFacts, Entry, Note
from app.store.codec import BUILDS, Attributes, Noted, noted, write_down
from app.store.sqlite.rows import fetch, put

_encode = json.Encoder().encode
_ROW = "(?, ?, 0, 1, ?)"
_KNOWN = ", ".join(f"iif(attributes ->> '$.{name}' IS NULL, '$.-', '$.{name}')" for name in FIXED)
"""The paths of what is stored already and stays; `$.-` names nothing."""


class NoteRow(Struct, frozen=True):
    """A note to merge: repository id, deployment id, and what is patched in, as a JSON object."""

    values: tuple[int, int, str]


def note_row(note: Note) -> NoteRow | Callable[[sqlite3.Connection], None]:
    """Prepare a note outside the writer's thread: a row to merge, or a function that writes it.

    Raises `ValueError` as `noted` does.
    """
    key = (note.repository_id, note.deployment_id)
    if isinstance(note.facts, DeploymentFacts) and not note.once:
        if note.entry is None:
            return NoteRow((*key, _encode(note.facts).decode()))
        if isinstance(note.entry.value, SeenStatus):
            patch = to_builtins(note.facts) | _replacing(note.entry, note.entry.value)
            return NoteRow((*key, _encode(patch).decode()))
    return partial(_write, key=key, note=noted(note))


def _replacing(entry: Entry, status: SeenStatus) -> Attributes:
    """A patch that puts the status in the place of an older one.

    Patches merge objects: only with every field, and none of them null, is that a replacement.
    """
    return {entry.attribute: {entry.key: structs.asdict(status)}}


def write_rows(connection: sqlite3.Connection, rows: Sequence[NoteRow]) -> None:
    """Write notes of plain values, many rows at a time.

    A step of SQLite gives the interpreter lock away, and the event loop is slow to give it
    back: so few steps. Their lengths are powers of two, so that the statements stay prepared.
    """
    start = 0
    while start < len(rows):
        length = 1 << ((len(rows) - start).bit_length() - 1)
        chunk = rows[start : start + length]
        connection.execute(_upsert(length), tuple(chain.from_iterable(row.values for row in chunk)))
        start += length


def _write(connection: sqlite3.Connection, *, key: BuildKey, note: Noted) -> None:
    named: Attributes = dict(zip(BUILDS.key, key, strict=True))
    stored = fetch(connection, BUILDS, named) or named
    write_down(note, stored)
    put(connection, BUILDS, stored)


@lru_cache
def _upsert(length: int) -> str:
    return (
        "INSERT INTO build (repository_id, deployment_id, due_at, events, attributes) "  # noqa: S608 - our own names
        f"VALUES {', '.join([_ROW] * length)} "
        "ON CONFLICT (repository_id, deployment_id) DO UPDATE SET events = events + 1, "
        "due_at = 0, attributes = "
        f"json_patch(attributes, json_remove(excluded.attributes, {_KNOWN}))"
    )
