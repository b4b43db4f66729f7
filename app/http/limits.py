"""A provider's rate limits, known to the whole process: one call finds out, and all others wait.

More urgent calls (`app.ports.urgency`) go first: after a pause they have a head start, and the
last calls before a limit are kept for them.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from app.errors import Provider, RateLimited
from app.ports.urgency import Urgency, current_urgency

DEFAULT_PAUSE = 30.0
"""Seconds of a pause if the provider names no time."""

HEAD_START = 2.0
"""Seconds that a call may go before one that is a step less urgent."""

RESERVED = {
    Urgency.OUTCOME: 0.0,
    Urgency.AWAITED: 0.02,
    Urgency.STARTING: 0.05,
    Urgency.PROGRESS: 0.1,
}
"""The share of an allowance that calls of each urgency leave to more urgent ones."""

LOOK_AGAIN = 60.0
"""The longest (seconds) that a call is held back: it may have become more urgent by then."""

ALL = ""
"""The key of a limit on every call."""


@dataclass(kw_only=True)
class Allowance:
    """There are `left` of `limit` calls until `until` (seconds of our monotonic clock)."""

    left: int
    limit: int
    until: float


@dataclass(kw_only=True)
class ProviderLimits:
    """The limits that a provider set for one identity of ours; a key names what one is about."""

    provider: Provider
    monotonic: Callable[[], float] = time.monotonic
    _paused: dict[str, tuple[float, str]] = field(default_factory=dict)
    _allowances: dict[str, Allowance] = field(default_factory=dict)

    def check(self, key: str = ALL) -> None:
        """Raise `RateLimited` if a call would be refused now, or is not urgent enough."""
        now, urgency = self.monotonic(), current_urgency()
        for until, message in [self._paused[one] for one in {key, ALL} if one in self._paused]:
            left = until + HEAD_START * urgency - now
            if left > 0:
                raise self._refusal(left, message)
        allowance = self._allowances.get(key)
        if allowance is None or allowance.until <= now:
            return
        if allowance.left <= allowance.limit * RESERVED[urgency] and urgency:
            wait = min(allowance.until - now, LOOK_AGAIN)
            raise self._refusal(wait, f"the last {allowance.left} calls are kept")

    def pause(self, error: RateLimited, key: str = ALL) -> None:
        """Send no call for as long as the provider asked to wait."""
        wait = DEFAULT_PAUSE if error.retry_after is None else error.retry_after
        until = self.monotonic() + wait
        known = self._paused.get(key)
        if known is None or until > known[0]:
            self._paused[key] = (until, error.message)

    def set_allowance(self, key: str, *, left: int, limit: int, seconds: float) -> None:
        """Take over how many calls are left for the next `seconds`."""
        self._allowances[key] = Allowance(left=left, limit=limit, until=self.monotonic() + seconds)

    def _refusal(self, wait: float, message: str) -> RateLimited:
        return RateLimited(self.provider, message, status=429, retry_after=wait)
