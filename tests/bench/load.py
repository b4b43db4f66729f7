"""The load: a few keep-alive connections, each sending its next request when it has an answer."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle
from typing import cast

from tests.bench.processes import Running

TIMEOUT = 10.0
"""Seconds for the answers under way when the time is over."""


@dataclass
class Sample:
    """What one connection or all of them saw: seconds from request to answer."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    refused: int = 0
    cpu_seconds: float = 0.0

    @property
    def cpu_microseconds(self) -> float:
        """What a request cost the server, however busy the machine was."""
        return 1e6 * self.cpu_seconds / (len(self.latencies) + self.refused)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        """The latency in milliseconds that this share of the requests stayed below."""
        ordered = sorted(self.latencies)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]


class Connection(asyncio.Protocol):
    """One keep-alive connection in a closed loop, until `ends_at`."""

    def __init__(self, requests: Iterator[bytes], starts_at: float, ends_at: float) -> None:
        self.latencies: list[float] = []
        self.refused = 0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._requests = requests
        self._starts_at = starts_at
        self._ends_at = ends_at
        self._received = b""
        self._sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take the answer's time once it is whole, and send the next request."""
        self._received = self._received + data if self._received else data
        if not _is_whole(self._received):
            return
        now = time.perf_counter()
        if not self._received.startswith(b"HTTP/1.1 200 "):
            self.refused += 1
        elif self._starts_at <= now < self._ends_at:
            self.latencies.append(now - self._sent_at)
        self._received = b""
        if now < self._ends_at:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The end, wanted or not."""
        if exc is None and time.perf_counter() >= self._ends_at:
            self.done.set_result(None)
        else:
            self.done.set_exception(exc or ConnectionError("closed by the server"))

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        self._transport.write(next(self._requests))


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(b"\r\n\r\n")
    if not end:
        return False
    length = head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0]
    return len(body) >= int(length)


async def load(
    requests: list[bytes], server: Running, *, connections: int, warm_up: float, seconds: float
) -> Sample:
    """Send for `warm_up` seconds, then count for `seconds`. Raises OSError if one is cut off."""
    starts_at = time.perf_counter() + warm_up
    ends_at = starts_at + seconds
    following = cycle(requests)
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(
            lambda: Connection(following, starts_at, ends_at), "127.0.0.1", server.port
        )
        for _ in range(connections)
    ]
    cpu: list[float] = []
    for at in (starts_at, ends_at):
        loop.call_later(at - time.perf_counter(), lambda: cpu.append(server.cpu_seconds()))
    async with asyncio.timeout(warm_up + seconds + TIMEOUT):
        await asyncio.gather(*(connection.done for _, connection in made))
    sample = Sample(seconds, cpu_seconds=cpu[1] - cpu[0])
    for _, connection in made:
        sample.latencies += connection.latencies
        sample.refused += connection.refused
    return sample
