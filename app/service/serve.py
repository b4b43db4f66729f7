"""Runs the service: opens the store, serves until a signal comes, and shuts down cleanly."""

import asyncio
import gc
import signal
from collections.abc import Collection

import structlog

from app.errors import ProviderError, StoreError
from app.http.health import Readiness
from app.http.listening import Listener
from app.lifecycle.recovery.sweep import Sweep
from app.observe import Metrics
from app.service.clients import open_clients
from app.service.main import Service, build_service
from app.settings import Settings
from app.slack.entrances.socket import SlackSocket
from app.slack.web_api.chat import SlackChat
from app.slack.web_api.client import FAILURES

logger = structlog.get_logger()

LOCK_WAIT = 15.0
"""Seconds to wait for the embedded store: a previous process may still be shutting down."""

GRACE = 8.0
"""Seconds that looks under way have to end when the process is told to stop."""

COLLECT_AFTER = 10_000
"""Number of new objects after which Python collects cyclic garbage."""

AGAIN = 10.0
"""Seconds between attempts to identify the workspace, begin the sweep and open the socket."""


async def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT.

    Raises `StoreInUse` if another process has the embedded store open, `StoreUnavailable` if it
    cannot be opened, and `OSError` if the port cannot be used.
    """
    metrics = Metrics()
    problems: set[str] = set()
    async with open_clients(settings, metrics, wait=LOCK_WAIT, problems=problems) as clients:
        readiness = Readiness(clients.store.ping, reasons=problems)
        await _run(build_service(settings, clients, metrics, readiness))


async def _run(service: Service) -> None:
    """Listen and work; on a signal accept nothing more and let running looks and requests end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    listener = Listener(service.application)
    starting = [
        loop.create_task(
            keep_identified(service.chat, service.readiness.reasons, every=AGAIN), name="identify"
        ),
        loop.create_task(_begin(service.sweep), name="begin"),
    ]
    if service.socket is not None:
        starting.append(loop.create_task(_listen(service.socket), name="socket"))
    try:
        port = await listener.start(service.settings.host, service.settings.port)
        service.worker.start()
        _spare_the_collector()
        logger.info("service.started", port=port)
        await stop.wait()
    finally:
        service.readiness.draining = True
        for task in starting:
            task.cancel()
        await asyncio.gather(*starting, return_exceptions=True)
        await service.worker.stop(GRACE)
        await listener.stop()
        logger.info("service.stopped")


def _spare_the_collector() -> None:
    """Collect cyclic garbage less often, and never search the objects made at start-up.

    A request leaves hardly any cyclic garbage, but by default the collector runs after every few
    requests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER)


async def keep_identified(chat: SlackChat, problems: Collection[str], *, every: float) -> None:
    """Find out which Slack workspace we serve, so that entrances know it without a call.

    While Slack refuses the token, ask again every `every` seconds: a process that is not ready may
    get no requests, and so would not notice that the token works again.
    """
    while True:
        try:
            if chat.workspace is None or problems:
                await chat.identify()
        except ProviderError as error:
            logger.warning("slack.not_identified", error=str(error))
        await asyncio.sleep(every)


async def _begin(sweep: Sweep) -> None:
    """Begin the first sweep; try again while the store does not answer."""
    while True:
        try:
            await sweep.begin()
        except StoreError as error:
            logger.warning("sweep.not_begun", error=str(error))
            await asyncio.sleep(AGAIN)
        else:
            return


async def _listen(socket: SlackSocket) -> None:
    """Open the socket and keep it; once it is open, slack-sdk reconnects by itself."""
    while True:
        try:
            client = await socket.connect()
        except FAILURES as error:
            logger.warning("socket.not_connected", error=str(error))
            await asyncio.sleep(AGAIN)
            continue
        try:
            await asyncio.Event().wait()
        finally:
            await client.close()  # type: ignore[no-untyped-call]  # slack-sdk leaves it untyped
