"""What a stand-in does by itself, beside answering requests."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Tasks:
    """Work in the background; one that fails is found by `settle`."""

    running: set[asyncio.Task[None]] = field(default_factory=set)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin something."""
        task = asyncio.get_running_loop().create_task(work)
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def settle(self) -> None:
        """Wait until nothing is under way, nor what came of it.

        Not with `gather`: since Python 3.12 it gives nobody else a turn where all have ended.
        """
        while self.running:
            ended, _ = await asyncio.wait(self.running)
            for task in ended:
                task.result()

    async def cancel(self) -> None:
        """Drop what is under way."""
        for task in list(self.running):
            task.cancel()
        await asyncio.gather(*self.running, return_exceptions=True)
