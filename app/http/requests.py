"""Checking a request's headers and its signature, and refusing it.

Requests are checked in this order: no signature (401, the body unread), too large (413),
compressed (415), wrong signature (401), malformed (400). A refusal leaves one log line and nothing
else.
"""

import hmac
from collections.abc import Iterable

from aiohttp import web

GITHUB_LIMIT = 25 * 1024 * 1024
"""GitHub's own cap on a webhook's body, in bytes."""
LIMIT = 1024 * 1024
"""The largest body taken from anybody else, in bytes."""


class RejectedRequest(Exception):
    """A request is refused: the HTTP status to answer, and the reason in a few words of ours.

    `retry_after` is in seconds; `close` ends the connection at once.
    """

    def __init__(
        self, status: int, reason: str, *, retry_after: int = 0, close: bool = False
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after
        self.close = close


def header(request: web.Request, name: str, *, status: int = 400) -> str:
    """A header that must be there exactly once; otherwise raises `RejectedRequest` with `status`.

    `status` is 401 for signatures, and 400 for everything else.
    """
    values = request.headers.getall(name, ())
    if len(values) == 1 and values[0]:
        return values[0]
    raise RejectedRequest(status, f"{'duplicate' if len(values) > 1 else 'missing'} header {name}")


def signed(message: bytes, signature: str, secrets: Iterable[str], *, prefix: str = "") -> bool:
    """Whether `signature` is `prefix` and the hex HMAC-SHA256 of `message`.

    Any of the secrets may have made it (there are several during a rotation); an empty secret
    matches nothing. The comparison takes constant time.
    """
    given, matches = signature.encode("utf-8", "surrogateescape"), False
    for secret in secrets:
        if not secret:
            continue
        digest = hmac.digest(secret.encode(), message, "sha256").hex()
        matches |= hmac.compare_digest(f"{prefix}{digest}".encode(), given)
    return matches
