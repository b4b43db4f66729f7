"""The chain of one deployment: its hops from the request to the message, as facts."""

from enum import StrEnum

from msgspec import Struct

from app.model.effects import Backoff
from app.model.reasons import Reason


class HopState(StrEnum):
    """How far a hop is; `failed` ended the deployment."""

    DONE = "done"
    CURRENT = "current"
    STUCK = "stuck"
    WAITING = "waiting"
    FAILED = "failed"


class HopName(StrEnum):
    """The hops, in order."""

    ASKED = "asked"
    CREATED = "created"
    WEBHOOK = "webhook"
    GATES = "gates"
    PIPELINE = "pipeline"
    JOBS = "jobs"
    OUTCOME = "outcome"
    MESSAGE = "message"


class Hop(Struct, frozen=True, kw_only=True):
    """One hop; `at` is epoch seconds, where it is known.

    `reasons` say what it waits for, why the deployment ended here (`over`), or what is wrong.
    `provider` does not answer, `pause` says since when.
    """

    name: HopName
    state: HopState
    at: float | None = None
    over: bool = False
    reasons: tuple[Reason, ...] = ()
    provider: str = ""
    pause: Backoff | None = None
