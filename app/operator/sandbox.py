"""`deploybot sandbox`: runs the stand-ins as one child process and the service as another.

The stand-ins print one JSON object a line: first `{"environ": {…}, "page": "http://…"}`, later
`{"do": "kill"}` or `{"do": "restart"}`, which is done to the service.
"""

import asyncio
import json
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PAUSE = 1.0
"""Seconds before a service that ended is started again."""

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Sandbox:
    """The service's process, which is kept running; `environ` has its settings."""

    environ: dict[str, str]
    service: asyncio.subprocess.Process | None = None
    stopping: bool = False

    async def keep_serving(self) -> None:
        """Run the service; start it again whenever it ends."""
        while not self.stopping:
            self.service = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "app", "serve", env=self.environ, cwd=ROOT
            )
            await self.service.wait()
            if not self.stopping:
                await asyncio.sleep(PAUSE)

    def obey(self, line: bytes) -> None:
        """Kill or restart the service, as the page asks."""
        wanted = json.loads(line).get("do")
        signals = {"kill": signal.SIGKILL, "restart": signal.SIGTERM}
        if wanted in signals and self.service is not None and self.service.returncode is None:
            self.service.send_signal(signals[wanted])

    async def stop(self) -> None:
        """End the service cleanly."""
        self.stopping = True
        if self.service is not None and self.service.returncode is None:
            self.service.terminate()
            await self.service.wait()


def run_sandbox(environ: Mapping[str, str]) -> int:
    """Run until interrupted; returns the exit status."""
    try:
        return asyncio.run(_run(environ))
    except KeyboardInterrupt:
        return 0


async def _run(environ: Mapping[str, str]) -> int:
    standins = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "sandbox",
        env=dict(environ),
        cwd=ROOT,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    assert standins.stdout is not None
    first = await standins.stdout.readline()
    if not first:
        return await standins.wait() or 1
    hello = json.loads(first)
    sandbox = Sandbox({**environ, **hello["environ"]})
    print(f"deploybot's sandbox is open: {hello['page']}  (Ctrl-C ends it)", flush=True)
    serving = asyncio.create_task(sandbox.keep_serving())
    reminding = asyncio.create_task(_say_again(hello["page"], int(hello["environ"]["PORT"])))
    _end_on_signals()
    try:
        while line := await standins.stdout.readline():
            sandbox.obey(line)
    except asyncio.CancelledError:
        pass
    finally:
        await sandbox.stop()
        serving.cancel()
        reminding.cancel()
        if standins.returncode is None:
            standins.terminate()
        await standins.wait()
    return 0


async def _say_again(page: str, port: int) -> None:
    """Print the page's address once more, below what the service logs when it starts."""
    await _listening(port)
    await asyncio.sleep(PAUSE)
    print(f"Open {page} in a browser.", flush=True)


async def _listening(port: int) -> None:
    """Wait until something on this machine takes connections at a port."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(PAUSE)
        else:
            writer.close()
            return


def _end_on_signals() -> None:
    task = asyncio.current_task()
    assert task is not None
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
