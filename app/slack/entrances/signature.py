"""Verifies Slack's signature over the raw body, and that the request is recent.

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
from app.http.requests import LIMIT, RejectedRequest, header, signed

WINDOW = 300
"""Seconds that a request's timestamp may differ from our clock, either way."""

_REQUESTS = uuid.uuid5(uuid.NAMESPACE_URL, "https://docs.slack.dev/authentication")
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class SlackSignature:
    """Reads requests that Slack signed; there are several `secrets` while they are rotated."""

    secrets: tuple[str, ...]
    bodies: Bodies
    now: Callable[[], float] = time.time

    async def read(self, request: web.Request) -> tuple[bytes, str]:
        """The raw body and the signature of a request; 401 unless it is genuine and recent.

        The signature covers body and time, so a second request with the same one is a repetition.
        """
        timestamp = header(request, "X-Slack-Request-Timestamp", status=401)
        signature = header(request, "X-Slack-Signature", status=401)
        check = partial(self._verify, timestamp, signature)
        return await self.bodies.verified(request, check, limit=LIMIT), signature

    def _verify(self, timestamp: str, signature: str, body: bytes) -> None:
        if not _TIMESTAMP.fullmatch(timestamp):
            raise RejectedRequest(401, "unreadable timestamp")
        if not signed(
            b"v0:%b:%b" % (timestamp.encode(), body), signature, self.secrets, prefix="v0="
        ):
            raise RejectedRequest(401, "wrong signature")
        if abs(self.now() - int(timestamp)) > WINDOW:
            raise RejectedRequest(401, "timestamp too far from now")


def ask_id_of(request: str, number: int = 0) -> str:
    """The id of the ask for action `number` of a request, the same each time.

    `request` is the request's signature, or the id of a socket's envelope. Somebody who has
    recorded a signed request can send it again within five minutes, but that makes no second ask.
    """
    return str(uuid.uuid5(_REQUESTS, f"{request}:{number}"))
