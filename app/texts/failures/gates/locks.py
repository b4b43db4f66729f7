"""Locks: somebody stopped deployments to an environment, or to all of them."""

from app.model.reasons.locks import Locked, LockedAlready, LockedOut, NotLocked
from app.model.slot import EVERYWHERE, Lock
from app.texts.failures.failure import failure
from app.texts.phrases import codes, day_time, later_time, strong, text
from app.texts.speech import typed

_DAY = 1767603600.0


def everything_or(environment: str) -> str:
    """The environment as people type it in a command: `all` for every environment."""
    return "all" if environment == EVERYWHERE else environment


def place(environment: str) -> str:
    """What is locked, at the beginning of a sentence (markup)."""
    return "Everything" if environment == EVERYWHERE else strong(environment)


def held(environment: str, by: str, since: float, reason: str, until: float | None) -> str:
    """A sentence that says who locked it, since when, why and until when (markup)."""
    why = f": {text(reason)}" if reason else ""
    end = f", until {later_time(until, since)}" if until is not None else ""
    who = text(by, "somebody")
    return f"{place(environment)} has been locked by {who} since {day_time(since)}{end}{why}."


def held_by(environment: str, lock: Lock) -> str:
    """The same sentence for a lock."""
    by = lock.by.display_name
    return held(environment, by, lock.since, lock.reason, lock.until)


@failure(
    when="A person deploys to an environment that somebody else has locked.",
    example=Locked(
        environment="production", by="Dana", since=_DAY, locked_for="database migration"
    ),
    undeployed=True,
)
def locked(r: Locked) -> str:
    """Say who locked it and why, since when and until when, and how to unlock it."""
    name = "*" if r.everywhere else r.environment
    release = typed(f"unlock {everything_or(name)}")
    owner = text(r.by, "its owner")
    return f"{held(name, r.by, r.since, r.locked_for, r.until)} Ask {owner}, or {release}."


@failure(
    when="Somebody locks what somebody else has locked.",
    example=LockedAlready(environment="production", by="Dana", since=_DAY),
)
def locked_already(r: LockedAlready) -> str:
    """Say whose lock it is, and how to release it."""
    release = typed(f"unlock {everything_or(r.environment)}")
    return f"{held(r.environment, r.by, r.since, r.locked_for, r.until)} {release} releases it."


@failure(
    when="An automatic deployment waits for the end of a lock.",
    example=LockedOut(environment="production", by="Dana", since=_DAY),
)
def locked_out(r: LockedOut) -> str:
    """Say whose lock it is, and that the deployment starts automatically afterwards."""
    name = "*" if r.everywhere else r.environment
    until = held(name, r.by, r.since, r.locked_for, r.until)
    return f"{until} Deploys automatically once it's unlocked."


@failure(
    when="Somebody unlocks what isn't locked.",
    example=NotLocked(environment="staging", locked=("production",)),
)
def not_locked(r: NotLocked) -> str:
    """Say what is locked instead."""
    others = codes([everything_or(name) for name in r.locked])
    rest = f" Locked: {others}." if others else ""
    return f"{place(r.environment)} isn't locked.{rest}"
