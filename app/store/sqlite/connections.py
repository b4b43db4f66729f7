"""Opens connections to the database file, runs reads, and converts SQLite's errors to ours."""

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
"""Connections for reading; each has its own thread."""

BUSY_MILLISECONDS = 1000
"""How long a statement waits for another program's lock: less than any entrance's deadline."""

_DEFECTS = frozenset({"SQLITE_ERROR", "SQLITE_MISUSE", "SQLITE_RANGE"})
"""Errors that mean our statement is wrong; all others come from the file or the disk."""

_TOO_LARGE = frozenset({"SQLITE_TOOBIG", "SQLITE_CONSTRAINT_CHECK"})
"""Errors that mean a record is too large: its size is the tables' only CHECK constraint."""


def open_writer(path: Path) -> sqlite3.Connection:
    """Open the connection for writing; a COMMIT on it returns when the data is on disk.

    A missing file is created so that only its owner can read it; SQLite gives the `-wal` and
    `-shm` files the same permissions (https://www.sqlite.org/wal.html). Raises `OSError` and
    `sqlite3.Error`.
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
    """Open a connection that sees committed data and cannot write; raises `sqlite3.Error`."""
    connection = _connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


class SqliteReaders:
    """A few connections that read committed data in threads, not on the event loop."""

    def __init__(self, path: Path) -> None:
        self._threads = ThreadPoolExecutor(READERS, "store-reader")
        self._connections: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._closed = False
        for _ in range(READERS):
            self._connections.put(open_reader(path))

    async def read(self, query: Callable[[sqlite3.Connection], T]) -> T:
        """Run a query, return its result; raises `StoreUnavailable` if the file cannot be read."""
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
    """Our error for one of SQLite's; raises `error` itself if our code is at fault.

    With `committing` (a COMMIT failed), an I/O error leaves open whether it was carried out.
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
