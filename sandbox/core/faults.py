"""Faults that are injected into calls, and the log of every call that was made."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(kw_only=True)
class Call:
    """One request that a stand-in received; `status` is None until it has been answered."""

    provider: str
    method: str
    path: str
    query: str
    body: bytes
    at: float
    status: int | None = None


@dataclass(kw_only=True)
class Fault:
    """Something that goes wrong with matching calls.

    `match` is a regular expression, searched for in `METHOD /path`. The first `skip` matching
    calls are left alone, the next `times` are hit (None: all), but none after `until` (a time on
    the monotonic clock). What happens to a call that is hit, in this order:

    - `on_hit` is called, then `delay` seconds pass;
    - `drop="before"` cuts the connection, or `status` is answered with `body` and `headers`: in
      both cases the call is not carried out;
    - else the call is carried out, `on_done` is called, and `hold` seconds pass;
    - `drop="after"` cuts the connection, or `status_after` is answered instead of the result.
    """

    match: str
    skip: int = 0
    times: int | None = 1
    delay: float = 0.0
    drop: str = ""
    status: int | None = None
    status_after: int | None = None
    hold: float = 0.0
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    on_hit: Callable[[], None] | None = None
    on_done: Callable[[], None] | None = None
    until: float | None = None

    def hits(self, line: str) -> bool:
        """Whether this call is hit; counts the call."""
        if not re.search(self.match, line):
            return False
        if self.until is not None and time.monotonic() >= self.until:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.times is None:
            return True
        if self.times == 0:
            return False
        self.times -= 1
        return True


@dataclass
class Faults:
    """One provider's faults and its log of calls."""

    provider: str
    rules: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    listeners: list[Callable[[Call], None]] = field(default_factory=list)

    def add(self, match: str, **fault: object) -> Fault:
        """Add a fault; see `Fault` for its fields."""
        rule = Fault(match=match, **fault)  # type: ignore[arg-type]
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """Remove all faults."""
        self.rules.clear()

    def made(self, match: str) -> list[Call]:
        """The calls whose `METHOD /path` matches, oldest first."""
        return [call for call in self.calls if re.search(match, f"{call.method} {call.path}")]

    @property
    def middleware(self) -> Middleware:
        """The middleware for the stand-in's application, which logs calls and applies faults."""

        @web.middleware
        async def apply(request: web.Request, handler: Handler) -> web.StreamResponse:
            call = Call(
                provider=self.provider,
                method=request.method,
                path=request.path,
                query=request.query_string,
                body=await request.read(),
                at=time.time(),
            )
            self.calls.append(call)
            for listener in self.listeners:
                listener(call)
            line = f"{request.method} {request.path}"
            rule = next((rule for rule in list(self.rules) if rule.hits(line)), None)
            response = await self._answer(request, handler, rule)
            call.status = response.status
            return response

        return apply

    async def _answer(
        self, request: web.Request, handler: Handler, rule: Fault | None
    ) -> web.StreamResponse:
        if rule is None:
            return await handler(request)
        if rule.on_hit:
            rule.on_hit()
        await asyncio.sleep(rule.delay)
        if rule.drop == "before":
            return _cut(request)
        if rule.status is not None:
            return web.Response(status=rule.status, text=rule.body, headers=rule.headers)
        response = await asyncio.shield(_finished(handler, request))
        if rule.on_done:
            rule.on_done()
        await asyncio.sleep(rule.hold)
        if rule.drop == "after":
            return _cut(request)
        if rule.status_after is not None:
            return web.Response(status=rule.status_after, text=rule.body, headers=rule.headers)
        return response


async def _finished(handler: Handler, request: web.Request) -> web.StreamResponse:
    return await handler(request)


def _cut(request: web.Request) -> web.StreamResponse:
    """Cut the connection: the caller sees it closed without an answer."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499)
