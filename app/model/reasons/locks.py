"""Why something is barred or waits by a lock, or a lock cannot be changed."""

from typing import ClassVar

from app.model.reasons.base import BaseReason, OpensAt


class Locked(BaseReason, frozen=True, kw_only=True):
    """Somebody locked the environment, or all of them (`everywhere`).

    `since` and `until` are epoch seconds; `until` None: until it is released.
    """

    environment: str
    by: str
    since: float
    locked_for: str = ""
    until: float | None = None
    everywhere: bool = False


class LockedAlready(BaseReason, frozen=True, kw_only=True):
    """Somebody else has locked it, so that it cannot be locked again; fields as of `Locked`.

    `environment` is `*` for the lock of all environments.
    """

    environment: str
    by: str
    since: float
    locked_for: str = ""
    until: float | None = None


class NotLocked(BaseReason, frozen=True, kw_only=True):
    """There is no lock to release; `locked` are the environments that have one (`*`: all)."""

    environment: str
    locked: tuple[str, ...] = ()


class LockedOut(OpensAt, frozen=True, kw_only=True):
    """An automatic deployment waits for the end of a lock; the fields are those of `Locked`."""

    holds_all: ClassVar[bool] = True

    environment: str
    by: str
    since: float
    locked_for: str = ""
    everywhere: bool = False


LockReason = Locked | LockedAlready | NotLocked | LockedOut
