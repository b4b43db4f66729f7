"""What the service is measured against: aiohttp with a signature check, and nothing behind it.

With `PARSE=no` it does not even parse: what is left is what aiohttp and the signature cost.
"""

import asyncio
import hmac
import json
import os

import uvloop
from aiohttp import web

LIMIT = 25 * 1024 * 1024


def application(secret: str, *, parse: bool = True) -> web.Application:
    """Check the HMAC, parse with the standard library, store nothing."""
    key = secret.encode()

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        expected = "sha256=" + hmac.digest(key, body, "sha256").hex()
        if not hmac.compare_digest(expected, request.headers["X-Hub-Signature-256"]):
            return web.Response(status=401)
        if parse:
            json.loads(body)
        return web.Response(text="ok")

    app = web.Application(client_max_size=LIMIT)
    app.add_routes([web.post("/github/webhook", handle)])
    return app


async def serve(port: int, secret: str) -> None:
    """Serve until the process is ended, with the runner's settings that the service has."""
    app = application(secret, parse=os.environ.get("PARSE") != "no")
    app.add_routes([web.get("/healthz", _healthz)])
    runner = web.AppRunner(app, access_log=None, auto_decompress=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok")


if __name__ == "__main__":
    uvloop.run(serve(int(os.environ["PORT"]), os.environ["GITHUB_WEBHOOK_SECRET"]))
