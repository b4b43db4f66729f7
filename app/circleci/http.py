"""One request to CircleCI: what came back, or which way it failed."""

import asyncio
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec
from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout
from aiohttp import ConnectionTimeoutError as ConnectTimeout
from msgspec import Struct
from multidict import CIMultiDictProxy
from yarl import URL

from app.errors import RateLimited, Unavailable
from app.model.build import Json
from app.observe import Metrics

T = TypeVar("T")


class Answer(Struct, frozen=True, kw_only=True):
    """An answer that is neither a failure of the server nor a rate limit."""

    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether CircleCI did what it was asked."""
        return 200 <= self.status < 300

    @property
    def message(self) -> str:
        """CircleCI's own words, or the bare status."""
        return message_of(self.status, self.body)

    def decode(self, shape: type[T], *, ambiguous: bool = False) -> T:
        """The body in a shape of ours; `Unavailable` if it has another."""
        try:
            return msgspec.json.decode(self.body, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Unavailable(
                "circleci", "an unreadable answer", status=self.status, ambiguous=ambiguous
            ) from error


@dataclass(frozen=True, kw_only=True)
class Api:
    """CircleCI's API for one token; `timeout` (seconds) holds for a whole job of ours."""

    session: ClientSession
    base_url: str
    token: str = field(repr=False)
    timeout: float
    metrics: Metrics

    def calls(self) -> "Calls":
        """The requests of one job; together they end within the timeout."""
        return Calls(api=self, until=asyncio.get_running_loop().time() + self.timeout)


@dataclass(frozen=True, kw_only=True)
class Calls:
    """Requests that share what is left of the time until `until` (the loop's clock)."""

    api: Api
    until: float

    async def get(self, path: str, *, call: str, query: dict[str, str] | None = None) -> Answer:
        """One GET; `call` names it in the metrics."""
        return await self._send("GET", path, call=call, query=query)

    async def post(self, path: str, *, call: str, body: Json = None) -> Answer:
        """One POST; a failure that may have come after it was carried out is ambiguous."""
        return await self._send("POST", path, call=call, body=body)

    async def _send(
        self,
        method: str,
        path: str,
        *,
        call: str,
        query: dict[str, str] | None = None,
        body: Json = None,
    ) -> Answer:
        url = URL(self.api.base_url + path, encoded=True)
        with self.api.metrics.provider_call("circleci", call):
            try:
                async with self.api.session.request(
                    method,
                    url.with_query(query) if query else url,
                    data=None if body is None else msgspec.json.encode(body),
                    headers=self._headers(body),
                    timeout=self._timeout(),
                    allow_redirects=False,  # the token goes to the configured host alone
                ) as response:
                    content = await response.read()
            except (ClientError, TimeoutError, OSError) as error:
                raise _lost(error, may_be_done=method == "POST") from error
            return _sorted(method, response.status, content, response.headers)

    def _headers(self, body: Json) -> dict[str, str]:
        headers = {"Circle-Token": self.api.token, "Accept": "application/json"}
        return headers if body is None else {**headers, "Content-Type": "application/json"}

    def _timeout(self) -> ClientTimeout:
        """What is left. Half of it to connect, so that a slow connect is told apart."""
        left = max(0.001, self.until - asyncio.get_running_loop().time())
        return ClientTimeout(total=left, connect=left / 2, ceil_threshold=math.inf)


def _lost(error: Exception, *, may_be_done: bool) -> Unavailable:
    never_sent = isinstance(error, ClientConnectorError | ConnectTimeout)
    if never_sent:
        words = "no connection"
    elif isinstance(error, TimeoutError):
        words = "no answer in time"
    else:
        words = "the connection was lost"
    return Unavailable("circleci", words, ambiguous=may_be_done and not never_sent)


def _sorted(method: str, status: int, body: bytes, headers: CIMultiDictProxy[str]) -> Answer:
    if status == 429:
        raise RateLimited(
            "circleci", message_of(status, body), status=status, retry_after=_retry_after(headers)
        )
    if status >= 500 or status == 408:
        raise Unavailable(
            "circleci",
            message_of(status, body),
            status=status,
            retry_after=_retry_after(headers),
            ambiguous=method == "POST",
        )
    return Answer(status=status, body=body)


def _retry_after(headers: CIMultiDictProxy[str]) -> float | None:
    """Seconds, from a number or a date: RFC 9110, section 10.2.3."""
    value = headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (at.replace(tzinfo=at.tzinfo or UTC) - datetime.now(UTC)).total_seconds())


class _Message(Struct):
    message: str | None = None


def message_of(status: int, body: bytes) -> str:
    """The `message` of an answer, or its status where there is none."""
    try:
        found = msgspec.json.decode(body, type=_Message).message
    except (msgspec.DecodeError, UnicodeDecodeError):
        found = None
    return " ".join(found.split())[:2000] if found else f"HTTP {status}"
