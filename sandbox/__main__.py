"""The sandbox's process: the stand-ins and the page.

It prints one JSON object a line on stdout: first the bot's environment and the page's address, then
what to do to the bot. It ends on SIGTERM or SIGINT, and when the process that started it has ended.

Environment variables: `SANDBOX_PORT` is the page's port (default 8000), `PORT` the bot's (8080),
and `SANDBOX_JOB_SECONDS` how many seconds each CircleCI job takes (2.5).
"""

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from sandbox.demo import JOB_SECONDS, demo_environ, demo_world
from sandbox.page import Page

PAGE_PORT = "8000"
BOT_PORT = "8080"
PARENT_INTERVAL = 0.5
"""Seconds between checks that the parent process is still running."""


def main() -> None:
    """Run until told to end; exit with status 1 if a port from the environment is taken."""
    try:
        ports = (
            chosen_port(os.environ, "SANDBOX_PORT", PAGE_PORT),
            chosen_port(os.environ, "PORT", BOT_PORT),
        )
    except OSError as error:
        sys.exit(f"deploybot's sandbox cannot start: {error}")
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        asyncio.run(run(*ports))


def chosen_port(environ: Mapping[str, str], name: str, default: str) -> int:
    """The port from a variable, else the default, or a free port if the default is taken.

    Raises `OSError` if the port from the variable is taken.
    """
    asked = environ.get(name, "").strip()
    try:
        return free_port(int(asked or default))
    except OSError as error:
        if asked:
            raise OSError(f"{name}={asked} is taken") from error
        return free_port(0)


def free_port(port: int) -> int:
    """Return `port` if it is free (0: any free port); raises `OSError` if it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        return int(probe.getsockname()[1])


async def run(page_port: int, bot_port: int) -> None:
    """Serve the world and its page until told to end."""
    parent, stop = os.getppid(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    job_seconds = float(os.environ.get("SANDBOX_JOB_SECONDS", JOB_SECONDS))
    world = demo_world(f"http://127.0.0.1:{bot_port}", job_seconds)
    page = Page(world=world, order_bot=lambda what: say({"do": what}), port=page_port)
    with tempfile.TemporaryDirectory(prefix="deploybot-sandbox-") as folder:
        store_url = f"sqlite:///{Path(folder) / 'deploybot.db'}"
        await world.start()
        try:
            environ = demo_environ(world, port=bot_port, store_url=store_url)
            await page.start()
            say({"environ": environ, "page": page.url})
            while not stop.is_set() and os.getppid() == parent:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), PARENT_INTERVAL)
        finally:
            await page.stop()
            await world.stop()


def say(line: dict[str, object]) -> None:
    """Print a line for the process that started us; nothing else is ever written to stdout."""
    print(json.dumps(line), flush=True)  # noqa: T201 - the line is the interface


if __name__ == "__main__":
    main()
