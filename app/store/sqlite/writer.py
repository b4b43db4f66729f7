"""The thread that writes: all writes that are queued become one transaction (group commit).

A caller gets its answer after the COMMIT. If a caller gives up while its write is still queued,
the write is withdrawn, so it is certain that it was not carried out.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import Any, TypeVar

from app.errors import StoreUnavailable, StoreUnsure
from app.store.sqlite.connections import store_error
from app.store.sqlite.notes import NoteRow, write_rows

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

BATCH = 256
"""This many queued writes are handed to the thread without waiting for more."""

QUIET = 2
"""After so many iterations of the event loop that add no write, the queue is handed over.

A request that arrives in one iteration is handled, and queues its write, in the next.
"""


_Batch = dict[asyncio.Future[Any], NoteRow | Work[Any]]
"""Writes in the order in which they came; the key is the future that the caller awaits."""


class SqliteWriter:
    """Group commit on one connection; must be used from a single event loop."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._loop = asyncio.get_running_loop()
        self._pending: _Batch = {}
        self._busy = False
        self._scheduled = False
        self._closed = False
        self._idle = asyncio.Event()
        self._batches: SimpleQueue[_Batch | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    async def write(self, work: NoteRow | Work[T]) -> T:
        """Run `work` in a savepoint of the next transaction; returns its result after the COMMIT.

        If the caller is cancelled while `work` is queued, it is not carried out. Raises what
        `work` raises, and every `StoreError` of a failed transaction.
        """
        outcome = self._queue(work)
        try:
            return await outcome  # type: ignore[no-any-return] # the result of `work`
        except asyncio.CancelledError:
            self._withdraw(outcome)
            raise

    async def intake(self, work: NoteRow | Work[T]) -> T:
        """Like `write`, but if the caller is cancelled, raise a `StoreError` instead.

        `StoreUnavailable`: it was withdrawn from the queue, so nothing was written.
        `StoreUnsure`: it was being written.
        """
        outcome = self._queue(work)
        try:
            return await outcome  # type: ignore[no-any-return] # the result of `work`
        except asyncio.CancelledError:
            if self._withdraw(outcome):
                raise StoreUnavailable("withdrawn: the deadline passed in the queue") from None
            raise StoreUnsure("the deadline passed while it was written") from None

    async def close(self) -> None:
        """Write what is queued, then stop the thread and close the connection."""
        self._closed = True
        while self._busy or self._pending:
            self._idle.clear()
            await self._idle.wait()
        self._batches.put(None)
        await asyncio.to_thread(self._thread.join)

    def _queue(self, work: NoteRow | Work[Any]) -> asyncio.Future[Any]:
        if self._closed:
            raise StoreUnavailable("the store is closed")
        outcome: asyncio.Future[Any] = self._loop.create_future()
        self._pending[outcome] = work
        self._schedule()
        return outcome

    def _withdraw(self, outcome: asyncio.Future[Any]) -> bool:
        return self._pending.pop(outcome, None) is not None

    def _schedule(self) -> None:
        if not self._busy and not self._scheduled and self._pending:
            self._scheduled = True
            self._loop.call_soon(self._hand_over, 0, 0)

    def _hand_over(self, seen: int, quiet: int) -> None:
        """Give the queue, which had `seen` writes `quiet` iterations ago, to the thread."""
        queued = len(self._pending)
        quiet = quiet + 1 if queued <= seen else 0
        if 0 < queued < BATCH and quiet < QUIET:
            self._loop.call_soon(self._hand_over, queued, quiet)
            return
        self._scheduled = False
        if self._pending:
            self._busy = True
            batch, self._pending = self._pending, {}
            self._batches.put(batch)
        else:  # everything that was queued has been withdrawn
            self._idle.set()

    def _answer(self, batch: _Batch, outcomes: Sequence[Any]) -> None:
        for future, outcome in zip(batch, outcomes, strict=True):
            if future.done():
                continue
            if isinstance(outcome, BaseException):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)
        self._busy = False
        self._schedule()
        if not self._pending:
            self._idle.set()

    def _work(self) -> None:
        while (batch := self._batches.get()) is not None:
            outcomes = transact(self._connection, list(batch.values()))
            self._loop.call_soon_threadsafe(self._answer, batch, outcomes)
        self._connection.close()


def transact(connection: sqlite3.Connection, works: Sequence[NoteRow | Work[Any]]) -> list[Any]:
    """Do all writes in one transaction; returns the result of each, or the exception it raised."""
    committing = False
    try:
        connection.execute("BEGIN IMMEDIATE")
        outcomes = _outcomes(connection, works)
        committing = True
        connection.execute("COMMIT")
    except Exception as error:  # noqa: BLE001 - every waiting caller is told
        if connection.in_transaction:
            with suppress(sqlite3.Error):  # then the next BEGIN fails, and reports it
                connection.execute("ROLLBACK")
        return [_store_error(error, committing=committing) for _ in works]
    return outcomes


def _outcomes(connection: sqlite3.Connection, works: Sequence[NoteRow | Work[Any]]) -> list[Any]:
    notes = [work for work in works if isinstance(work, NoteRow)]
    noted = _alone(connection, partial(write_rows, rows=notes)) if notes else None
    if noted is None:
        return [None if isinstance(work, NoteRow) else _alone(connection, work) for work in works]
    return [_alone(connection, _work(work)) for work in works]  # if one fails, the others do not


def _work(work: NoteRow | Work[Any]) -> Work[Any]:
    return partial(write_rows, rows=[work]) if isinstance(work, NoteRow) else work


def _alone(connection: sqlite3.Connection, work: Work[Any]) -> Any:
    """Do one write in a savepoint; if it raises, only this write is undone.

    Returns its result or the exception that it raised.
    """
    connection.execute("SAVEPOINT alone")
    try:
        outcome = work(connection)
    except Exception as error:
        if not connection.in_transaction:  # SQLite has rolled back the whole transaction
            raise
        connection.execute("ROLLBACK TO alone")
        outcome = _store_error(error)
    connection.execute("RELEASE alone")
    return outcome


def _store_error(error: Exception, *, committing: bool = False) -> Exception:
    if not isinstance(error, sqlite3.Error):
        return error
    try:
        return store_error(error, committing=committing)
    except sqlite3.Error as defect:
        return defect
