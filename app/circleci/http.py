"""One request to CircleCI, with its answer or its error."""

import asyncio
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from aiohttp import ClientSession
from msgspec import Struct
from yarl import URL

from app.errors import RateLimited, Unavailable
from app.http.attempt import HttpAnswer, attempt, http_date, passing_failure
from app.http.limits import ProviderLimits
from app.model import Json
from app.observe import Metrics

T = TypeVar("T")


class ApiAnswer(HttpAnswer, frozen=True, kw_only=True):
    """An answer that is neither a failure of the server nor a rate limit."""

    @property
    def ok(self) -> bool:
        """Whether CircleCI did what it was asked."""
        return 200 <= self.status < 300

    @property
    def message(self) -> str:
        """CircleCI's own words, or the bare status."""
        return message_of(self.status, self.body)

    def decode(self, shape: type[T], *, ambiguous: bool = False) -> T:
        """The body as `shape`; raises `Unavailable` if it is something else."""
        try:
            return msgspec.json.decode(self.body, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unavailable(
                "ci", "an unreadable answer", status=self.status, ambiguous=ambiguous
            ) from error


class CircleCIClock:
    """CircleCI's clock, read from the `Date` of its answers and carried on by our monotonic one.

    It is never ahead of theirs: an answer is dated before it arrives, in whole seconds.
    https://www.rfc-editor.org/rfc/rfc9110#field.date
    """

    def __init__(self) -> None:
        self._ahead: float | None = None

    def learn(self, date: str | None, monotonic: float) -> None:
        """Learn from the `Date` of an answer that came at `monotonic` (seconds)."""
        at = http_date(date)
        if at is not None:
            self._ahead = at - monotonic

    def now(self, monotonic: float) -> float | None:
        """CircleCI's time in epoch seconds; None before the first answer."""
        return None if self._ahead is None else self._ahead + monotonic


@dataclass(frozen=True, kw_only=True)
class Api:
    """CircleCI's API for one token; `timeout` (seconds) is for all requests of one `calls()`."""

    session: ClientSession
    base_url: str
    token: str = field(repr=False)
    timeout: float
    metrics: Metrics
    limits: ProviderLimits = field(
        default_factory=lambda: ProviderLimits(provider="ci"), repr=False, compare=False
    )
    clock: CircleCIClock = field(default_factory=CircleCIClock, repr=False, compare=False)

    def calls(self) -> "ApiCalls":
        """Requests that belong together; all of them end within the timeout."""
        return ApiCalls(api=self, until=asyncio.get_running_loop().time() + self.timeout)


@dataclass(frozen=True, kw_only=True)
class ApiCalls:
    """Requests that share what is left of the time until `until` (the loop's clock)."""

    api: Api
    until: float

    async def get(self, path: str, *, call: str, query: dict[str, str] | None = None) -> ApiAnswer:
        """One GET; `call` names it in the metrics."""
        url = self._url(path)
        return await self._send("GET", url.with_query(query) if query else url, call=call)

    async def post(self, path: str, *, call: str, body: Json = None) -> ApiAnswer:
        """One POST; a failure that may have come after it was carried out is ambiguous."""
        return await self._send("POST", self._url(path), call=call, body=body)

    async def _send(self, method: str, url: URL, *, call: str, body: Json = None) -> ApiAnswer:
        writes = method == "POST"
        self.api.limits.check()
        with self.api.metrics.provider_call("circleci", call):
            got = await attempt(
                self.api.session,
                method,
                url,
                provider="ci",
                seconds=self.until - asyncio.get_running_loop().time(),
                ambiguous=writes,
                headers=self._headers(body),
                data=None if body is None else msgspec.json.encode(body),
            )
            answer = ApiAnswer(status=got.status, headers=got.headers, body=got.body)
            if got.status < 500:  # a 5xx may come from a proxy, whose clock may be wrong
                self.api.clock.learn(got.headers.get("Date"), asyncio.get_running_loop().time())
            if answer.ok:
                return answer
            failure = passing_failure(
                "ci", got.status, got.headers, answer.message, ambiguous=writes
            )
            if isinstance(failure, RateLimited):
                self.api.limits.pause(failure)
            if failure is not None:
                raise failure
            return answer

    def _url(self, path: str) -> URL:
        return URL(self.api.base_url + path, encoded=True)

    def _headers(self, body: Json) -> dict[str, str]:
        headers = {"Circle-Token": self.api.token, "Accept": "application/json"}
        return headers if body is None else {**headers, "Content-Type": "application/json"}


class _Message(Struct):
    message: str | None = None


def message_of(status: int, body: bytes) -> str:
    """The `message` of an answer, or its status if there is none."""
    try:
        found = msgspec.json.decode(body, type=_Message).message
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = None
    return " ".join(found.split())[:2000] if found else f"HTTP {status}"
