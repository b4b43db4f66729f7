"""Notes in DynamoDB: one update without a read."""

import msgspec

from app.errors import StoreUnavailable
from app.model.build import Note
from app.store.codec import BUILDS, noted
from app.store.dynamodb_calls import ConditionFailed, PathMissing
from app.store.dynamodb_expressions import Update
from app.store.dynamodb_records import woken
from app.store.dynamodb_writes import Writes

REPORTS = "reports"


async def write_note(writes: Writes, note: Note) -> None:
    """Upsert a build; raises `ValueError` for attributes that a note cannot carry."""
    update = _update(note)
    if note.report is None:
        if REPORTS not in note.once and REPORTS not in note.facts:
            update.set_once(REPORTS, {})  # so that a later report has a map to go into
        await _send(writes, note, update)
    else:
        await _report(writes, note)


async def _report(writes: Writes, note: Note) -> None:
    """Write a report into the map, or the map with it where a build has none yet."""
    assert note.report is not None
    report = msgspec.to_builtins(note.report)
    for _ in range(3):  # the map may come to be between the two tries
        inside = _update(note)
        inside.set_inside(REPORTS, note.report.id, report)
        try:
            return await _send(writes, note, inside)
        except PathMissing:
            first = _update(note)
            first.where(REPORTS, None)
            first.set(REPORTS, {note.report.id: report})
        try:
            return await _send(writes, note, first)
        except ConditionFailed:
            continue
    raise StoreUnavailable("other writers came first, three times")


def _update(note: Note) -> Update:
    once, facts = noted(note)
    update = woken((note.repository_id, note.deployment_id))
    for name, value in once.items():
        if name not in facts:
            update.set_once(name, value)
    for name, value in facts.items():
        if value is None:
            update.remove(name)
        else:
            update.set(name, value)
    return update


async def _send(writes: Writes, note: Note, update: Update) -> None:
    key = (note.repository_id, note.deployment_id)
    _, request = writes.update(BUILDS, key, update)
    await writes.calls.intake("update_item", **request)
