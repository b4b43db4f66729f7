"""How long a record has waited for something, and when that is too long (pure).

Each look adds the seconds since the last one to whatever the record was waiting for meanwhile, and
giving up depends on these sums alone. Wall clocks are never compared: they jump, and they differ
between machines. A restart neither starts a wait over nor ends one early.
"""

from collections.abc import Sequence

from msgspec import structs

from app.lifecycle.backoff import Record
from app.lifecycle.look_types import SKEW, Limits
from app.model.ask import Ask
from app.model.build import Build, BuildState
from app.model.reasons import Reason
from app.model.waiting import Moment, Tally, Wait

LONGEST = 30 * 86400.0
"""Seconds that a deployment waits at most for a closed gate (a window, a freeze, a lock)."""

_LONG = (Wait.GATE, Wait.PEOPLE)
"""The longest waits, longest first."""

OF_PIPELINE = {BuildState.RUNNING: Wait.RUN, BuildState.ON_HOLD: Wait.PEOPLE}
"""What an open pipeline waits for."""


def counted(record: Record, moment: Moment, known: Tally | None = None, *, wall: float) -> Record:
    """The record with the seconds since it was last counted, when the wall clock says `wall`.

    `known` is what this process counted earlier for this record. If another machine counted last,
    whose moments can't be compared with ours, it tells how much is missing.
    """
    seconds = _since(record.tally, moment, known)
    before = record.tally
    tally = Tally(
        total=before.total + (seconds or 0.0),
        at=moment,
        wall=wall,
        gap=before.gap or (seconds is None and before.at is not None),
    )
    back = before.wall + (seconds or 0.0) - wall
    return _waited(_put_back(structs.replace(record, tally=tally), back), seconds or 0.0)


def set_back(record: Build | Ask, wall: float) -> bool:
    """Whether the wall clock was set back: the record's last look lies in the future.

    Its timers can't be trusted then. The same holds if machines' clocks differ by more than `SKEW`.
    """
    return record.tally.wall > wall + SKEW


def _put_back(record: Record, back: float) -> Record:
    """The record with its times moved back as far as the wall clock, so nothing waits longer."""
    if back <= SKEW:
        return record
    backoff = {
        name: structs.replace(pause, since=pause.since - back, retry_at=pause.retry_at - back)
        for name, pause in record.backoff.items()
    }
    if isinstance(record, Ask):
        return structs.replace(record, backoff=backoff)
    moments = {name: getattr(record, name) for name in ("looked_at", "concluded_at")}
    earlier = {name: at - back for name, at in moments.items() if at is not None}
    return structs.replace(record, backoff=backoff, **earlier)


def _waited(record: Record, seconds: float) -> Record:
    """The record with these seconds added to everything that it waits for."""
    backoff = {
        name: structs.replace(pause, waited=pause.waited + seconds)
        for name, pause in record.backoff.items()
    }
    if isinstance(record, Ask):
        return structs.replace(record, backoff=backoff)
    waited = dict(record.waited)
    for wait in waits_of(record):
        waited[wait] = waited.get(wait, 0.0) + seconds
    return structs.replace(record, backoff=backoff, waited=waited)


def age_of(ask: Ask, wall: float) -> float:
    """How old an ask is in seconds: as counted, or by the wall clock where the count has a gap."""
    return wall - ask.asked_at if ask.tally.gap or not ask.tally.at else ask.tally.total


def _since(tally: Tally, moment: Moment, known: Tally | None) -> float | None:
    """Seconds since it was last counted; None if that can't be told."""
    if tally.at is not None and tally.at.boot == moment.boot:
        return max(0.0, moment.seconds - tally.at.seconds)
    if known is None or known.at is None or known.at.boot != moment.boot:
        return None
    return max(0.0, moment.seconds - known.at.seconds - (tally.total - known.total))


def waits_of(b: Build) -> frozenset[Wait]:
    """What a build is waiting for."""
    if b.state is BuildState.WAITING:
        return at_gates(b.waits_for)
    if b.state in OF_PIPELINE:
        return frozenset({OF_PIPELINE[b.state]})
    stopping = b.state.ended and b.state is not BuildState.EXTERNAL and not b.pipeline_ended
    return frozenset({Wait.STOP}) if stopping else frozenset()


def at_gates(reasons: Sequence[Reason]) -> frozenset[Wait]:
    """What a build waits for at gates; a shorter clock stops while a longer gate is closed."""
    waits = frozenset(reason.wait for reason in reasons)
    return next((frozenset({long}) for long in _LONG if long in waits), waits)


def bound(b: Build, wait: Wait, limits: Limits) -> float:
    """For how many seconds it may wait for that."""
    match wait:
        case Wait.RUN:
            return b.timeout
        case Wait.PEOPLE:
            return limits.people
        case Wait.GATE:
            return LONGEST
        case Wait.CHECKS | Wait.LINE | Wait.STOP:
            return limits.give_up


def over(b: Build, wait: Wait, limits: Limits) -> bool:
    """Whether it has waited too long for that."""
    return left(b, wait, limits) <= 0


def left(b: Build, wait: Wait, limits: Limits) -> float:
    """Seconds until it will have waited too long for that."""
    return bound(b, wait, limits) - b.waited.get(wait, 0.0)
