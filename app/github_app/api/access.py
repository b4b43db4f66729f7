"""Reaching a repository: its current name, its installation, and the connection to use.

A repository is identified by its id: a rename changes its name, a transfer or a new
installation of the App its installation. The classes that call GitHub inherit from `Access`.
"""

import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from functools import partial, wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

import aiohttp
from cachetools import LRUCache, TTLCache
from msgspec import structs

from app.errors import ProviderError, Refused
from app.github_app.api.shapes.rest import (
    AppObject,
    InstallationObject,
    RepositoryObject,
    TokenObject,
)
from app.github_app.client.authentication import (
    AppCredentials,
    GitHubClock,
    InstallationCredentials,
    InstallationTokens,
    Token,
)
from app.github_app.client.connection import Connection, deadline
from app.model.github.app import AppIdentity
from app.model.github.repository import Repository
from app.model.plan import RepositoryRef
from app.model.reasons import Reason
from app.model.reasons.binding import (
    AppNotInstalled,
    AppSuspended,
    RepositoryArchived,
    RepositoryNotFound,
)
from app.model.reasons.github import GitHubRefused
from app.observe import Metrics

T = TypeVar("T")
P = ParamSpec("P")
A = TypeVar("A", bound="Access")

IDENTITY_FOR = 3600.0
"""Seconds for which the answer of `GET /app` is cached."""

SKEW = 300.0
"""Seconds that a search on GitHub starts earlier, as clocks may differ."""

_MAY_HAVE_MOVED = RepositoryNotFound | AppNotInstalled | AppSuspended
"""Refusals that may mean that the repository has moved."""


def in_time(
    method: Callable[Concatenate[A, P], Awaitable[T]],
) -> Callable[Concatenate[A, P], Coroutine[Any, Any, T]]:
    """Make all requests of one call of the method end within the client's `timeout`."""

    @wraps(method)
    async def bounded(self: A, /, *args: P.args, **kwargs: P.kwargs) -> T:
        with deadline(self.timeout):
            return await method(self, *args, **kwargs)

    return bounded


class Access:
    """Connections to GitHub: as the App, and as each of its installations.

    `timeout` is in seconds, for each call. Methods raise only `Unavailable`, `RateLimited` or
    `Refused`; the constructor raises `ValueError` if `private_key` is not an RSA key.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        app_id: str,
        private_key: str,
        base_url: str,
        graphql_url: str,
        timeout: float,
        metrics: Metrics | None = None,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock = GitHubClock(wall, monotonic)
        self.timeout = timeout
        self.app_id = app_id
        self._connect = partial(
            Connection,
            session,
            clock=clock,
            base_url=base_url,
            graphql_url=graphql_url,
            timeout=timeout,
            metrics=metrics or Metrics(),
            monotonic=monotonic,
        )
        credentials = AppCredentials(app_id, private_key, clock, monotonic=monotonic)
        # Repeating what the App asks for as itself (tokens, redeliveries) does no harm.
        self.app = self._connect(credentials, repeatable=True)
        self._tokens = InstallationTokens(self._mint, clock, monotonic=monotonic)
        self._installations: LRUCache[int, Connection] = LRUCache(1000)
        self._identity: TTLCache[str, AppIdentity] = TTLCache(1, IDENTITY_FOR, timer=monotonic)

    def installation(self, installation_id: int) -> Connection:
        """The connection of an installation, always the same one."""
        known = self._installations.get(installation_id)
        if known is None:
            credentials = InstallationCredentials(self._tokens, installation_id)
            known = self._connect(credentials, repeatable=False)
            self._installations[installation_id] = known
        return known

    @in_time
    async def identity(self) -> AppIdentity:
        """Our own App; GitHub is asked once an hour."""
        return self._identity.get("") or await self._identify()

    async def _identify(self) -> AppIdentity:
        found = (await self.app.read("/app", {}, AppObject)).identity()
        self._identity[""] = found
        return found

    async def clock(self) -> float:
        """GitHub's clock now, learned from its last answer (see `app.ports.GitHub`)."""
        await self._learn_clock()
        return self._clock.now()

    @in_time
    async def _learn_clock(self) -> None:
        """Make sure that GitHub's clock is known: any answer has the time in it."""
        if not self._clock.known:
            await self._identify()

    async def by_our_clock(self, at: float) -> float:
        """A moment by GitHub's clock, converted to ours (see `app.ports.GitHub`)."""
        await self._learn_clock()
        return at - self._clock.offset

    def by_github_clock(self, at: float) -> float:
        """A moment by our clock, converted to GitHub's as it was in the last answer."""
        return at + self._clock.offset

    @in_time
    async def repository(self, full_name: str) -> Repository:
        """A repository by its current or a former name."""
        installation_id = await self._installation_of(full_name)
        found = await self.installation(installation_id).read(
            "/repos/{owner}/{repo}", path_of(full_name), RepositoryObject
        )
        return found.repository(installation_id)

    @in_time
    async def repository_by_id(self, ref: RepositoryRef) -> Repository:
        """A repository by id, whatever its name and its owner are now."""
        candidates: list[int] = []
        refusals: list[Refused] = []
        try:
            candidates.append(await self._installation_of(ref.full_name))
        except Refused as refused:
            refusals.append(refused)
        if ref.installation_id is not None and ref.installation_id not in candidates:
            candidates.append(ref.installation_id)
        for installation_id in candidates:
            try:
                # Undocumented, but where GitHub's own redirects of renamed repositories lead.
                found = await self.installation(installation_id).read(
                    "/repositories/{id}", {"id": str(ref.id)}, RepositoryObject
                )
            except Refused as refused:
                refusals.append(refused)
            else:
                return found.repository(installation_id)
        raise await self._explained(refusals[0], ref.full_name)

    async def run_on(
        self, ref: RepositoryRef, call: Callable[[Connection, RepositoryRef], Awaitable[T]]
    ) -> T:
        """Run `call` with the repository's connection; if it has moved, find it and run it again.

        Only a refusal leads to the second call, so nothing is done twice.
        """
        try:
            return await self._call(ref, call)
        except Refused as refused:
            if not isinstance(refused.reason, _MAY_HAVE_MOVED) and refused.status != 404:
                raise await self._explained(refused, ref.full_name) from refused
            found = (await self.repository_by_id(ref)).ref
            if _same_place(found, ref):
                # The repository has not moved: something in it is missing.
                message = refused.message
                reason = GitHubRefused(message=message)
                raise Refused("github", reason, message, status=refused.status) from refused
        return await self._call(found, call)

    async def close(self) -> None:
        """Cancel what is under way; the HTTP session belongs to the caller."""
        await self._tokens.close()

    async def _call(
        self, ref: RepositoryRef, call: Callable[[Connection, RepositoryRef], Awaitable[T]]
    ) -> T:
        installation_id = ref.installation_id
        if installation_id is None:
            installation_id = await self._installation_of(ref.full_name)
        known = structs.replace(ref, installation_id=installation_id)
        return await call(self.installation(installation_id), known)

    async def _installation_of(self, full_name: str) -> int:
        """The id of the installation that covers a repository; raises `Refused` without one."""
        try:
            found = await self.app.read(
                "/repos/{owner}/{repo}/installation", path_of(full_name), InstallationObject
            )
        except Refused as refused:
            if refused.status != 404:
                raise
            raise await self._absent(full_name, refused) from refused
        if found.suspended_at is not None:
            suspended = AppSuspended(url=found.html_url)
            refusal = Refused("github", suspended, "suspended", status=403)
            raise await self._explained(refusal, full_name)
        return found.id

    async def _absent(self, full_name: str, refused: Refused) -> Refused:
        """Which of two cases GitHub's 404 means: no such repository, or no installation."""
        owner = path_of(full_name)["owner"]
        reason: Reason = RepositoryNotFound()
        try:
            await self.app.read("/users/{owner}/installation", {"owner": owner}, InstallationObject)
        except Refused as none:
            if none.status != 404:
                return none
            reason = AppNotInstalled()
        refusal = Refused("github", reason, refused.message, status=404)
        return await self._explained(refusal, full_name)

    async def _explained(self, refusal: Refused, full_name: str) -> Refused:
        """The refusal with the repository's name and the page where people can mend it."""
        reason = refusal.reason
        if not isinstance(reason, _MAY_HAVE_MOVED | RepositoryArchived):
            return refusal
        url = reason.url
        if isinstance(reason, RepositoryNotFound | AppNotInstalled):
            with suppress(ProviderError):
                url = url or f"{(await self.identity()).html_url}/installations/new"
        named = structs.replace(reason, repository=reason.repository or full_name, url=url)
        return Refused("github", named, refusal.message, status=refusal.status)

    async def _mint(self, installation_id: int) -> Token:
        minted = await self.app.write(
            "/app/installations/{id}/access_tokens", {"id": str(installation_id)}, {}, TokenObject
        )
        return Token(value=minted.token, expires_at=minted.expires_at)


def path_of(full_name: str) -> dict[str, str]:
    """`owner/name` as two variables of a URI template: in a single one the slash is escaped."""
    owner, _, name = full_name.partition("/")
    return {"owner": owner, "repo": name}


def _same_place(found: RepositoryRef, asked: RepositoryRef) -> bool:
    return found.full_name.lower() == asked.full_name.lower() and asked.installation_id in {
        None,
        found.installation_id,
    }
