"""Writes notes in SQL, as upserts of builds.

Nearly every GitHub event only sets plain values, and perhaps one whole status. SQLite itself merges
such notes, all that are queued, in as few statements as possible. Any other note is applied in
Python: it is safe to read the build and write it back, because the writer's transaction allows no
other write in between.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import chain

from msgspec import Struct, json, structs, to_builtins

from app.model.build import BuildKey
from app.model.build_parts import SeenStatus
from app.model.note import FIXED, DeploymentFacts, Entry, Note
from app.store.codec import BUILDS, Attributes
from app.store.notes import CheckedNote, apply_note, check_note
from app.store.sqlite.rows import fetch, put

_encode = json.Encoder().encode
_ROW = "(?, ?, 0, 1, ?)"
_KNOWN = ", ".join(f"iif(attributes ->> '$.{name}' IS NULL, '$.-', '$.{name}')" for name in FIXED)
"""SQL for the JSON paths of attributes that are stored already and must not be overwritten.

`$.-` is a path that never exists.
"""


class NoteRow(Struct, frozen=True):
    """A note that SQLite can merge: repository id, deployment id, and the patch (a JSON object)."""

    values: tuple[int, int, str]


def note_row(note: Note) -> NoteRow | Callable[[sqlite3.Connection], None]:
    """Prepare a note for the writer's thread: a row to merge, or a function that writes it.

    Raises `ValueError` for attributes that a note may not write.
    """
    key = (note.repository_id, note.deployment_id)
    if isinstance(note.facts, DeploymentFacts) and not note.once:
        if note.entry is None:
            return NoteRow((*key, _encode(note.facts).decode()))
        if isinstance(note.entry.value, SeenStatus):
            patch = to_builtins(note.facts) | _replacing(note.entry, note.entry.value)
            return NoteRow((*key, _encode(patch).decode()))
    return partial(_write, key=key, note=check_note(note))


def _replacing(entry: Entry, status: SeenStatus) -> Attributes:
    """A patch that replaces the stored status.

    `json_patch` merges objects (RFC 7396), so a patch replaces an object only if it has every
    field of it and none of them is null.
    """
    return {entry.attribute: {entry.key: structs.asdict(status)}}


def write_rows(connection: sqlite3.Connection, rows: Sequence[NoteRow]) -> None:
    """Write notes in as few statements as possible, each with many rows.

    Each step of a statement releases Python's interpreter lock, and getting it back from the
    event loop is slow. The number of rows is always a power of two, so that the few different
    statements stay prepared.
    """
    start = 0
    while start < len(rows):
        length = 1 << ((len(rows) - start).bit_length() - 1)
        chunk = rows[start : start + length]
        connection.execute(_upsert(length), tuple(chain.from_iterable(row.values for row in chunk)))
        start += length


def _write(connection: sqlite3.Connection, *, key: BuildKey, note: CheckedNote) -> None:
    named: Attributes = dict(zip(BUILDS.key, key, strict=True))
    stored = fetch(connection, BUILDS, named) or named
    apply_note(note, stored)
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
