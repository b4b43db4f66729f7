"""Backoff: failures in a row of one provider for one record, and when to try again (pure).

A refusal that concerns one method alone is kept under that method's effect, so that the provider
is still asked for everything else.
"""

import zlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

from msgspec import structs

from app.errors import Provider, ProviderError, RateLimited, Refused, Unavailable
from app.model.ask import Ask
from app.model.build import Build
from app.model.effects import Backoff, Effect
from app.model.github.repository import GITHUB_SITE, installations_page
from app.model.outages import Silent, down, since_begun, unseen
from app.model.reasons import Reason

CAP = 300.0
"""The longest pause between two tries, in seconds, unless a provider asks for longer."""

LIMITED_CAP = 8.0
"""The longest pause, in seconds, after a limit that names a shorter one."""

REFUSED_FOR = 600.0
"""Seconds after which a lasting refusal is believed: until then somebody may fix it."""

Record = TypeVar("Record", Build, Ask)


Resting = Provider | Effect
"""What is not called for a while: a provider, or one method of it."""


def waits(record: Build | Ask, resting: Resting, wall: float) -> bool:
    """Whether the next try for this record is still to come."""
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

    `doing` is the step that failed, empty for a read. With `method`, only that method pauses.
    `most` is the longest pause in seconds, unless the provider asks for a longer one.
    """
    resting = method or error.provider
    before = record.backoff.get(resting)
    attempts = (before.attempts if before else 0) + 1
    pause = min(most, 2.0 ** min(attempts - 1, 10))
    pause *= 0.5 + _jitter(record, attempts) / 2
    named = (error.retry_after or 0.0) if isinstance(error, Unavailable) else 0.0
    if isinstance(error, RateLimited) and error.retry_after is not None:
        # The limit says when there is room again; the jitter keeps records from coming at once.
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
    """The record after a call to the provider succeeded.

    A successful `read` doesn't end the pause of a step: a step that fails after every read would
    be tried forever without a pause.
    """
    pause = record.backoff.get(resting)
    if pause is None or (read and pause.doing):
        return record
    left = {name: pause for name, pause in record.backoff.items() if name != resting}
    return structs.replace(record, backoff=left)


def fresh_start(record: Build) -> dict[str, Backoff]:
    """The pauses that stay once there is an outcome, which every provider is told at once.

    Only a rate limit stays: before the time that it named, the provider accepts nothing.
    """
    return {name: pause for name, pause in record.backoff.items() if pause.status == 429}


def once_more(backoff: Mapping[str, Backoff], resting: Resting) -> dict[str, Backoff]:
    """The pauses with one more try due at once, after which a refusal is lasting again."""
    pause = backoff.get(resting)
    if pause is None:
        return dict(backoff)
    last = structs.replace(pause, retry_at=0.0, lasted=0.0)
    return {**backoff, resting: last}


def given_up(record: Build | Ask, resting: Resting, after: float) -> bool:
    """Whether it isn't tried again: it was down for `after` seconds, or has refused for long.

    The seconds are those counted on the record from the first failure to the last, plus the pause
    that the provider named; clocks of different processes aren't compared. So after a time in which
    nobody looked, the provider is asked once more first. An outage before a refusal doesn't count
    towards it. If the CI refuses to show a pipeline that may be running, that counts as an outage.
    """
    pause = record.backoff.get(resting)
    if pause is None:
        return False
    believed = pause.refused and not (resting == "ci" and may_run(record))
    refusing = pause.lasted - pause.refused_from if believed else 0.0
    return pause.lasted >= after or refusing >= REFUSED_FOR


def left_alone(record: Build | Ask, resting: Sequence[Resting], wall: float, after: float) -> bool:
    """Whether one of them isn't tried now, or ever (after `after` seconds of failures)."""
    return any(waits(record, one, wall) or given_up(record, one, after) for one in resting)


def may_run(record: Build | Ask) -> bool:
    """Whether the CI may have a pipeline for it, which runs whether or not we can see it."""
    return isinstance(record, Build) and record.ran


def outage(record: Build, provider: Silent, *, html: str = GITHUB_SITE) -> Reason | None:
    """Why a build ends after a provider failed for too long; None if it hasn't failed.

    `html` is where GitHub's pages are, on which an owner can lift what GitHub refuses.
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


def retry_times(record: Build | Ask, wall: float) -> list[float]:
    """When each provider that pauses may be tried again (epoch seconds)."""
    return [pause.retry_at for pause in record.backoff.values() if pause.retry_at > wall]


def _jitter(record: Build | Ask, attempts: int) -> float:
    """A number in [0, 1) that differs between records and tries, and never between reruns."""
    return zlib.crc32(f"{record.key}/{attempts}".encode()) % 1000 / 1000
