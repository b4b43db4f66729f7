"""The lock that lets only one process use the embedded store."""

import asyncio
import fcntl
import os
from pathlib import Path

from app.errors import StoreInUse, StoreUnavailable

POLL = 0.1
"""Seconds between two attempts to take the lock."""


class FileLock:
    """An operating-system lock on `<database>.lock`; the file contains the holder's process id.

    The system releases the lock when the process ends, however it ends.
    """

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.lock")
        self._file: int | None = None

    async def acquire(self, wait: float) -> None:
        """Take the lock, trying for `wait` seconds.

        Raises `StoreInUse` after that, or `StoreUnavailable` if the lock file cannot be written.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + wait
        while not self._try():
            if loop.time() >= deadline:
                raise StoreInUse(self._holder())
            await asyncio.sleep(min(POLL, max(0.0, deadline - loop.time())))

    def release(self) -> None:
        """Release the lock. The file stays, so that no process locks a file that was removed."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _try(self) -> bool:
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StoreUnavailable(f"{self._path}: {error.strerror}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(file, 0)
            os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            os.close(file)
            return False
        except OSError as error:
            os.close(file)
            raise StoreUnavailable(f"{self._path}: {error.strerror}") from error
        self._file = file
        return True

    def _holder(self) -> int | None:
        try:
            return int(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
