"""How long a record has waited, and for what: no clock that jumps and no restart changes it."""

from enum import StrEnum

from msgspec import Struct


class Wait(StrEnum):
    """What a build waits for, each with a clock of its own.

    Before its pipeline: checks, its turn, people, or a gate that may stay closed for long. Of its
    pipeline: jobs at work, people, or, after it ended for us, that they stop.
    """

    CHECKS = "checks"
    LINE = "line"
    GATE = "gate"
    RUN = "run"
    PEOPLE = "people"
    STOP = "stop"


class Moment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Seconds on a clock that also counts while the machine is suspended.

    Only moments of the same `boot` can be compared.
    """

    seconds: float
    boot: str


class Tally(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """For how many seconds a record's waits were counted in all, and until which moment.

    `wall` is what the wall clock of whoever counted said then (epoch seconds). `gap`: some seconds
    were not counted, for another machine had counted before.
    """

    total: float = 0.0
    at: Moment | None = None
    wall: float = 0.0
    gap: bool = False
