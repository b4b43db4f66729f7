"""Looks that fail because of a bug of ours: retried a few times, then the record ends (pure)."""

from collections.abc import Callable
from secrets import token_hex

from msgspec import structs

from app.lifecycle.backoff import CAP, Record
from app.model.effects import Trouble

FIRST = 5.0
"""Seconds of the first pause; each is twice as long as the one before."""

LONG_AGO = 3600.0
"""Seconds after which a failure is forgotten: many a bug depends on what others happen to send."""


def troubled(record: Record, wall: float) -> Record:
    """The record after one more look at it failed; `wall` is epoch seconds."""
    before = record.trouble
    if before is not None and before.retry_at and wall - before.retry_at > LONG_AGO:
        before = None
    tries = before.tries + 1 if before else 1
    trouble = Trouble(
        id=before.id if before else token_hex(4),
        tries=tries,
        retry_at=wall + min(CAP, FIRST * 2.0 ** min(tries - 1, 10)),
        ended=before is not None and before.ended,
    )
    return structs.replace(record, trouble=trouble)


def pause_left(record: Record, wall: float) -> float:
    """Seconds until it is looked at again, whatever happens meanwhile; 0: now.

    A pause longer than the longest one comes from a wall clock that jumped, and is ignored.
    """
    left = record.trouble.retry_at - wall if record.trouble else 0.0
    return left if 0.0 < left <= CAP else 0.0


def ended_after(
    record: Record, most: int, end: Callable[[Record, str], Record | None]
) -> Record | None:
    """The record, ended after `most` failures; None if it isn't to be ended, or was already.

    `end` gives the ended record, of which people are then told, or None for a record that never
    ends.
    """
    trouble = record.trouble
    assert trouble is not None
    ended = None if trouble.ended or trouble.tries < most else end(record, trouble.id)
    if ended is None:
        return None
    return structs.replace(
        ended, trouble=structs.replace(trouble, tries=0, retry_at=0.0, ended=True)
    )
