"""Who we are to GitHub: App JWTs and installation tokens.

Tokens are opaque, of any length, and never written anywhere.
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
"""Seconds that clocks may seem to differ: `Date` has whole seconds, and the answer travelled."""

ISSUED_BEFORE = 60
"""Seconds by which a JWT is dated back, so that a clock ahead of GitHub's does no harm."""
JWT_LIFETIME = 540
"""Seconds from now to a JWT's end; GitHub allows 10 minutes."""
JWT_RENEWAL = 300.0
"""Seconds after which a new JWT is made."""
EARLY = 300.0
"""Seconds before its end at which an installation token is renewed."""


class Credentials(Protocol):
    """What a connection puts into `Authorization`."""

    async def header(self) -> str:
        """The header's value for the next request."""

    def refused(self, header: str) -> None:
        """GitHub answered 401 to that value: the next one must be new."""


@dataclass
class GitHubClock:
    """GitHub's wall clock, learned from the `Date` of its answers; ours may be wrong, and jump."""

    wall: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    offset: float = 0.0
    _learned_at: tuple[float, float] | None = None

    @property
    def told(self) -> bool:
        """Whether an answer has told it, and our wall clock has not jumped since."""
        if self._learned_at is None:
            return False
        wall, monotonic = self._learned_at
        return abs(self.wall() - wall - (self.monotonic() - monotonic)) <= SKEW

    def now(self) -> float:
        """Epoch seconds by GitHub's clock."""
        return self.wall() + self.offset

    def learn(self, date: str | None) -> None:
        """Take over the `Date` header of an answer; one that is malformed is passed over."""
        told = http_date(date)
        if told is None:
            return
        offset = told - self.wall()
        self.offset = offset if abs(offset) > SKEW else 0.0
        self._learned_at = (self.wall(), self.monotonic())


class AppCredentials:
    """Signs JWTs as the App and uses each for some minutes.

    `private_key` is PEM; `ValueError` if it is no RSA key. Its numbers are not checked: the
    settings have done that, and it takes a tenth of a second.
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
        """A JWT that is valid for some minutes more."""
        if not self._header or self._monotonic() - self._made_at > JWT_RENEWAL:
            self._header, self._made_at = f"Bearer {self._sign()}", self._monotonic()
        return self._header

    def refused(self, header: str) -> None:
        """The next JWT is a new one, dated by GitHub's clock as its answer told it."""
        if header == self._header:
            self._header = ""

    def _sign(self) -> str:
        now = int(self._clock.now())
        claims = {"iat": now - ISSUED_BEFORE, "exp": now + JWT_LIFETIME, "iss": self._app_id}
        return jwt.encode(claims, self._key, algorithm="RS256")


@dataclass(frozen=True)
class Token:
    """An installation token; `expires_at` is epoch seconds by GitHub's clock."""

    value: str = field(repr=False)
    expires_at: datetime


MintToken = Callable[[int], Awaitable[Token]]
"""Asks GitHub for a new token of an installation; raises `app.errors.ProviderError`s."""


class InstallationTokens:
    """Tokens of all installations: cached, renewed early, asked for once at a time."""

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
        """A token that is valid for some minutes more; callers at the same time share one."""
        known = self._tokens.get(installation_id)
        if known is not None:
            return known.value
        task = self._under_way.get(installation_id)
        if task is None:
            # A context of its own: it serves many callers, so no caller's deadline ends it.
            task = asyncio.create_task(self._renew(installation_id), context=Context())
            self._under_way[installation_id] = task
            task.add_done_callback(lambda done: self._ended(installation_id, done))
        return (await asyncio.shield(task)).value

    def refused(self, installation_id: int, value: str) -> None:
        """Forget a token that GitHub refused, unless it was replaced already."""
        known = self._tokens.get(installation_id)
        if known is not None and known.value == value:
            del self._tokens[installation_id]

    async def close(self) -> None:
        """Drop what is under way."""
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
            task.exception()  # seen, also when every caller has gone

    def _usable_until(self, _installation_id: int, token: Token, now: float) -> float:
        return now + token.expires_at.timestamp() - self._clock.now() - EARLY


@dataclass(frozen=True)
class InstallationCredentials:
    """One installation's tokens."""

    tokens: InstallationTokens
    installation_id: int

    async def header(self) -> str:
        """The installation's current token."""
        return f"token {await self.tokens.token(self.installation_id)}"

    def refused(self, header: str) -> None:
        """The next token is a new one."""
        self.tokens.refused(self.installation_id, header.removeprefix("token "))
