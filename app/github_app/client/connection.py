"""Requests to GitHub: one connection (a gidgethub client) for the App and each installation.

Each request gets its credentials when it is sent, ends within the call's deadline, and
raises only `app.errors.ProviderError`s.
"""

import asyncio
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import TypeVar
from urllib.parse import urlsplit

import aiohttp
import gidgethub
import msgspec
from cachetools import LRUCache, TTLCache
from gidgethub.abc import CACHE_TYPE, GitHubAPI
from gidgethub.sansio import RateLimit

from app.errors import RateLimited, Unavailable
from app.github_app.client import refusals
from app.github_app.client.authentication import Credentials, GitHubClock
from app.github_app.client.graphql import QueryAnswer, usable_part
from app.http.attempt import HttpAnswer, attempt, moved_to, no_answer, origin
from app.http.limits import ALL, ProviderLimits
from app.model import Json
from app.observe import Metrics

T = TypeVar("T")

HOPS = 3
"""The most requests for one call when GitHub redirects it, as it does for a renamed repository."""
CACHED = 200
"""Answers that each connection keeps for conditional requests."""
HALVED_FOR = 3600.0
"""Seconds for which a query that was too large starts with the page size that worked."""
ALL_PAGES = 100
"""The most pages of a list that are read."""
ACCEPT = "application/vnd.github+json"

_UNREADABLE = (gidgethub.GitHubException, ValueError, LookupError, TypeError, AttributeError)
_PARAMETERS = re.compile(r"\?.*|\{\?.*")

_DEADLINE: ContextVar[float | None] = ContextVar("github_deadline", default=None)


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Make all requests inside it, those for tokens included, end within `seconds`.

    The request itself applies the deadline: only there is it known whether a write had been
    sent when the time ran out. A deadline that was set outside stays in force.
    """
    token = _DEADLINE.set(_DEADLINE.get() or asyncio.get_running_loop().time() + seconds)
    try:
        yield
    finally:
        _DEADLINE.reset(token)


class Connection(GitHubAPI):
    """A client of GitHub as one identity: the App, or one installation. Only a 401 is retried.

    `halvings` maps a query and a repository's id to how often its page sizes must be halved.

    `repeatable`: every request of this identity may be carried out twice without harm, so no
    failure is ambiguous. Otherwise that is true of reads and GraphQL queries only.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        credentials: Credentials,
        clock: GitHubClock,
        *,
        base_url: str,
        graphql_url: str,
        timeout: float,
        metrics: Metrics,
        repeatable: bool = False,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        # gidgethub keys its cache by URL alone, so each identity has a cache of its own.
        cache: CACHE_TYPE = LRUCache(CACHED)
        super().__init__("deploybot", base_url=base_url, cache=cache)
        self.halvings: TTLCache[tuple[str, int], int] = TTLCache(1000, HALVED_FOR)
        self._limits = ProviderLimits(provider="github", monotonic=monotonic)
        self._session = session
        self._credentials = credentials
        self._clock = clock
        self._home = base_url
        self._graphql_url = graphql_url
        self._timeout = timeout
        self._metrics = metrics
        self._repeatable = repeatable

    async def read(self, url: str, variables: Mapping[str, str], shape: type[T]) -> T:
        """GET one object; `url` is a URI template, filled in with `variables`."""
        with self._counted(f"GET {url}"), _translated(ambiguous=False):
            return msgspec.convert(await self.getitem(url, variables), shape)

    async def pages(
        self,
        url: str,
        variables: Mapping[str, str],
        shape: type[T],
        *,
        until: Callable[[T], bool] = lambda _item: False,
        key: str = "",
        most: int = ALL_PAGES,
    ) -> list[T]:
        """GET a list page by page, `most` pages at most.

        It ends before the first item for which `until` is true. `key` is the list's name if
        GitHub wraps it in an object.
        """
        found: list[T] = []
        next_url: str | None = url
        for _ in range(most):
            if next_url is None:
                break
            items, next_url = await self.page(next_url, variables, shape, key=key, call=url)
            for item in items:
                if until(item):
                    return found
                found.append(item)
            variables = {}
        return found

    async def page(
        self,
        url: str,
        variables: Mapping[str, str],
        shape: type[T],
        *,
        key: str = "",
        call: str = "",
    ) -> tuple[list[T], str | None]:
        """GET one page of a list, and the URL of the next page; for `key` see `pages`.

        `call` is the template by which the call is counted, if `url` is not one.
        """
        with self._counted(f"GET {call or url}"), _translated(ambiguous=False):
            answer = await self._make_request("GET", url, variables, b"", ACCEPT)
            data: Json = answer[0]
            return msgspec.convert(data[key] if key else data, list[shape]), answer[1]  # type: ignore[valid-type] # a run-time type

    async def write(self, url: str, variables: Mapping[str, str], data: Json, shape: type[T]) -> T:
        """POST: one request, or two if the first was answered with 401."""
        with self._counted(f"POST {url}"), _translated(ambiguous=not self._repeatable):
            return msgspec.convert(await self.post(url, variables, data=data), shape)

    async def change(self, url: str, variables: Mapping[str, str], data: Json, shape: type[T]) -> T:
        """PATCH, like `write`; repeating it changes nothing more."""
        with self._counted(f"PATCH {url}"), _translated(ambiguous=not self._repeatable):
            return msgspec.convert(await self.patch(url, variables, data=data), shape)

    async def query(
        self,
        query: str,
        variables: Mapping[str, Json],
        shape: type[T],
        *,
        optional: Collection[str] = (),
    ) -> QueryAnswer[T]:
        """Send a GraphQL query; returns its `data`, in which `optional` fields may be missing.

        Errors that only say that something does not exist are ignored as well.
        """
        with self._counted(query.split("(", 1)[0].strip()), _translated(ambiguous=False):
            try:
                data = await self.graphql(query, endpoint=self._graphql_url, **variables)
            except gidgethub.QueryError as error:
                try:
                    part = usable_part(error.response, optional, reset_in=self._reset_in())
                except RateLimited as limited:
                    self._limits.pause(limited, self._resource(self._graphql_url))
                    raise
                return QueryAnswer(msgspec.convert(part.data, shape), part.withheld)
            return QueryAnswer(msgspec.convert(data, shape))

    async def sleep(self, seconds: float) -> None:  # pragma: no cover - abstract in gidgethub
        """Abstract in gidgethub; we never call it."""
        await asyncio.sleep(seconds)

    async def _request(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, Mapping[str, str], bytes]:
        """One request; after a 401 it is sent once more with new credentials.

        An answer names the URL of a list's next page: our token must not go to another host.
        """
        if origin(url) not in {origin(self._home), origin(self._graphql_url)}:
            raise Unavailable("github", "an address at another host")
        self._limits.check(self._resource(url))
        ambiguous = not self._repeatable and method != "GET" and url != self._graphql_url
        ends_at = self._ends_at()
        for _ in range(2):
            authorization = await self._authorization(ends_at)
            sent = {**headers, "authorization": authorization}
            answer = await self._send(method, url, sent, body, ends_at=ends_at, ambiguous=ambiguous)
            if answer.status != 401:
                break
            self._credentials.refused(authorization)
        self._count(url, answer)
        if answer.status < 300 or answer.status == 304:
            return answer.status, answer.headers, answer.body
        error = refusals.of_answer(
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            path=urlsplit(url).path,
            ambiguous=ambiguous,
            now=self._clock.now(),
        )
        if isinstance(error, RateLimited):
            secondary = answer.headers.get("x-ratelimit-remaining") != "0"
            self._limits.pause(error, ALL if secondary else self._resource(url))
        raise error

    async def _authorization(self, ends_at: float) -> str:
        try:
            async with asyncio.timeout_at(ends_at):
                return await self._credentials.header()
        except TimeoutError as error:
            raise no_answer("github", error, ambiguous=False) from error

    async def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        *,
        ends_at: float,
        ambiguous: bool,
    ) -> HttpAnswer:
        """Send one request; redirects are followed on the same host, with the same method.

        https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects
        """
        for _ in range(HOPS):
            answer = await attempt(
                self._session,
                method,
                url,
                provider="github",
                seconds=ends_at - asyncio.get_running_loop().time(),
                ambiguous=ambiguous,
                headers=headers,
                data=body or None,
            )
            self._clock.learn(answer.headers.get("date"))
            target = moved_to(url, answer)
            if target is None:
                break
            url = target
        return answer

    def _counted(self, call: str) -> AbstractContextManager[None]:
        """Count a call in the metrics, under its URL template or its query's name."""
        return self._metrics.provider_call("github", _PARAMETERS.sub("", call))

    def _resource(self, url: str) -> str:
        """The rate limit that a request to this URL counts against.

        https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
        """
        return "graphql" if url == self._graphql_url else "core"

    def _count(self, url: str, answer: HttpAnswer) -> None:
        """Remember how many calls are left, according to the answer."""
        rate = RateLimit.from_http(answer.headers)
        if rate is not None:
            seconds = rate.reset_datetime.timestamp() - self._clock.now()
            key = self._resource(url)
            self._limits.set_allowance(key, left=rate.remaining, limit=rate.limit, seconds=seconds)

    def _reset_in(self) -> float | None:
        """Seconds until the rate limit resets; None unless the last answer left us no call."""
        limit = self.rate_limit
        if limit is None or limit.remaining > 0:
            return None
        return limit.reset_datetime.timestamp() - self._clock.now()

    def _ends_at(self) -> float:
        return _DEADLINE.get() or asyncio.get_running_loop().time() + self._timeout


@contextmanager
def _translated(*, ambiguous: bool) -> Iterator[None]:
    """Raise `Unavailable` for an answer that gidgethub or msgspec cannot read."""
    try:
        yield
    except _UNREADABLE as error:
        message = f"an answer that cannot be read ({type(error).__name__})"
        raise Unavailable("github", message, ambiguous=ambiguous) from error
