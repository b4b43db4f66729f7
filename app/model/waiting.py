"""How long a record has waited, and for what, unaffected by clock jumps and restarts."""

from enum import StrEnum

from msgspec import Struct


class Wait(StrEnum):
    """What a build waits for; the seconds are counted separately for each.

    Before its pipeline starts: checks, its turn in the queue (`LINE`), people's approval, or
    another gate, which may stay closed for long. Afterwards: running jobs (`RUN`), people's
    approval of a job, or, once the build has ended, the end of its pipeline (`STOP`).
    """

    CHECKS = "checks"
    LINE = "line"
    GATE = "gate"
    RUN = "run"
    PEOPLE = "people"
    STOP = "stop"


class Moment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reading of a clock that also runs while the machine is suspended, in seconds.

    Only moments of the same `boot` (of the same machine) can be compared.
    """

    seconds: float
    boot: str


class Tally(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many seconds of a record's waiting were counted in all, up to the moment `at`.

    `wall` is the wall clock of the process that counted last (epoch seconds). `gap`: some seconds
    were not counted, because another machine had counted before.
    """

    total: float = 0.0
    at: Moment | None = None
    wall: float = 0.0
    gap: bool = False
