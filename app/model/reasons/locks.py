"""A lock stops a deployment or makes it wait, or a lock cannot be changed."""

from typing import ClassVar

from app.model.reasons.base import BaseReason, OpensAt


class Locked(BaseReason, frozen=True, kw_only=True):
    """Somebody (`by`, a name) locked the environment, or all of them (`everywhere`).

    `locked_for` is the reason they gave. `since` and `until` are epoch seconds; `until` is None if
    the lock has no end.
    """

    environment: str
    by: str
    since: float
    locked_for: str = ""
    until: float | None = None
    everywhere: bool = False


class LockedAlready(BaseReason, frozen=True, kw_only=True):
    """Somebody else's lock is in the way of a new one; the fields are as in `Locked`.

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
    """An automatic deployment waits until a lock ends; the fields are as in `Locked`."""

    holds_all: ClassVar[bool] = True

    environment: str
    by: str
    since: float
    locked_for: str = ""
    everywhere: bool = False


LockReason = Locked | LockedAlready | NotLocked | LockedOut
