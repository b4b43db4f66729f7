"""Makes GitHub's rate limits and failures happen."""

import json
import time

from sandbox.core.clock import Clock
from sandbox.core.faults import Fault, Faults
from sandbox.github.errors import DOCS

JSON_TYPE = "application/json; charset=utf-8"
LIMIT_MESSAGE = "API rate limit exceeded for installation."
SECONDARY_DOCS = (
    "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits"
)


class Outages:
    """Makes GitHub refuse calls, or be slow, for a while."""

    faults: Faults
    clock: Clock

    def rate_limit(self, seconds: float) -> list[Fault]:
        """Use up the hour's calls, for `seconds`: REST answers 403, GraphQL 200 with an error."""
        headers = {
            "Content-Type": JSON_TYPE,
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Used": "5000",
            "X-RateLimit-Reset": str(int(self.clock() + seconds) + 1),
        }
        until = time.monotonic() + seconds
        body = _body(LIMIT_MESSAGE, 403, f"{DOCS}/using-the-rest-api/rate-limits-for-the-rest-api")
        error = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded."}]}
        return [
            self.faults.add(
                "/graphql$",
                times=None,
                status=200,
                body=json.dumps(error),
                headers={**headers, "X-RateLimit-Resource": "graphql"},
                until=until,
            ),
            self.faults.add(
                "^",
                times=None,
                status=403,
                body=body,
                headers={**headers, "X-RateLimit-Resource": "core"},
                until=until,
            ),
        ]

    def secondary_limit(
        self, retry_after: int, *, match: str = "^", status: int = 403, times: int | None = None
    ) -> Fault:
        """Hit the secondary rate limit, with a `retry-after` of so many seconds."""
        message = (
            "You have exceeded a secondary rate limit. Please wait a few minutes before you "
            "try again."
        )
        return self.faults.add(
            match,
            times=times,
            status=status,
            body=_body(message, status, SECONDARY_DOCS),
            headers={"Content-Type": JSON_TYPE, "Retry-After": str(retry_after)},
            until=time.monotonic() + retry_after,
        )

    def slow(self, seconds: float, *, match: str = "^") -> Fault:
        """Let every matching answer take so many seconds, until the faults are cleared."""
        return self.faults.add(match, times=None, delay=seconds)

    def unavailable(self, *, match: str = "^", times: int | None = 1, status: int = 502) -> Fault:
        """Answer 5xx with GitHub's error page."""
        return self.faults.add(
            match,
            times=times,
            status=status,
            body="<!DOCTYPE html><html><head><title>Unicorn! &middot; GitHub</title></head></html>",
            headers={"Content-Type": "text/html; charset=utf-8"},
        )


def _body(message: str, status: int, documentation_url: str) -> str:
    return json.dumps(
        {"message": message, "documentation_url": documentation_url, "status": str(status)}
    )
