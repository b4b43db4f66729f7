"""Reading a request and refusing it: the body, one header, the signature.

Requests are judged in this order: too large (413), compressed (415), signature (401),
malformed (400). A refusal is one log line and nothing else.
"""

import hmac
from collections.abc import Iterable

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

GITHUB_LIMIT = 25 * 1024 * 1024
"""GitHub's own cap on a webhook's body, in bytes."""
LIMIT = 1024 * 1024
"""The largest body taken from anybody else, in bytes."""


class Rejected(Exception):
    """A request that is not acted on: the HTTP status, and why in a few words of ours."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


async def read_body(request: web.Request, *, limit: int) -> bytes:
    """The body as it was sent, chunked or not; `Rejected` 413 or 415."""
    if (request.content_length or 0) > limit:
        raise Rejected(413, "body too large")
    if "Content-Encoding" in request.headers:
        _refuse_compressed(request.headers.getall("Content-Encoding"))
    chunks, size = [], 0
    try:
        if request.content.is_eof():  # all of it is here already, as usual
            return _whole(request.content.read_nowait(), limit)
        async for chunk in request.content.iter_any():
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise Rejected(413, "body too large")
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError) as error:
        raise Rejected(400, "broken body") from error
    return b"".join(chunks)


def _refuse_compressed(encodings: Iterable[str]) -> None:
    if any(value.strip().lower() not in {"", "identity"} for value in encodings):
        raise Rejected(415, "compressed body")


def _whole(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise Rejected(413, "body too large")
    return body


def header(request: web.Request, name: str, *, status: int = 400) -> str:
    """A header that is there exactly once; otherwise `Rejected` with `status`.

    Signatures ask with 401, everything else with 400.
    """
    values = request.headers.getall(name, ())
    if len(values) == 1 and values[0]:
        return values[0]
    raise Rejected(status, f"{'duplicate' if len(values) > 1 else 'missing'} header {name}")


def signed(message: bytes, signature: str, secrets: Iterable[str], *, prefix: str = "") -> bool:
    """Whether `signature` is `prefix` and the hex HMAC-SHA256 of `message`.

    Any of the secrets may have made it (they are several while rotating); an empty secret
    matches nothing. Compared in constant time.
    """
    given, matches = signature.encode("utf-8", "surrogateescape"), False
    for secret in secrets:
        if not secret:
            continue
        digest = hmac.digest(secret.encode(), message, "sha256").hex()
        matches |= hmac.compare_digest(f"{prefix}{digest}".encode(), given)
    return matches
