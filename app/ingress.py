"""What every entrance shares: reading and refusing requests, deadlines, health, metrics.

Requests are judged in this order: too large (413), compressed (415), signature (401),
malformed (400). A refusal is one log line and nothing else.
"""

import asyncio
import hmac
import re
import sys
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar, cast
from urllib.parse import parse_qsl

import msgspec
import structlog
from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from app.errors import StoreError, StoreUnsure
from app.observe import Metrics

T = TypeVar("T")

GITHUB_LIMIT = 25 * 1024 * 1024
"""GitHub's own cap on a webhook's body, in bytes."""
LIMIT = 1024 * 1024
"""The largest body taken from anybody else, in bytes."""
SLACK_DEADLINE = 1.5
"""Seconds for all store calls of one Slack request; Slack gives up after 3."""
DEADLINE = 7.0
"""Seconds for all store calls of any other request; GitHub and CircleCI give up after 10."""

DEEPEST = 500
"""Levels of nesting in JSON that is taken; no provider sends more than a dozen."""
DECODES_ANY_DEPTH = sys.version_info >= (3, 14)
"""Python counts the levels until 3.13 and then asks only whether the stack holds them."""
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[\]{}]', re.DOTALL)

logger = structlog.get_logger()


class Rejected(Exception):
    """A request that is not acted on: the HTTP status, and why in a few words of ours."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


async def read_body(request: web.Request, *, limit: int) -> bytes:
    """The body as it was sent, chunked or not; `Rejected` 413 or 415."""
    if (request.content_length or 0) > limit:
        raise Rejected(413, "body too large")
    if "Content-Encoding" in request.headers:
        _refuse_compressed(request.headers.getall("Content-Encoding"))
    chunks, size = [], 0
    try:
        if request.content.is_eof():  # all of it is here already, as usual
            return _whole(request.content.read_nowait(), limit)
        async for chunk in request.content.iter_any():
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise Rejected(413, "body too large")
    except (web.RequestPayloadError, HttpProcessingError, ConnectionError) as error:
        raise Rejected(400, "broken body") from error
    return b"".join(chunks)


def _refuse_compressed(encodings: Iterable[str]) -> None:
    if any(value.strip().lower() not in {"", "identity"} for value in encodings):
        raise Rejected(415, "compressed body")


def _whole(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise Rejected(413, "body too large")
    return body


def header(request: web.Request, name: str, *, status: int = 400) -> str:
    """A header that is there exactly once; otherwise `Rejected` with `status`.

    Signatures ask with 401, everything else with 400.
    """
    values = request.headers.getall(name, ())
    if len(values) == 1 and values[0]:
        return values[0]
    raise Rejected(status, f"{'duplicate' if len(values) > 1 else 'missing'} header {name}")


def signed(message: bytes, signature: str, secrets: Iterable[str], *, prefix: str = "") -> bool:
    """Whether `signature` is `prefix` and the hex HMAC-SHA256 of `message`.

    Any of the secrets may have made it (they are several while rotating); an empty secret
    matches nothing. Compared in constant time.
    """
    given, matches = signature.encode("utf-8", "surrogateescape"), False
    for secret in secrets:
        if not secret:
            continue
        digest = hmac.digest(secret.encode(), message, "sha256").hex()
        matches |= hmac.compare_digest(f"{prefix}{digest}".encode(), given)
    return matches


def text_of(body: bytes) -> str:
    """The body as UTF-8; `Rejected` 400."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejected(400, "not UTF-8") from error


def decode(body: bytes, decoder: msgspec.json.Decoder[T]) -> T:
    """The body's JSON in the decoder's shape; `Rejected` 400."""
    if not body.isascii():  # the decoder looks only at what it keeps
        text_of(body)
    try:
        decoded = decoder.decode(body)
    except msgspec.ValidationError as error:
        raise Rejected(400, "missing or malformed field") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Rejected(400, "not JSON") from error
    if DECODES_ANY_DEPTH and too_deep(body):
        raise Rejected(400, "not JSON")
    return decoded


def too_deep(body: bytes) -> bool:
    """Whether JSON is nested more than `DEEPEST` levels; a body that is none may be either."""
    if body.count(b"{") + body.count(b"[") <= DEEPEST:
        return False
    level = 0
    for found in _BRACKETS.finditer(body):
        bracket = found[0]
        level += (bracket in b"{[") - (bracket in b"}]")
        if level > DEEPEST:
            return True
    return False


_OBJECT = msgspec.json.Decoder(dict[str, Any])


def json_object(body: bytes) -> dict[str, Any]:
    """The body's JSON, which must be an object; `Rejected` 400."""
    return decode(body, _OBJECT)


def form_fields(body: bytes) -> dict[str, str]:
    """The fields of a form, each given once; `Rejected` 400."""
    try:
        pairs = parse_qsl(
            text_of(body),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=100,
        )
    except ValueError as error:
        raise Rejected(400, "not a form") from error
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Rejected(400, "duplicate field")
    return fields


async def within(seconds: float, write: Awaitable[T]) -> T:
    """A store call with a deadline: `StoreUnsure` when no answer came in time."""
    try:
        async with asyncio.timeout(seconds):
            return await write
    except TimeoutError as error:
        raise StoreUnsure(f"no answer within {seconds:g} s") from error


def guarded(routes: Iterable[web.RouteDef], metrics: Metrics) -> list[web.RouteDef]:
    """The routes, with a plain answer for every way in which a handler can fail.

    `Rejected` gives its status, a `StoreError` 503, and a defect of ours 500 with the only
    stack trace there is. Around each handler, not as a middleware: aiohttp takes longer to call
    one than this takes, and every webhook passes here.
    """
    return [
        web.route(route.method, route.path, _guard(route, metrics), **route.kwargs)
        for route in routes
    ]


def _guard(route: web.RouteDef, metrics: Metrics) -> Handler:
    handler, provider = cast(Handler, route.handler), route.path.split("/")[1]
    accepted = metrics.webhooks_accepted.labels(provider) if route.method == "POST" else None

    def refuse(status: int, reason: str, **facts: str) -> web.Response:
        metrics.webhooks_refused.labels(provider, reason).inc()
        logger.warning("request.refused", provider=provider, status=status, reason=reason, **facts)
        return web.Response(status=status, text=reason)

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            response = await handler(request)
        except Rejected as error:
            return refuse(error.status, error.reason)
        except StoreError as error:
            return refuse(503, "not recorded", kind=type(error).__name__)
        except web.HTTPException:
            raise
        except Exception:
            metrics.handler_failures.labels(provider).inc()
            logger.exception("request.failed", method=request.method, path=request.path)
            return web.Response(status=500, text="internal error")
        if accepted is not None and response.status < HTTPStatus.BAD_REQUEST:
            accepted.inc()
        return response

    return answer


@dataclass
class Readiness:
    """Whether this process should get requests; changed while it runs.

    `ping` raises a `StoreError` while the store is unreachable; `reasons` are lasting
    problems that others note, such as a revoked token.
    """

    ping: Callable[[], Awaitable[None]]
    draining: bool = False
    reasons: set[str] = field(default_factory=set)

    async def problems(self) -> list[str]:
        """What is wrong now, a line each; empty when ready."""
        found = ["draining"] if self.draining else []
        try:
            async with asyncio.timeout(SLACK_DEADLINE):
                await self.ping()
        except (StoreError, TimeoutError) as error:
            found.append(f"store unreachable ({type(error).__name__})")
        return [*found, *sorted(self.reasons)]


@dataclass(frozen=True)
class Health:
    """`/healthz`, `/readyz` and `/metrics`."""

    problems: Callable[[], Awaitable[Sequence[str]]]
    registry: CollectorRegistry

    def routes(self) -> list[web.RouteDef]:
        """For the application's router."""
        return [
            web.get("/healthz", self.healthz),
            web.get("/readyz", self.readyz),
            web.get("/metrics", self.metrics),
        ]

    async def healthz(self, _request: web.Request) -> web.Response:
        """The process is up."""
        return web.Response(text="ok")

    async def readyz(self, _request: web.Request) -> web.Response:
        """200 when requests can be served, else 503 with the reasons."""
        problems = list(await self.problems())
        return web.json_response(
            {"ready": not problems, "problems": problems}, status=503 if problems else 200
        )

    async def metrics(self, _request: web.Request) -> web.Response:
        """Prometheus text."""
        return web.Response(
            body=generate_latest(self.registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
        )
