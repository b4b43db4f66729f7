"""Writes notes in DynamoDB: each is one update, without a read before it."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from app.errors import StoreUnavailable
from app.model.build import BuildKey
from app.model.note import Entry, Note
from app.store.codec import BUILDS
from app.store.dynamodb.calls import ConditionFailed, PathMissing, Response
from app.store.dynamodb.expressions import Update
from app.store.dynamodb.records import woken
from app.store.dynamodb.writes import Writes
from app.store.notes import CheckedNote, check_note

TRIES = 3


@dataclass(frozen=True)
class Notes:
    """Upserts builds; `send` is `Calls.intake` if the caller has a deadline, else `Calls.write`."""

    writes: Writes
    send: Callable[..., Awaitable[Response]]

    async def write(self, note: Note) -> None:
        """Upsert a build; raises `ValueError` for attributes that a note may not write."""
        key, checked = (note.repository_id, note.deployment_id), check_note(note)
        if checked.entry is None:
            await self._send(key, _update(key, checked))
        else:
            await self._add(key, checked, checked.entry)

    async def _add(self, key: BuildKey, note: CheckedNote, entry: Entry) -> None:
        """Set an entry of a map, or create the map with this entry if there is none yet.

        DynamoDB does not create a missing map when an entry is set, so each case needs its own
        write. If another writer creates the map between the two, both are tried again.
        """
        for _ in range(TRIES):
            inside = _update(key, note)
            inside.set_inside(entry.attribute, entry.key, entry.value)
            first = _update(key, note)
            first.where(entry.attribute, None)
            first.set(entry.attribute, {entry.key: entry.value})
            with suppress(PathMissing):
                return await self._send(key, inside)
            with suppress(ConditionFailed):
                return await self._send(key, first)
        raise StoreUnavailable(f"other writers came first, {TRIES} times")

    async def _send(self, key: BuildKey, update: Update) -> None:
        _, request = self.writes.update(BUILDS, key, update)
        await self.send("update_item", **request)


def _update(key: BuildKey, note: CheckedNote) -> Update:
    update = woken(key)
    for name, value in note.first.items():
        update.set_once(name, value)
    for name, value in note.facts.items():
        if value is None:
            update.remove(name)
        else:
            update.set(name, value)
    return update
