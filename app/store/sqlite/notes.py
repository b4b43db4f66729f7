"""Notes: upserts without a read, all that have queued up in as few statements as they need."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

from msgspec import Struct, json, structs

from app.model.note import DeploymentFacts, Note
from app.store.codec import Attributes, noted

_encode = json.Encoder().encode
_ROW = "(?, ?, 0, 1, ?)"


class NoteRow(Struct, frozen=True):
    """A note, ready to be written: its statement and the values of its row."""

    statement: str
    values: tuple[int, int, str]


class _Shape(Struct, frozen=True):
    """What a note's statement depends on: names of attributes.

    `once` yield to what is stored; objects are replaced as a whole (`json_patch` would mix
    them with the stored ones), so they are named apart; `removed` are facts that are None.
    """

    once: tuple[str, ...] = ()
    once_objects: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def note_row(note: Note) -> NoteRow:
    """Prepare a note outside the writer's thread; raises `ValueError` as `noted` does."""
    if isinstance(note.facts, DeploymentFacts) and not note.once and note.report is None:
        return _row(_FACTS, note, note.facts)  # nearly every event of GitHub's
    statement, row = _shaped(note)
    if note.report is not None:  # written in full, so that a merge leaves nothing of an older one
        row["reports"] = {note.report.id: structs.asdict(note.report)}
    return _row(statement, note, row)


def _row(statement: str, note: Note, attributes: Attributes | DeploymentFacts) -> NoteRow:
    values = (note.repository_id, note.deployment_id, _encode(attributes).decode())
    return NoteRow(statement, values)


def write_notes(connection: sqlite3.Connection, rows: Sequence[NoteRow]) -> None:
    """Write notes; those of one statement together, many rows at a time.

    A step of SQLite gives the interpreter lock away, and the event loop is slow to give it
    back: so few steps. Their lengths are powers of two, so that the statements stay prepared.
    """
    together: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for row in rows:
        together[row.statement].append(row.values)
    for statement, values in together.items():
        start = 0
        while start < len(values):
            length = 1 << ((len(values) - start).bit_length() - 1)
            chunk = values[start : start + length]
            connection.execute(_of_rows(statement, length), tuple(chain.from_iterable(chunk)))
            start += length


@lru_cache(maxsize=256)
def _of_rows(statement: str, length: int) -> str:
    return statement.replace(_ROW, ", ".join([_ROW] * length), 1)


def _shaped(note: Note) -> tuple[str, Attributes]:
    """The statement and the row of any note, checked."""
    once, facts = noted(note)
    removed = tuple(name for name, value in facts.items() if value is None)
    row = {name: value for name, value in {**once, **facts}.items() if name not in removed}
    first = tuple(name for name in once if name not in facts)
    shape = _Shape(
        once=first,
        once_objects=tuple(name for name in first if isinstance(row[name], dict)),
        objects=tuple(name for name in facts if isinstance(row.get(name), dict)),
        removed=removed,
    )
    return _upsert(shape), row


@lru_cache(maxsize=256)
def _upsert(shape: _Shape) -> str:
    return (
        "INSERT INTO build (repository_id, deployment_id, due_at, events, attributes) "  # noqa: S608 - our own names
        f"VALUES {_ROW} ON CONFLICT (repository_id, deployment_id) DO UPDATE SET "
        f"events = events + 1, due_at = 0, attributes = {_merged(shape)}"
    )


def _merged(shape: _Shape) -> str:
    """SQL for the attributes of a build that exists: `excluded` holds `once` and facts."""
    stored = _without("attributes", (*shape.objects, *shape.removed))
    if not shape.once:
        return f"json_patch({stored}, excluded.attributes)"
    filled = f"json_patch({_without('excluded.attributes', shape.once_objects)}, {stored})"
    merged = f"json_patch({filled}, {_without('excluded.attributes', shape.once)})"
    for name in shape.once_objects:
        merged = f"json_insert({merged}, '$.{name}', excluded.attributes -> '$.{name}')"
    return merged


def _without(document: str, names: Sequence[str]) -> str:
    if not names:
        return document
    paths = ", ".join(f"'$.{name}'" for name in names)
    return f"json_remove({document}, {paths})"


_FACTS = _upsert(_Shape())
"""For a note of flat facts, of which none is removed."""
