"""One attempt at a provider: one request, and the error for each way in which it can fail.

Nothing is retried and no redirect is followed here. A failure is *ambiguous* where the request
may still have been carried out: it was sent, and then the time ran out, the connection
was lost, or the server said 5xx.
"""

import math
import time
from collections.abc import Mapping
from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import aiohttp
from msgspec import Struct
from yarl import URL

from app.errors import Provider, RateLimited, Unavailable

LONGEST_WAIT = 3600.0
"""The longest, in seconds, that an answer can make us wait."""


class HttpAnswer(Struct, frozen=True, kw_only=True):
    """An answer, whatever its status; the names of `headers` are case-insensitive."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def attempt(
    session: aiohttp.ClientSession,
    method: str,
    url: str | URL,
    *,
    provider: Provider,
    seconds: float,
    ambiguous: bool,
    headers: Mapping[str, str] | None = None,
    data: bytes | None = None,
) -> HttpAnswer:
    """Send one request and read its answer, both within `seconds`; raises `Unavailable`.

    `ambiguous`: whether the request changes something, so that its failure can be ambiguous. Half
    of the time is for connecting, to tell an unreachable server from one that does not answer.
    """
    left = max(0.001, seconds)
    try:
        async with session.request(
            method,
            url,
            headers=headers,
            data=data,
            allow_redirects=False,  # our tokens go to the configured host alone
            timeout=aiohttp.ClientTimeout(total=left, connect=left / 2, ceil_threshold=math.inf),
        ) as response:
            body = await response.read()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise no_answer(provider, error, ambiguous=ambiguous) from error
    return HttpAnswer(status=response.status, headers=response.headers, body=body)


def no_answer(provider: Provider, error: Exception, *, ambiguous: bool) -> Unavailable:
    """The error for a request that got no answer; never ambiguous if it was not sent."""
    if isinstance(error, aiohttp.ClientConnectorError | aiohttp.ConnectionTimeoutError):
        return Unavailable(provider, "no connection")
    late = isinstance(error, TimeoutError)
    words = "no answer in time" if late else "the connection was lost"
    return Unavailable(provider, words, ambiguous=ambiguous)


def passing_failure(
    provider: Provider, status: int, headers: Mapping[str, str], message: str, *, ambiguous: bool
) -> Unavailable | None:
    """The error for a 429, 408 or 5xx, which may pass by itself; None for any other status."""
    wait = retry_after(headers.get("Retry-After"))
    if status == 429:
        return RateLimited(provider, message, status=status, retry_after=wait)
    if status >= 500 or status == 408:
        return Unavailable(provider, message, status=status, retry_after=wait, ambiguous=ambiguous)
    return None


def retry_after(value: str | None) -> float | None:
    """The seconds that a `Retry-After` asks to wait, at most `LONGEST_WAIT`; None if unreadable.

    It is a number of seconds or a date.
    https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT)
    at = http_date(text)
    return None if at is None else min(max(at - time.time(), 0.0), LONGEST_WAIT)


def http_date(value: str | None) -> float | None:
    """The moment in a header such as `Date` (epoch seconds); None if unreadable."""
    try:
        at = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def moved_to(url: str, answer: HttpAnswer) -> str | None:
    """Where the answer redirects to, if that is on the same host: our token may go there."""
    target = urljoin(url, answer.headers.get("location", ""))
    moved = answer.status in {301, 302, 307, 308} and target != url
    return target if moved and origin(target) == origin(url) else None


def origin(url: str) -> tuple[str, str]:
    """Scheme, and host with its port."""
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
