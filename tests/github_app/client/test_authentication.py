"""App JWTs and installation tokens: life, renewal, single flight, secrecy."""

import asyncio
import logging
import time
from typing import Any

import aiohttp
import jwt
import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.errors import Refused, Unavailable
from app.github_app.client.authentication import AppCredentials, GitHubClock
from app.github_app.github_client import GitHubClient
from app.model.plan import RepositoryRef
from sandbox.github.standin import GitHubStandIn
from tests.github_app.conftest import client_of

MINTS = "POST /app/installations/.*/access_tokens"


def claims_of(header: str, public_key: str) -> dict[str, Any]:
    """A JWT's claims, its signature checked."""
    token = header.removeprefix("Bearer ")
    return jwt.decode(token, public_key, algorithms=["RS256"], options={"verify_exp": False})


async def test_a_jwts_claims(key_pair: tuple[str, str]) -> None:
    """A JWT begins a minute ago and ends within GitHub's ten minutes."""
    clock = GitHubClock(lambda: 1_790_000_000.0)
    credentials = AppCredentials("42", key_pair[0], clock)
    claims = claims_of(await credentials.header(), key_pair[1])
    assert claims == {"iat": 1_789_999_940, "exp": 1_790_000_540, "iss": "42"}
    assert claims["exp"] - claims["iat"] <= 600


async def test_a_jwt_is_used_for_some_minutes(key_pair: tuple[str, str]) -> None:
    """A JWT is signed once and used until it is five minutes old by our own monotonic clock."""
    now = [100.0]
    credentials = AppCredentials("42", key_pair[0], GitHubClock(), monotonic=lambda: now[0])
    first = await credentials.header()
    credentials._clock.wall = lambda: 1_790_000_000.0
    now[0] += 299
    assert await credentials.header() == first
    now[0] += 2
    assert await credentials.header() != first


def test_a_key_of_another_kind() -> None:
    """A key that cannot sign for an App is told at once, not at the first call."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(ValueError, match="no RSA key"):
        AppCredentials("42", pem, GitHubClock())


@pytest.mark.parametrize("off", [-7200.0, -300.0, 0.0, 300.0, 7200.0])
async def test_a_clock_that_is_wrong(
    github: GitHubStandIn, key_pair: tuple[str, str], session: aiohttp.ClientSession, off: float
) -> None:
    """With our clock hours off, GitHub's own `Date` is learned and the next JWT is right."""
    client = client_of(github, key_pair[0], session, wall=lambda: time.time() + off)
    shop = await client.repository("acme/shop")
    await client.deployments(shop.ref)
    await client.deployments(shop.ref)
    assert len(github.faults.made(MINTS)) == 1
    assert len([call for call in github.faults.calls if call.status == 401]) <= 1


@pytest.mark.parametrize(
    ("date", "offset"),
    [
        ("Mon, 21 Sep 2026 14:14:20 GMT", 60.0),
        ("Mon, 21 Sep 2026 14:13:22 GMT", 0.0),
        ("not a date", 0.0),
        ("", 0.0),
        (None, 0.0),
    ],
)
def test_what_is_learned_of_githubs_clock(date: str | None, offset: float) -> None:
    """Only a difference of several seconds counts; unreadable dates are ignored."""
    clock = GitHubClock(lambda: 1_790_000_000.0)
    clock.learn(date)
    assert clock.offset == offset


async def test_a_wrong_app_id(
    github: GitHubStandIn, key_pair: tuple[str, str], session: aiohttp.ClientSession
) -> None:
    """An App that GitHub does not know is refused in its words."""
    client = client_of(github, key_pair[0], session, app_id="999")
    with pytest.raises(Refused) as caught:
        await client.identity()
    assert caught.value.message == "Integration not found"


async def test_identity_is_asked_once(github: GitHubStandIn, client: GitHubClient) -> None:
    """Who we are is asked once and kept."""
    for _ in range(3):
        identity = await client.identity()
    assert identity.slug == "deploybot"
    assert identity.id == github.app_record.id
    assert identity.client_id == github.app_record.client_id
    assert len(github.faults.made("GET /app$")) == 1


async def test_callers_at_once_share_one_token(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Twenty calls at the same time ask for one token."""
    github.faults.add(MINTS, delay=0.05)
    await asyncio.gather(*(client.deployments(shop) for _ in range(20)))
    assert len(github.faults.made(MINTS)) == 1


async def test_a_shared_failure_is_everybodys(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """If no token can be had, all waiting callers fail; the next call asks again."""
    github.unavailable(match=MINTS)
    results = await asyncio.gather(
        *(client.deployments(shop) for _ in range(5)), return_exceptions=True
    )
    assert [type(result) for result in results] == [Unavailable] * 5
    assert await client.deployments(shop) == []
    assert len(github.faults.made(MINTS)) == 2


async def test_a_caller_who_gives_up_stops_no_other(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """The token that was asked for by a call since cancelled still serves the others."""
    github.faults.add(MINTS, delay=0.1)
    gone = asyncio.create_task(client.deployments(shop))
    waiting = asyncio.create_task(client.deployments(shop))
    await asyncio.sleep(0.05)
    gone.cancel()
    assert await waiting == []
    assert len(github.faults.made(MINTS)) == 1


async def test_closing_drops_what_is_under_way(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Closing does not wait for a token that is being requested."""
    github.faults.add(MINTS, delay=1)
    waiting = asyncio.create_task(client.deployments(shop))
    await asyncio.sleep(0.05)
    await asyncio.wait_for(client.close(), 0.5)
    with pytest.raises(asyncio.CancelledError):
        await waiting


async def test_a_token_is_renewed_early(
    github: GitHubStandIn, key_pair: tuple[str, str], session: aiohttp.ClientSession
) -> None:
    """A token is used for most of its hour and renewed minutes before its end."""
    now = [0.0]
    client = client_of(github, key_pair[0], session, monotonic=lambda: now[0])
    shop = (await client.repository("acme/shop")).ref
    now[0] += 3200
    await client.deployments(shop)
    assert len(github.faults.made(MINTS)) == 1
    now[0] += 150
    await client.deployments(shop)
    assert len(github.faults.made(MINTS)) == 2
    assert not [call for call in github.faults.calls if call.status == 401]


async def test_a_revoked_token_is_replaced_once(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """After a 401 the same request is sent with a new token, so the caller notices nothing."""
    await client.deployments(shop)
    github.expire_tokens()
    made = github.person_deploys("acme/shop")
    assert [one.id for one in await client.deployments(shop)] == [made.id]
    assert len(github.faults.made(MINTS)) == 2


async def test_401_for_ever_ends(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """A second 401 is a refusal; there is no loop."""
    body = '{"message": "Bad credentials"}'
    json_type = {"Content-Type": "application/json"}
    github.faults.add("/graphql", times=None, status=401, body=body, headers=json_type)
    with pytest.raises(Refused) as caught:
        await client.deployments(shop)
    assert (caught.value.name, caught.value.status) == ("github_refused", 401)
    assert len(github.faults.made("/graphql")) == 2


async def test_one_cache_for_each_installation(
    github: GitHubStandIn, client: GitHubClient, shop: RepositoryRef
) -> None:
    """Installations share neither token nor cached answer."""
    github.add_repository("other/shop")
    for name in ("acme/shop", "other/shop"):
        for _ in range(2):
            assert (await client.repository(name)).full_name == name
    assert len(github.faults.made(MINTS)) == 2
    reads = github.faults.made("GET /repos/[a-z]+/shop$")
    assert [call.status for call in reads] == [200, 304, 200, 304]


async def test_tokens_are_never_logged(
    github: GitHubStandIn,
    key_pair: tuple[str, str],
    session: aiohttp.ClientSession,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Neither a log line, nor an error, nor any text of an object holds a token or key."""
    client = client_of(github, key_pair[0], session)
    with structlog.testing.capture_logs() as lines, caplog.at_level(logging.DEBUG):
        shop = (await client.repository("acme/shop")).ref
        await client.deployments(shop)
        github.unavailable(match="/graphql", times=None)
        with pytest.raises(Unavailable) as caught:
            await client.deployments(shop)
    token = next(iter(github.state.tokens))
    assert len(token) > 40
    kept = client._tokens._tokens
    seen = f"{lines}{caplog.text}{caught.value!r}{caught.value}{dict(kept)}{client.app}"
    assert token not in seen
    assert "PRIVATE" not in seen
