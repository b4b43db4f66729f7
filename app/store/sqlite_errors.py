"""What SQLite's errors mean for a write: nothing was written, or nobody can say."""

import sqlite3

from app.errors import ItemTooLarge, StoreError, StoreUnavailable, StoreUnsure


def store_error(error: sqlite3.Error, *, committing: bool = False) -> StoreError:
    """The typed error; raises `error` itself where it is a defect of ours.

    With `committing`, a failed disk leaves open whether the commit is in the log.
    """
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_TOOBIG" or isinstance(error, sqlite3.DataError):
        return ItemTooLarge(str(error))
    if committing and name.startswith("SQLITE_IOERR"):
        return StoreUnsure(f"{name}: {error}")
    if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)) or name in _DEFECTS:
        raise error
    return StoreUnavailable(f"{name}: {error}" if name else str(error))


_DEFECTS = frozenset({"SQLITE_ERROR", "SQLITE_MISUSE", "SQLITE_RANGE"})
"""A wrong statement of ours; everything else comes from the file or the disk."""
