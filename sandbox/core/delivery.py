"""Sends webhooks in the background and records what became of them."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp


@dataclass(kw_only=True)
class Sent:
    """One delivery and what became of it.

    `status` is the HTTP status of the answer, or None if there was none; `failure` says why.
    `at` is in epoch seconds, `took` in seconds.
    """

    event: str
    guid: str
    url: str
    headers: dict[str, str]
    body: bytes
    at: float
    status: int | None = None
    redelivery: bool = False
    lost: bool = False
    done: bool = False
    failure: str = ""
    took: float = 0.0


@dataclass(kw_only=True)
class Deliverer:
    """Sends one provider's webhooks; `now` is the provider's clock.

    Each waits `delay` seconds and is sent `copies` times. The next `lose` ones are recorded but
    never sent. While `hold` is set they are kept back until `release`, which may reverse them.
    """

    provider: str
    timeout: float = 10.0
    now: Callable[[], float] = time.time
    delay: float = 0.0
    lose: int = 0
    copies: int = 1
    hold: bool = False
    log: list[Sent] = field(default_factory=list)
    listeners: list[Callable[[Sent], None]] = field(default_factory=list)
    _held: list[Sent] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _session: aiohttp.ClientSession | None = None

    def send(
        self,
        *,
        event: str,
        guid: str,
        url: str,
        headers: dict[str, str],
        body: bytes,
        redelivery: bool = False,
    ) -> Sent:
        """Record a delivery and send it in the background."""
        sent = Sent(
            event=event,
            guid=guid,
            url=url,
            headers=headers,
            body=body,
            at=self.now(),
            redelivery=redelivery,
        )
        if self.record(sent):
            self._tell(sent)
        elif self.hold:
            self._held.append(sent)
        else:
            self._launch(sent)
        return sent

    def record(self, sent: Sent) -> bool:
        """Record a delivery; returns whether it gets lost."""
        self.log.append(sent)
        if self.lose > 0:
            self.lose -= 1
            sent.lost = sent.done = True
        return sent.lost

    def release(self, *, reverse: bool = False) -> None:
        """Send the deliveries that were held back."""
        held, self._held, self.hold = self._held, [], False
        for sent in reversed(held) if reverse else held:
            self._launch(sent)

    async def settle(self) -> None:
        """Wait until every delivery under way has been answered."""
        while self._tasks:
            await asyncio.wait(self._tasks)  # `gather` may return without letting others run

    async def close(self) -> None:
        """Cancel the deliveries under way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _launch(self, sent: Sent) -> None:
        for _ in range(self.copies):
            task = asyncio.get_running_loop().create_task(self._post(sent))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _post(self, sent: Sent) -> None:
        await asyncio.sleep(self.delay)
        if self._session is None:
            self._session = aiohttp.ClientSession()
        began = time.monotonic()
        try:
            async with self._session.post(
                sent.url,
                data=sent.body,
                headers=sent.headers,
                timeout=aiohttp.ClientTimeout(total=self.timeout),
            ) as response:
                await response.read()
                sent.status = response.status
        except TimeoutError:
            sent.status, sent.failure = None, "timed out"
        except (aiohttp.ClientError, OSError):
            sent.status, sent.failure = None, "failed to connect to host"
        sent.took = time.monotonic() - began
        sent.done = True
        self._tell(sent)

    def _tell(self, sent: Sent) -> None:
        for listener in self.listeners:
            listener(sent)
