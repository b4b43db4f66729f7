"""Slack's signature over the raw body, and how old a request may be.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from app.http.requests import LIMIT, Rejected, header, read_body, signed

WINDOW = 300
"""Seconds that a request's timestamp may be away from our clock, either way."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class SlackSignature:
    """Reads requests that Slack signed; `secrets` are several while rotating."""

    secrets: tuple[str, ...]
    now: Callable[[], float] = time.time

    async def body(self, request: web.Request) -> bytes:
        """The raw body of a genuine, recent request; `Rejected` 413, 415 or 401."""
        body = await read_body(request, limit=LIMIT)
        timestamp = header(request, "X-Slack-Request-Timestamp", status=401)
        signature = header(request, "X-Slack-Signature", status=401)
        if not _TIMESTAMP.fullmatch(timestamp):
            raise Rejected(401, "unreadable timestamp")
        if not signed(
            b"v0:%b:%b" % (timestamp.encode(), body), signature, self.secrets, prefix="v0="
        ):
            raise Rejected(401, "wrong signature")
        if abs(self.now() - int(timestamp)) > WINDOW:
            raise Rejected(401, "timestamp too far from now")
        return body
