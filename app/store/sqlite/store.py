"""The embedded engine: one file, one process, one thread that writes and a few that read."""

import asyncio
import sqlite3
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.errors import StoreUnavailable
from app.model.ask import Ask
from app.model.build import Build, BuildKey
from app.model.note import Note
from app.model.project import Project, User
from app.model.slot import Slot, SlotChange
from app.ports import Key, Leased
from app.store.codec import ASKS, BUILDS, learn_types
from app.store.notes import completing_note
from app.store.sqlite import bindings, lookups, records
from app.store.sqlite.connections import SqliteReaders, open_writer, store_error
from app.store.sqlite.lock import FileLock
from app.store.sqlite.notes import note_row
from app.store.sqlite.schema import prepare
from app.store.sqlite.writer import SqliteWriter


class SqliteStore:
    """`app.ports.Store` on a database file whose lock this process holds.

    The protocol describes the methods.
    """

    def __init__(self, lock: FileLock, writer: SqliteWriter, readers: SqliteReaders) -> None:
        self._lock = lock
        self._writer = writer
        self._readers = readers

    @classmethod
    async def open(cls, path: Path, *, wait: float) -> "SqliteStore":
        """Lock the file (trying for `wait` seconds), create missing tables, clear old leases.

        Raises `StoreInUse`, or `StoreUnavailable` if the file cannot be written.
        """
        learn_types()
        lock = FileLock(path)
        await lock.acquire(wait)
        try:
            connection = await asyncio.to_thread(_prepared, path)
            readers = SqliteReaders(path)
        except BaseException as error:
            lock.release()
            if isinstance(error, sqlite3.Error):
                raise store_error(error) from error
            if isinstance(error, OSError):
                raise StoreUnavailable(f"{path}: {error.strerror}") from error
            raise
        return cls(lock, SqliteWriter(connection), readers)

    async def close(self) -> None:
        """Write what is queued, close the file and release the lock."""
        await self._writer.close()
        await self._readers.close()
        self._lock.release()

    async def ping(self) -> None:
        """Write one page of the file and read one."""
        await self._writer.write(lambda db: db.execute("PRAGMA user_version = 1").fetchall())
        await self._readers.read(lambda db: db.execute("PRAGMA user_version").fetchall())

    def note(self, note: Note) -> Coroutine[Any, Any, None]:
        return self._writer.intake(note_row(note))

    async def add_ask(self, ask: Ask) -> bool:
        return await self._writer.intake(lambda db: records.add_ask(db, ask))

    async def wake_ask(self, ask_id: str) -> None:
        await self._writer.intake(lambda db: records.wake_ask(db, ask_id))

    async def adopt(self, build: Build) -> None:
        await self._writer.write(note_row(completing_note(build)))

    async def due(self, now: float, limit: int) -> list[Key]:
        return await self._readers.read(lambda db: lookups.due(db, now, limit))

    async def build(self, key: BuildKey) -> Build | None:
        return await self._readers.read(lambda db: records.read(db, BUILDS, key))

    async def ask(self, ask_id: str) -> Ask | None:
        return await self._readers.read(lambda db: records.read(db, ASKS, (ask_id,)))

    async def take(self, before: Leased, holder: str) -> Leased:
        return await self._writer.write(lambda db: records.take(db, before, holder))

    async def save(
        self, before: Leased, after: Leased, *, slot: SlotChange | None = None
    ) -> Leased:
        return await self._writer.write(lambda db: records.save(db, before, after, slot))

    async def finish(
        self,
        before: Leased,
        after: Leased,
        *,
        due_at: float | None,
        slot: SlotChange | None = None,
        wake: Sequence[BuildKey] = (),
    ) -> Leased:
        return await self._writer.write(
            lambda db: records.finish(db, before, after, due_at, slot, wake)
        )

    async def forget_asks(self, before: float, most: int) -> int:
        return await self._writer.write(lambda db: records.forget_asks(db, before, most))

    async def forget_external(self, before: float, most: int) -> int:
        return await self._writer.write(lambda db: records.forget_external(db, before, most))

    async def slot(self, repository_id: int, environment: str) -> Slot:
        return await self._readers.read(lambda db: records.slot(db, repository_id, environment))

    async def slots(self, repository_id: int) -> list[Slot]:
        return await self._readers.read(lambda db: records.slots(db, repository_id))

    async def change_slot(self, change: SlotChange, *, wake: Sequence[BuildKey] = ()) -> None:
        await self._writer.write(lambda db: records.change_slot(db, change, wake))

    async def build_of_pipeline(self, pipeline_id: str) -> BuildKey | None:
        return await self._readers.read(lambda db: lookups.build_of_pipeline(db, pipeline_id))

    async def build_of_deployment(self, deployment_id: int) -> BuildKey | None:
        return await self._readers.read(lambda db: lookups.build_of_deployment(db, deployment_id))

    async def builds_waiting_for(self, repository_id: int, sha: str) -> list[BuildKey]:
        return await self._readers.read(
            lambda db: lookups.builds_waiting_for(db, repository_id, sha)
        )

    async def asks_waiting_for(self, repository_id: int, sha: str) -> list[str]:
        return await self._readers.read(lambda db: lookups.asks_waiting_for(db, repository_id, sha))

    async def builds_guarding(self, project: str) -> list[BuildKey]:
        return await self._readers.read(lambda db: lookups.builds_guarding(db, project))

    async def bind(self, project: Project) -> Project:
        return await self._writer.write(lambda db: bindings.bind(db, project))

    async def unbind(self, slack_channelid: str) -> Project | None:
        return await self._writer.write(lambda db: bindings.unbind(db, slack_channelid))

    async def update_project(self, before: Project, after: Project) -> Project:
        return await self._writer.write(lambda db: bindings.update_project(db, before, after))

    async def project_of_channel(self, slack_channelid: str) -> Project | None:
        return await self._readers.read(
            lambda db: bindings.project(db, slack_channelid=slack_channelid)
        )

    async def project_of_repository(self, repository_id: int) -> Project | None:
        return await self._readers.read(
            lambda db: bindings.project(db, repository_id=repository_id)
        )

    async def projects(self) -> list[Project]:
        return await self._readers.read(bindings.projects)

    async def link(self, user: User) -> User:
        return await self._writer.write(lambda db: bindings.link(db, user))

    async def unlink(self, slack_userid: str) -> User | None:
        return await self._writer.write(lambda db: bindings.unlink(db, slack_userid))

    async def user_of_slack(self, slack_userid: str) -> User | None:
        return await self._readers.read(lambda db: bindings.user(db, slack_userid=slack_userid))

    async def users_of_github(self, github_user_ids: Sequence[int]) -> Mapping[int, User]:
        return await self._readers.read(lambda db: bindings.users(db, github_user_ids))


def _prepared(path: Path) -> sqlite3.Connection:
    connection = open_writer(path)
    try:
        prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection
