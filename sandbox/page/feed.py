"""The page's live feed: sends each reader what changed, as server-sent events.

A reader gets the difference between what it has and the present state. So a slow reader may miss
steps in between but never the outcome, and one that reconnects gets everything once.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

Snapshot = Mapping[str, Any]

BEAT = 15.0
"""Seconds without an event after which a comment is sent, to keep the connection open."""


@dataclass(kw_only=True)
class Feed:
    """Streams what `read` returns; it is read again `pause` seconds after a `touch`."""

    read: Callable[[], Snapshot]
    pause: float = 0.1
    _now: dict[str, str] = field(default_factory=dict)
    _readers: set[asyncio.Event] = field(default_factory=set)
    _touched: asyncio.Event = field(default_factory=asyncio.Event)
    _closing: bool = False

    def touch(self) -> None:
        """Read again soon, because something may have changed."""
        self._touched.set()

    async def run(self) -> None:
        """Read again after every touch, until cancelled."""
        while True:
            await self._touched.wait()
            self._touched.clear()
            await asyncio.sleep(self.pause)
            now = self._encoded()
            if now != self._now:
                self._now = now
                self._wake()

    def close(self) -> None:
        """End every stream."""
        self._closing = True
        self._wake()

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Serve one reader until it leaves or the feed closes."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")
        changed = asyncio.Event()
        self._readers.add(changed)
        with contextlib.suppress(ConnectionError):
            await self._tell(response, changed)
        self._readers.discard(changed)
        return response

    async def _tell(self, response: web.StreamResponse, changed: asyncio.Event) -> None:
        self._now = known = self._encoded()
        await response.write(_event({"whole": True}, known, ()))
        while not self._closing:
            try:
                await asyncio.wait_for(changed.wait(), BEAT)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            changed.clear()
            now = self._now
            fresh = {key: value for key, value in now.items() if known.get(key) != value}
            gone = [key for key in known if key not in now]
            known = now
            if fresh or gone:
                await response.write(_event({"whole": False}, fresh, gone))

    def _wake(self) -> None:
        for reader in self._readers:
            reader.set()

    def _encoded(self) -> dict[str, str]:
        return {key: json.dumps(value, sort_keys=True) for key, value in self.read().items()}


def _event(head: Mapping[str, Any], fresh: Mapping[str, str], gone: Any) -> bytes:
    """One event; the values are JSON already."""
    values = ", ".join(f"{json.dumps(key)}: {value}" for key, value in fresh.items())
    start = json.dumps({**head, "drop": list(gone)})[:-1]
    return f'data: {start}, "set": {{{values}}}}}\n\n'.encode()
