"""Opens connections to the database file, runs reads, and gives SQLite's errors our types."""

import asyncio
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import TypeVar

from app.errors import ItemTooLarge, StoreError, StoreUnavailable, StoreUnsure

T = TypeVar("T")

READERS = 2
"""Reading connections, each with a thread."""

BUSY_MILLISECONDS = 1000
"""How long a statement waits for another program's lock: less than any entrance's deadline."""

_DEFECTS = frozenset({"SQLITE_ERROR", "SQLITE_MISUSE", "SQLITE_RANGE"})
"""A wrong statement of ours; everything else comes from the file or the disk."""

_TOO_LARGE = frozenset({"SQLITE_TOOBIG", "SQLITE_CONSTRAINT_CHECK"})
"""The tables' only CHECK bounds the size of a record."""


def open_writer(path: Path) -> sqlite3.Connection:
    """The writing connection; every COMMIT on it is on disk when it returns.

    A file that is missing is created for its owner alone; SQLite gives `-wal` and `-shm` the
    same permissions (https://www.sqlite.org/wal.html).
    """
    os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))
    connection = _connect(path)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    except BaseException:
        connection.close()
        raise
    return connection


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that sees what was committed and can write nothing."""
    connection = _connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


class SqliteReaders:
    """A few connections that read what was committed, off the event loop."""

    def __init__(self, path: Path) -> None:
        self._threads = ThreadPoolExecutor(READERS, "store-reader")
        self._connections: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._closed = False
        for _ in range(READERS):
            self._connections.put(open_reader(path))

    async def read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """The query's result; raises `StoreUnavailable` where the file cannot be read."""
        if self._closed:
            raise StoreUnavailable("the store is closed")
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, query)
        except sqlite3.Error as error:
            raise store_error(error) from error

    async def close(self) -> None:
        """Let the running queries end, then close the connections."""
        self._closed = True
        await asyncio.to_thread(self._threads.shutdown)
        while not self._connections.empty():
            self._connections.get().close()

    def _run(self, query: Callable[[sqlite3.Connection], T]) -> T:
        connection = self._connections.get()
        try:
            return query(connection)
        finally:
            self._connections.put(connection)


def store_error(error: sqlite3.Error, *, committing: bool = False) -> StoreError:
    """The typed error; raises `error` itself where it is a defect of ours.

    With `committing`, a failed disk leaves open whether the commit is in the log.
    """
    name = getattr(error, "sqlite_errorname", "")
    if name in _TOO_LARGE or isinstance(error, sqlite3.DataError):
        return ItemTooLarge(str(error))
    if committing and name.startswith("SQLITE_IOERR"):
        return StoreUnsure(f"{name}: {error}")
    if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)) or name in _DEFECTS:
        raise error
    return StoreUnavailable(f"{name}: {error}" if name else str(error))


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=512
    )
    connection.execute(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")
    return connection
