"""Authentication with GitHub: the App's JWTs, and installation tokens.

Tokens are opaque strings of any length, and are never stored or logged.
https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextvars import Context
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

import jwt
from cachetools import TLRUCache
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from app.http.attempt import http_date

SKEW = 5.0
"""Differences between clocks of up to this many seconds are ignored.

`Date` has whole seconds, and an answer takes time to arrive.
"""

ISSUED_BEFORE = 60
"""Seconds by which a JWT is backdated, in case our clock is ahead of GitHub's."""
JWT_LIFETIME = 540
"""Seconds until a JWT expires; GitHub allows 10 minutes at most."""
JWT_RENEWAL = 300.0
"""Age of a JWT, in seconds, at which a new one is made."""
EARLY = 300.0
"""Seconds before its expiry at which an installation token is renewed."""


class Credentials(Protocol):
    """Makes the `Authorization` header of a connection's requests."""

    async def header(self) -> str:
        """The header's value for the next request; may raise a `ProviderError`."""

    def refused(self, header: str) -> None:
        """Discard a value that GitHub answered with 401, so that the next one is new."""


@dataclass
class GitHubClock:
    """GitHub's wall clock, learned from the `Date` of its answers: ours may be wrong, or jump."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    offset: float = 0.0
    _learned_at: tuple[float, float] | None = None

    @property
    def known(self) -> bool:
        """Whether an answer has been seen, and our wall clock has not jumped since."""
        if self._learned_at is None:
            return False
        wall, monotonic = self._learned_at
        return abs(self.wall() - wall - (self.monotonic() - monotonic)) <= SKEW

    def now(self) -> float:
        """Epoch seconds by GitHub's clock."""
        return self.wall() + self.offset

    def learn(self, date: str | None) -> None:
        """Learn from the `Date` header of an answer; a missing or malformed one is ignored."""
        theirs = http_date(date)
        if theirs is None:
            return
        offset = theirs - self.wall()
        self.offset = offset if abs(offset) > SKEW else 0.0
        self._learned_at = (self.wall(), self.monotonic())


class AppCredentials:
    """Signs JWTs as the App, and uses each for a few minutes.

    `private_key` is PEM; raises `ValueError` if it is not an RSA key. The key's numbers are not
    validated here: that takes a tenth of a second, and reading the settings has done it.
    """

    def __init__(
        self,
        app_id: str,
        private_key: str,
        clock: GitHubClock,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        key = load_pem_private_key(
            private_key.encode(), password=None, unsafe_skip_rsa_key_validation=True
        )
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("no RSA key")  # noqa: TRY004 - its value is wrong, not its type
        self._app_id = app_id
        self._key = key
        self._clock = clock
        self._monotonic = monotonic
        self._header = ""
        self._made_at = 0.0

    async def header(self) -> str:
        """A JWT that stays valid for a few minutes."""
        if not self._header or self._monotonic() - self._made_at > JWT_RENEWAL:
            self._header, self._made_at = f"Bearer {self._sign()}", self._monotonic()
        return self._header

    def refused(self, header: str) -> None:
        """Sign a new JWT next time, dated by GitHub's clock, which the refusal has shown."""
        if header == self._header:
            self._header = ""

    def _sign(self) -> str:
        now = int(self._clock.now())
        claims = {"iat": now - ISSUED_BEFORE, "exp": now + JWT_LIFETIME, "iss": self._app_id}
        return jwt.encode(claims, self._key, algorithm="RS256")


@dataclass(frozen=True)
class Token:
    """An installation token, and when it expires by GitHub's clock."""

    value: str = field(repr=False)
    expires_at: datetime


MintToken = Callable[[int], Awaitable[Token]]
"""Asks GitHub for a new token, by the installation's id; raises `app.errors.ProviderError`s."""


class InstallationTokens:
    """The tokens of all installations: cached, renewed early, one request at a time for each."""

    def __init__(
        self,
        mint: MintToken,
        clock: GitHubClock,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._mint = mint
        self._clock = clock
        self._tokens: TLRUCache[int, Token] = TLRUCache(
            maxsize=10_000, ttu=self._usable_until, timer=monotonic
        )
        self._under_way: dict[int, asyncio.Task[Token]] = {}

    async def token(self, installation_id: int) -> str:
        """A token that stays valid for a few minutes; concurrent callers share one request.

        Raises what `MintToken` raises.
        """
        known = self._tokens.get(installation_id)
        if known is not None:
            return known.value
        task = self._under_way.get(installation_id)
        if task is None:
            # In a context of its own: it serves many callers, so no caller's deadline may end it.
            task = asyncio.create_task(self._renew(installation_id), context=Context())
            self._under_way[installation_id] = task
            task.add_done_callback(lambda done: self._ended(installation_id, done))
        return (await asyncio.shield(task)).value

    def refused(self, installation_id: int, value: str) -> None:
        """Forget a token that GitHub refused, unless it has been replaced already."""
        known = self._tokens.get(installation_id)
        if known is not None and known.value == value:
            del self._tokens[installation_id]

    async def close(self) -> None:
        """Cancel the requests for tokens that are under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _renew(self, installation_id: int) -> Token:
        token = await self._mint(installation_id)
        self._tokens[installation_id] = token
        return token

    def _ended(self, installation_id: int, task: asyncio.Task[Token]) -> None:
        del self._under_way[installation_id]
        if not task.cancelled():
            task.exception()  # marked as retrieved, even if every caller has gone

    def _usable_until(self, _installation_id: int, token: Token, now: float) -> float:
        return now + token.expires_at.timestamp() - self._clock.now() - EARLY


@dataclass(frozen=True)
class InstallationCredentials:
    """Authenticates as one installation."""

    tokens: InstallationTokens
    installation_id: int

    async def header(self) -> str:
        """The installation's current token, as the header's value."""
        return f"token {await self.tokens.token(self.installation_id)}"

    def refused(self, header: str) -> None:
        """Ask for a new token next time."""
        self.tokens.refused(self.installation_id, header.removeprefix("token "))
