"""A proxy on loopback before DynamoDB: it loses, refuses and delays what it is told to."""

import asyncio
import json
from collections import deque
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web

SERVICE = "com.amazonaws.dynamodb.v20120810"


@dataclass
class Proxy:
    """Passes calls on, except where `plans` names their operation.

    A plan is `lose` (carried out, answer lost), `drop` (not carried out, connection lost),
    `hang` (never answered), `unprocessed` (a batch of which nothing was read), or an error's
    name, answered instead; each is used once.
    """

    target: str
    plans: dict[str, deque[str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None
    _session: aiohttp.ClientSession | None = None
    _hanging: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application(client_max_size=2**25)
        app.router.add_route("POST", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{port}"
        self._session = aiohttp.ClientSession(auto_decompress=False)

    async def stop(self) -> None:
        """Go away: from now on connections are refused."""
        self._hanging.set()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    def plan(self, operation: str, *plans: str) -> None:
        """What becomes of the next calls of an operation, in order."""
        self.plans.setdefault(operation, deque()).extend(plans)

    def count(self, operation: str) -> int:
        """How often an operation was sent to us."""
        return self.calls.count(operation)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        operation = request.headers["X-Amz-Target"].rpartition(".")[2]
        self.calls.append(operation)
        planned = self.plans.get(operation)
        plan = planned.popleft() if planned else ""
        if plan == "hang":
            await self._hanging.wait()
        if plan in {"hang", "drop"}:
            return self._cut(request)
        if plan == "unprocessed":
            left = json.loads(await request.read())["RequestItems"]
            return _answer(200, {"Responses": {}, "UnprocessedKeys": left})
        if plan and plan != "lose":
            return _error(plan)
        answer = await self._forward(request)
        return self._cut(request) if plan == "lose" else answer

    async def _forward(self, request: web.Request) -> web.Response:
        assert self._session is not None
        headers = {
            name: value
            for name, value in request.headers.items()
            if name.lower() not in {"host", "content-length", "connection"}
        }
        async with self._session.post(
            self.target, data=await request.read(), headers=headers
        ) as answer:
            body = await answer.read()
            kept = {name: answer.headers[name] for name in ("Content-Type",)}
            return web.Response(status=answer.status, body=body, headers=kept)

    def _cut(self, request: web.Request) -> web.Response:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


def _error(name: str) -> web.Response:
    """An error in DynamoDB's words; a cancellation's reasons follow its name after a colon."""
    code, _, reasons = name.partition(":")
    body: dict[str, object] = {"__type": f"{SERVICE}#{code}", "message": "so it was planned"}
    if reasons:
        body["CancellationReasons"] = [{"Code": reason} for reason in reasons.split(",")]
        body["Message"] = f"Transaction cancelled [{reasons}]"
    status = 500 if code == "InternalServerError" else 400
    return _answer(status, body)


def _answer(status: int, body: dict[str, object]) -> web.Response:
    return web.Response(
        status=status, body=json.dumps(body), content_type="application/x-amz-json-1.0"
    )
