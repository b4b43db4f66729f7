"""deploybot in a process of its own, to be killed."""

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from sandbox.world import World
from tests.ports import free_port

ROOT = Path(__file__).parents[2]


@dataclass
class Process:
    """`deploybot serve`, configured by the environment alone."""

    world: World
    store_url: str
    environ: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    running: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Serve; ready when this returns."""
        self.running = await self._spawn("serve")
        async with asyncio.timeout(60), aiohttp.ClientSession() as session:
            while True:
                assert self.running.returncode is None, "it ended"
                try:
                    async with session.get(f"http://127.0.0.1:{self.port}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.running is not None and self.running.returncode is None:
            self.running.kill()

    async def stop(self) -> None:
        """End it as an operator does, and wait for that."""
        if self.running is not None and self.running.returncode is None:
            self.running.terminate()
            await self.running.wait()

    async def gone(self) -> None:
        """Wait until it has ended."""
        if self.running is not None:
            await self.running.wait()

    async def run(self, *command: str) -> tuple[int, str]:
        """Another command of `deploybot`; its exit status and all that it printed."""
        process = await self._spawn(*command, piped=True)
        async with asyncio.timeout(120):
            printed, _ = await process.communicate()
        return process.returncode or 0, printed.decode()

    @property
    def settings(self) -> dict[str, str]:
        """Its whole environment."""
        environ = self.world.environ(f"http://127.0.0.1:{self.port}", self.store_url)
        return {**environ, **self.environ, "PORT": str(self.port), "HOST": "127.0.0.1"}

    async def _spawn(self, *command: str, piped: bool = False) -> asyncio.subprocess.Process:
        arguments: Sequence[str] = (sys.executable, "-m", "app", *command)
        return await asyncio.create_subprocess_exec(
            *arguments,
            env=self.settings,
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE if piped else asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.STDOUT if piped else asyncio.subprocess.DEVNULL,
        )
