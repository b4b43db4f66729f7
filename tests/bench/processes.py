"""The servers as processes of their own, on one core."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SERVICE = ("app", "serve")
BARE = ("tests.bench.bare",)


@dataclass(frozen=True)
class Running:
    """A server that listens."""

    port: int
    pid: int

    def cpu_seconds(self) -> float:
        """What it has used of its core so far, in user and kernel mode."""
        fields = (
            Path(f"/proc/{self.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cores() -> tuple[set[int], set[int]]:
    """One core for the server and one for the load; the same where there is only one."""
    mine = sorted(os.sched_getaffinity(0))
    return {mine[0]}, {mine[-1]}


@asynccontextmanager
async def running(module: tuple[str, ...], environ: Mapping[str, str]) -> AsyncIterator[Running]:
    """Run `python -m module` on the server's core until it is no longer needed."""
    port = free_port()
    before = os.sched_getaffinity(0)
    server, load = cores()
    os.sched_setaffinity(0, server)  # inherited by the child and all its threads
    process = subprocess.Popen(  # noqa: ASYNC220 - our own; nothing else happens meanwhile
        [sys.executable, "-m", *module],
        env={**os.environ, **environ, "HOST": "127.0.0.1", "PORT": str(port)},
        cwd=ROOT,
    )
    os.sched_setaffinity(0, load)
    try:
        await _listening(port, process)
        yield Running(port, process.pid)
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait, 15)
        os.sched_setaffinity(0, before)


async def _listening(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with status {process.returncode}")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise RuntimeError("the server does not listen")
