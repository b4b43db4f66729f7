"""Background tasks: what a stand-in does besides answering requests."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Tasks:
    """A stand-in's background tasks; `settle` raises the exception of one that failed."""

    running: set[asyncio.Task[None]] = field(default_factory=set)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Start a task."""
        task = asyncio.get_running_loop().create_task(work)
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def settle(self) -> None:
        """Wait until no task is running, including those that other tasks have started.

        This does not use `gather`, which since Python 3.12 returns without letting other tasks run
        if all of its own have ended.
        """
        while self.running:
            ended, _ = await asyncio.wait(self.running)
            for task in ended:
                task.result()

    async def cancel(self) -> None:
        """Cancel all running tasks."""
        for task in list(self.running):
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
