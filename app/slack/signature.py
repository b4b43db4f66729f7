"""Slack's signature over the raw body, and how old a request may be.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from aiohttp import web

from app.http.bodies import Bodies
from app.http.requests import LIMIT, Rejected, header, signed

WINDOW = 300
"""Seconds that a request's timestamp may be away from our clock, either way."""

_REQUESTS = uuid.uuid5(uuid.NAMESPACE_URL, "https://docs.slack.dev/authentication")
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class SlackSignature:
    """Reads requests that Slack signed; `secrets` are several while rotating."""

    secrets: tuple[str, ...]
    bodies: Bodies
    now: Callable[[], float] = time.time

    async def read(self, request: web.Request) -> tuple[bytes, str]:
        """The raw body of a genuine, recent request, and its signature; `Rejected`.

        The signature covers body and time: whatever bears it again is the same request.
        """
        timestamp = header(request, "X-Slack-Request-Timestamp", status=401)
        signature = header(request, "X-Slack-Signature", status=401)
        check = partial(self._verify, timestamp, signature)
        return await self.bodies.verified(request, check, limit=LIMIT), signature

    def _verify(self, timestamp: str, signature: str, body: bytes) -> None:
        if not _TIMESTAMP.fullmatch(timestamp):
            raise Rejected(401, "unreadable timestamp")
        if not signed(
            b"v0:%b:%b" % (timestamp.encode(), body), signature, self.secrets, prefix="v0="
        ):
            raise Rejected(401, "wrong signature")
        if abs(self.now() - int(timestamp)) > WINDOW:
            raise Rejected(401, "timestamp too far from now")


def ask_id_of(request: str, number: int = 0) -> str:
    """The id of the ask number so and so of a request (its signature, or a socket's envelope).

    Somebody who kept a signed request can send it again for five minutes: it is the same ask.
    """
    return str(uuid.uuid5(_REQUESTS, f"{request}:{number}"))
