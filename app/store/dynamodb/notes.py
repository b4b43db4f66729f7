"""Notes in DynamoDB: one update without a read."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from app.errors import StoreUnavailable
from app.model.build import WorkflowReport
from app.model.note import Note
from app.store.codec import BUILDS, Attributes, noted
from app.store.dynamodb.calls import ConditionFailed, PathMissing, Response
from app.store.dynamodb.expressions import Update
from app.store.dynamodb.records import woken
from app.store.dynamodb.writes import Writes

REPORTS = "reports"
TRIES = 3


@dataclass(frozen=True)
class Notes:
    """Upserts builds. `send` is `Calls.intake` where somebody's deadline runs, else `write`."""

    writes: Writes
    send: Callable[..., Awaitable[Response]]

    async def write(self, note: Note) -> None:
        """Upsert a build; raises `ValueError` for attributes that a note cannot carry."""
        if note.report is not None:
            return await self._write_report(note, note.report)
        once, facts = noted(note)
        update = _update(note, once, facts)
        if REPORTS not in once and REPORTS not in facts:
            update.set_once(REPORTS, {})  # so that a later report has a map to go into
        return await self._send(note, update)

    async def _write_report(self, note: Note, report: WorkflowReport) -> None:
        """Write a report into the map, or the map with it where a build has none yet."""
        value = msgspec.to_builtins(report)
        once, facts = noted(note)
        for _ in range(TRIES):  # the map may come to be between the two
            inside = _update(note, once, facts)
            inside.set_inside(REPORTS, report.id, value)
            first = _update(note, once, facts)
            first.where(REPORTS, None)
            first.set(REPORTS, {report.id: value})
            with suppress(PathMissing):
                return await self._send(note, inside)
            with suppress(ConditionFailed):
                return await self._send(note, first)
        raise StoreUnavailable(f"other writers came first, {TRIES} times")

    async def _send(self, note: Note, update: Update) -> None:
        key = (note.repository_id, note.deployment_id)
        _, request = self.writes.update(BUILDS, key, update)
        await self.send("update_item", **request)


def _update(note: Note, once: Attributes, facts: Attributes) -> Update:
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
