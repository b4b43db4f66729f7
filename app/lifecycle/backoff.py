"""Backoff: failures in a row of one provider for one record, and when to try again (pure).

What a provider refuses of one method alone is kept under that method's effect: its other methods
are not left alone for it.
"""

import zlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

from msgspec import structs

from app.errors import Provider, ProviderError, RateLimited, Refused, Unavailable
from app.model.ask import Ask
from app.model.build import Build
from app.model.effects import Backoff, Effect
from app.model.outages import Silent, down, since_begun, unseen
from app.model.pages import GITHUB, installations_page
from app.model.reasons import Reason

CAP = 300.0
"""The longest pause between two tries, in seconds, unless a provider asks for longer."""

LIMITED_CAP = 8.0
"""The longest pause, in seconds, after a limit that names a shorter one."""

REFUSED_FOR = 600.0
"""Seconds after which a lasting refusal is believed: until then somebody may fix it."""

Record = TypeVar("Record", Build, Ask)


Resting = Provider | Effect
"""What is left alone for a while: a provider, or one method of it."""


def waits(record: Build | Ask, resting: Resting, wall: float) -> bool:
    """Whether it is being left alone for this record."""
    pause = record.backoff.get(resting)
    return pause is not None and pause.retry_at > wall


def failed(
    record: Record,
    error: ProviderError,
    wall: float,
    *,
    doing: str = "",
    method: Effect | None = None,
    most: float = CAP,
) -> Record:
    """The record after one more failure of a provider; the pause doubles, with jitter.

    `doing` is the step that failed, empty for a read. `method`: only that is left alone. `most` is
    the longest pause (seconds) that we make unasked.
    """
    resting = method or error.provider
    before = record.backoff.get(resting)
    attempts = (before.attempts if before else 0) + 1
    pause = min(most, 2.0 ** min(attempts - 1, 10))
    pause *= 0.5 + _jitter(record, attempts) / 2
    named = (error.retry_after or 0.0) if isinstance(error, Unavailable) else 0.0
    if isinstance(error, RateLimited) and error.retry_after is not None:
        # It says when there is room again, however often it was asked; not all come at once.
        pause = max(named, min(pause, LIMITED_CAP)) + _jitter(record, attempts)
    pause = max(named, pause)
    waited = before.waited if before else 0.0
    after = Backoff(
        attempts=attempts,
        since=before.since if before else wall,
        retry_at=wall + pause,
        error=error.message,
        status=429 if isinstance(error, RateLimited) else error.status,  # GitHub's limits are 403s
        refused=error.reason if isinstance(error, Refused) else None,
        doing=doing or (before.doing if before else ""),
        waited=waited,
        lasted=waited + named,
        refused_from=before.refused_from if before and before.refused else waited,
    )
    return structs.replace(record, backoff={**record.backoff, resting: after})


def cleared(record: Record, resting: Resting, *, read: bool = False) -> Record:
    """The record after the provider did what it was asked.

    That it can be `read` does not mean that it does what it failed to do before: without this
    a step that fails after each good read would be tried for ever without a pause.
    """
    pause = record.backoff.get(resting)
    if pause is None or (read and pause.doing):
        return record
    left = {name: pause for name, pause in record.backoff.items() if name != resting}
    return structs.replace(record, backoff=left)


def fresh_start(record: Build) -> dict[str, Backoff]:
    """The pauses that outlast an outcome: news, which every provider gets a new chance to take.

    A provider that named a time before which it accepts nothing is still left alone until then.
    """
    return {name: pause for name, pause in record.backoff.items() if pause.status == 429}


def once_more(backoff: Mapping[str, Backoff], resting: Resting) -> dict[str, Backoff]:
    """The pauses where one more try is due: a lasting refusal is not tried from the start again."""
    pause = backoff.get(resting)
    if pause is None:
        return dict(backoff)
    last = structs.replace(pause, retry_at=0.0, lasted=0.0)
    return {**backoff, resting: last}


def given_up(record: Build | Ask, resting: Resting, after: float) -> bool:
    """Whether it is left alone for good: down for `after` seconds, or refusing.

    What was counted on the record between its first failure and its last decides, with the pause
    that it named itself; not what clocks say that differ from process to process. After a time in
    which nobody looked it is asked again first. A refusal must have lasted for itself, not with the
    outage before it. That the CI does not show what it may be running is believed no sooner than
    an outage.
    """
    pause = record.backoff.get(resting)
    if pause is None:
        return False
    believed = pause.refused and not (resting == "ci" and may_run(record))
    refusing = pause.lasted - pause.refused_from if believed else 0.0
    return pause.lasted >= after or refusing >= REFUSED_FOR


def left_alone(record: Build | Ask, resting: Sequence[Resting], wall: float, after: float) -> bool:
    """Whether one of them is left alone, for now or for good (`after` seconds of failures)."""
    return any(waits(record, one, wall) or given_up(record, one, after) for one in resting)


def may_run(record: Build | Ask) -> bool:
    """Whether the CI may have a pipeline for it, which goes on whether it is shown to us or not."""
    return isinstance(record, Build) and record.ran


def outage(record: Build, provider: Silent, *, html: str = GITHUB) -> Reason | None:
    """Why a build ends that a provider has failed for too long: its refusal, or its silence.

    `html` is where GitHub's pages are: there an owner lifts what GitHub refuses. None where the
    provider has not failed.
    """
    pause = record.backoff.get(provider)
    if pause is None:
        return None
    if provider == "ci" and may_run(record):
        return unseen(pause, url=record.build_url, gave_up=True)
    if pause.refused is None:
        return down(provider, pause, attempts=pause.attempts, gave_up=True)
    owner = record.repository.partition("/")[0]
    url = installations_page(html, owner) if owner else ""
    return since_begun(pause.refused, repository=record.repository, url=url, gave_up=True)


def earliest(record: Build | Ask, wall: float) -> list[float]:
    """When a provider that is being left alone may be tried again."""
    return [pause.retry_at for pause in record.backoff.values() if pause.retry_at > wall]


def _jitter(record: Build | Ask, attempts: int) -> float:
    """A number in [0, 1) that differs between records and tries, and never between reruns."""
    return zlib.crc32(f"{record.key}/{attempts}".encode()) % 1000 / 1000
