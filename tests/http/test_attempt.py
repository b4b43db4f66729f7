"""One attempt at a provider: what each way to fail may mean, and how long to wait."""

import errno
import ssl
import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from aioresponses import aioresponses

from app.errors import RateLimited, Unavailable
from app.http.attempt import LONGEST_WAIT, attempt, passing_failure, retry_after

ADDRESS = "https://circleci.example/api/v2"
HOST = ConnectionKey("circleci.example", 443, True, True, None, None, None)

NEVER_SENT = [
    aiohttp.ClientConnectorError(HOST, OSError(errno.ECONNREFUSED, "refused")),
    aiohttp.ClientConnectorDNSError(HOST, OSError(-2, "Name or service not known")),
    aiohttp.ClientConnectorCertificateError(HOST, ssl.SSLCertVerificationError("expired")),
    aiohttp.ConnectionTimeoutError("no connection in time"),
]
MAY_BE_DONE = [
    aiohttp.ServerDisconnectedError(),
    aiohttp.SocketTimeoutError("no answer in time"),
    aiohttp.ClientOSError(errno.ECONNRESET, "Connection reset by peer"),
    aiohttp.ClientPayloadError("Response payload is not completed"),
    ConnectionResetError(errno.ECONNRESET, "Cannot write to closing transport"),
]


def name_of(error: Any) -> str:
    """What a case is called."""
    return type(error).__name__


@pytest.mark.parametrize("writes", [True, False])
@pytest.mark.parametrize("error", [*NEVER_SENT, *MAY_BE_DONE], ids=name_of)
async def test_a_write_is_ambiguous_once_it_was_sent(error: Exception, writes: bool) -> None:
    """A failure while connecting changed nothing; after it, a write may have been carried out."""
    with aioresponses() as network:
        network.post(ADDRESS, exception=error)
        async with aiohttp.ClientSession() as session:
            with pytest.raises(Unavailable) as caught:
                await attempt(session, "POST", ADDRESS, provider="ci", seconds=1, ambiguous=writes)
    assert caught.value.ambiguous is (writes and error in MAY_BE_DONE)
    assert caught.value.retry_after is None


@pytest.mark.parametrize("status", [408, 500, 503, 520])
def test_an_outage(status: int) -> None:
    """It passes, at the time given; whether a write was carried out is not known."""
    failure = passing_failure("slack", status, {"Retry-After": "9"}, "down", ambiguous=True)
    assert failure is not None
    assert (failure.status, failure.retry_after, failure.ambiguous) == (status, 9.0, True)


def test_a_rate_limit() -> None:
    """Nothing was done, so nothing is ambiguous."""
    failure = passing_failure("asana", 429, {}, "slow down", ambiguous=True)
    assert isinstance(failure, RateLimited)
    assert (failure.retry_after, failure.ambiguous) == (None, False)


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 422])
def test_no_passing_failure(status: int) -> None:
    """Any other status is left to the provider's own rules."""
    assert passing_failure("ci", status, {}, "", ambiguous=True) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("17", 17.0),
        (" 0 ", 0.0),
        ("999999", LONGEST_WAIT),
        ("9" * 400, LONGEST_WAIT),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Sun, 06 Nov 2994 08:49:37 GMT", LONGEST_WAIT),
        ("Sun, 99 Nov 2994 08:49:37 GMT", None),
        (None, None),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("²", None),
    ],
)
def test_retry_after(value: str | None, seconds: float | None) -> None:
    """A number or a date; a past date means now, and the wait is bounded."""
    assert retry_after(value) == seconds


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=2))])
def test_retry_after_a_date_to_come(zone: timezone) -> None:
    """A date counts by its own zone."""
    value = format_datetime(datetime.fromtimestamp(time.time() + 120, zone))
    waits = retry_after(value)
    assert waits is not None
    assert 110 < waits <= 120
