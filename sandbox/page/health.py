"""Watches whether the bot is up, by calling its `/healthz` again and again."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

INTERVAL = 0.5
"""Seconds between two calls, and the most seconds that the bot may take to answer one."""


@dataclass(kw_only=True)
class Health:
    """The health of the bot at `url`; `changed` is called after every call, to refresh the page."""

    url: str
    changed: Callable[[], None]
    state: str = "starting"
    since: float = field(default_factory=time.time)
    starts: int = 0

    async def watch(self) -> None:
        """Keep calling until cancelled."""
        timeout = aiohttp.ClientTimeout(total=INTERVAL)
        async with aiohttp.ClientSession(timeout=timeout) as session:
            while True:
                self._see(up=await self._answers(session))
                self.changed()
                await asyncio.sleep(INTERVAL)

    def shown(self) -> dict[str, Any]:
        """The bot's health, as the page shows it."""
        return {"state": self.state, "since": self.since, "starts": self.starts, "url": self.url}

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(f"{self.url}/healthz") as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    def _see(self, *, up: bool) -> None:
        state = "up" if up else "starting" if self.starts == 0 else "down"
        if state != self.state:
            self.state, self.since = state, time.time()
            self.starts += up
