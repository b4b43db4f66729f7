"""How long a record has waited, and for what; neither clock jumps nor restarts change it."""

from enum import StrEnum

from msgspec import Struct


class Wait(StrEnum):
    """What a build waits for, each with a clock of its own.

    Before its pipeline: checks, its turn, people, or a gate that may stay closed for long. With its
    pipeline: running jobs, people, or, once it has ended for us, that the pipeline stops.
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

    `wall` is the wall clock of the process that counted last (epoch seconds). `gap`: some seconds
    weren't counted, because another machine had counted before.
    """

    total: float = 0.0
    at: Moment | None = None
    wall: float = 0.0
    gap: bool = False
