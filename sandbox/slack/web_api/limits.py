"""Limits how often each Web API method may be called in a minute, for the whole workspace.

https://docs.slack.dev/apis/web-api/rate-limits
"""

import time
from collections import deque
from dataclasses import dataclass, field

MINUTE = 60.0
TIER_2, TIER_3, TIER_4 = 20, 50, 100

A_MINUTE = {
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.join": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "reactions.add": TIER_3,
    "team.info": TIER_3,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.update": TIER_4,
}


class Throttled(Exception):
    """Too many calls, answered with 429; the call may be tried again in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(kw_only=True)
class Limits:
    """Counts calls while `on`; `a_minute` has the limits and may be changed."""

    on: bool = False
    a_minute: dict[str, int] = field(default_factory=lambda: dict(A_MINUTE))
    _calls: dict[str, deque[float]] = field(default_factory=dict)

    def count(self, method: str) -> None:
        """Count a call; raises `Throttled` if there were too many in the last minute."""
        most = self.a_minute.get(method)
        if not self.on or most is None:
            return
        now, calls = time.monotonic(), self._calls.setdefault(method, deque())
        while calls and now - calls[0] >= MINUTE:
            calls.popleft()
        if len(calls) >= most:
            raise Throttled(int(MINUTE - (now - calls[0])) + 1)
        calls.append(now)
