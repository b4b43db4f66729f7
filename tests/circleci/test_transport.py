"""Ways for a connection to fail that no server can bring about at will, and what each may mean."""

import errno
import ssl
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from aioresponses import aioresponses

from app.errors import Unavailable
from tests.circleci.conftest import SLUG, MakeClient, run

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


@pytest.mark.parametrize("error", [*NEVER_SENT, *MAY_BE_DONE], ids=name_of)
async def test_a_trigger_is_ambiguous_once_it_was_sent(
    make_client: MakeClient, error: Exception
) -> None:
    """A failure while connecting started no pipeline; after it, one may have been started."""
    with aioresponses() as network:
        network.post(f"{ADDRESS}/project/{SLUG}/pipeline", exception=error)
        with pytest.raises(Unavailable) as caught:
            await make_client(base_url=ADDRESS).trigger(run())
    assert caught.value.ambiguous is (error in MAY_BE_DONE)
    assert caught.value.retry_after is None


@pytest.mark.parametrize("error", [*NEVER_SENT, *MAY_BE_DONE], ids=name_of)
async def test_a_read_is_never_ambiguous(make_client: MakeClient, error: Exception) -> None:
    """It changes nothing, whatever became of it."""
    with aioresponses() as network:
        network.get(f"{ADDRESS}/pipeline/p1/workflow", exception=error)
        network.get(f"{ADDRESS}/pipeline/p1", exception=error)
        with pytest.raises(Unavailable) as caught:
            await make_client(base_url=ADDRESS).read("p1")
    assert not caught.value.ambiguous
