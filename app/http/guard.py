"""What wraps every handler: a deadline for the store, and a plain answer to each failure."""

import asyncio
from collections.abc import Awaitable, Iterable
from http import HTTPStatus
from typing import TypeVar, cast

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from app.errors import StoreError, StoreUnsure
from app.http.requests import RejectedRequest
from app.observe import Metrics

T = TypeVar("T")

SLACK_DEADLINE = 1.5
"""Seconds for all store calls of one Slack request; Slack gives up after 3."""
DEADLINE = 7.0
"""Seconds for all store calls of any other request; GitHub and CIs give up after 10."""

logger = structlog.get_logger()


async def within(seconds: float, write: Awaitable[T]) -> T:
    """A store call with a deadline; raises `StoreUnsure` if no answer came in time."""
    try:
        async with asyncio.timeout(seconds):
            return await write
    except TimeoutError as error:
        raise StoreUnsure(f"no answer within {seconds:g} s") from error


def guarded(routes: Iterable[web.RouteDef], metrics: Metrics) -> list[web.RouteDef]:
    """The routes, with a plain answer for every way in which a handler can fail.

    `RejectedRequest` gives its own status, a `StoreError` 503, and any other exception 500: it is a
    defect, and logged with its stack trace. This is no middleware, because every webhook passes
    here and calling one takes aiohttp longer than all of this.
    """
    return [
        web.route(route.method, route.path, _guard(route, metrics), **route.kwargs)
        for route in routes
    ]


def _guard(route: web.RouteDef, metrics: Metrics) -> Handler:
    handler, provider = cast(Handler, route.handler), route.path.split("/")[1]
    metrics.expose(provider, entrance=route.method == "POST")
    accepted = metrics.webhooks_accepted.labels(provider) if route.method == "POST" else None

    def refuse(status: int, reason: str, **facts: str) -> web.Response:
        metrics.webhooks_refused.labels(provider, reason).inc()
        logger.warning("request.refused", provider=provider, status=status, reason=reason, **facts)
        return web.Response(status=status, text=reason)

    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            response = await handler(request)
        except RejectedRequest as error:
            refusal = refuse(error.status, error.reason)
            if error.retry_after:
                refusal.headers["Retry-After"] = str(error.retry_after)
            return await _closed(request, refusal) if error.close else refusal
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


async def _closed(request: web.Request, response: web.Response) -> web.Response:
    """Answer, and close the connection: aiohttp would wait for the rest of the body first."""
    response.force_close()
    await response.prepare(request)
    await response.write_eof()
    request.protocol.force_close()
    return response
