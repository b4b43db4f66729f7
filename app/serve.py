"""Running the service: from an open store to a clean end."""

import asyncio
import signal
from contextlib import AsyncExitStack

import aiohttp
import structlog
from aiohttp import web

from app.errors import ProviderError
from app.ingress import Readiness
from app.main import Service, build_outside, build_service
from app.observe import Metrics
from app.settings import Settings
from app.slack.message import SlackChat
from app.store.opening import open_store

logger = structlog.get_logger()

LOCK_WAIT = 15.0
"""Seconds that `serve` waits for the embedded store: the process before may be draining."""

GRACE = 8.0
"""Seconds that looks under way get to end when the process is told to stop."""

IDENTIFY_AGAIN = 10.0
"""Seconds between tries to learn which workspace we serve."""


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; raises `StoreInUse` when another process has the store."""
    metrics = Metrics.create()
    async with AsyncExitStack() as stack:
        store = await open_store(
            settings.store_url, wait=LOCK_WAIT, lease_seconds=settings.lease_seconds
        )
        stack.push_async_callback(store.close)
        readiness = Readiness(store.ping)
        session = await stack.enter_async_context(aiohttp.ClientSession())
        outside = build_outside(
            settings, store, session, metrics, lambda: readiness.reasons.add("slack_token_revoked")
        )
        await _run(build_service(settings, outside, metrics, readiness))


async def _run(service: Service) -> None:
    """Listen and work; on a signal stop accepting, then let what runs end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    runner = web.AppRunner(
        service.application,
        access_log=None,
        shutdown_timeout=1.0,
        auto_decompress=False,  # signatures are over the bytes as sent; compressed ones are refused
    )
    await runner.setup()
    identify = loop.create_task(_identify(service.chat), name="identify")
    try:
        site = web.TCPSite(runner, service.settings.host, service.settings.port)
        await site.start()
        service.worker.start()
        logger.info("service.started", port=runner.addresses[0][1])
        await stop.wait()
    finally:
        service.readiness.draining = True
        identify.cancel()
        await asyncio.gather(identify, return_exceptions=True)
        await service.worker.stop(GRACE)
        await runner.cleanup()
        logger.info("service.stopped")


async def _identify(chat: SlackChat) -> None:
    """Learn which workspace we serve, so that entrances can tell without a call."""
    while True:
        try:
            await chat.team_id()
        except ProviderError as error:
            logger.warning("slack.unknown_workspace", error=str(error))
            await asyncio.sleep(IDENTIFY_AGAIN)
        else:
            return
