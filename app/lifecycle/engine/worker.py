"""The worker: runs looks at due records, bounded and fair between repositories."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from dataclasses import dataclass, field

import structlog

from app.errors import StoreError
from app.lifecycle.engine.lanes import EACH, PLACES, Lane, Line, lane_of
from app.observe import Metrics, log_context
from app.ports import Clock, Key, Records

logger = structlog.get_logger()

POLL = 5.0
"""Seconds between polls of the due index, for timers and for what other processes left."""

BATCH = 500
"""The most due records that one poll queues."""

AHEAD_EVERY = 300.0
"""Seconds between polls of what is due later: a wall clock that was set back hides timers."""

AHEAD = 31 * 86400.0
"""Seconds; no timer is set further ahead."""

MOST_AHEAD = 5000
"""The most records that such a poll queues; one whose timer is right costs one read."""

SOON = 0.2
"""Seconds within which the next look at a record counts as work at hand (see `idle`)."""

LONGEST_REST = 3600.0
"""The longest pause in seconds before a record that can't be read is tried by a poll again."""

Look = Callable[[Key], Awaitable[float | None]]
"""Looks at one record; returns in how many seconds it is due again (None: not by itself)."""


@dataclass
class Worker:
    """Runs looks, at most `places` of each lane and `each` at builds of one repository.

    `_again` has the keys that were woken during their own look. `_unread` has, for each record
    that could not be read, the number of tries and until when it is left alone (monotonic clock).
    """

    records: Records
    look: Look
    clock: Clock
    metrics: Metrics
    places: Mapping[Lane, int] = field(default_factory=lambda: PLACES)
    each: int = EACH
    _lines: dict[Lane, Line] = field(init=False)
    _queued: set[Key] = field(default_factory=set)
    _again: set[Key] = field(default_factory=set)
    _deliveries: dict[Key, str] = field(default_factory=dict)
    _running: dict[Key, asyncio.Task[None]] = field(default_factory=dict)
    _timers: dict[Key, asyncio.TimerHandle] = field(default_factory=dict)
    _due_since: dict[Key, float] = field(default_factory=dict)
    _unread: dict[Key, tuple[int, float]] = field(default_factory=dict)
    _wall_before: float | None = None
    _ahead_at: float = 0.0
    _poller: asyncio.Task[None] | None = None
    _draining: bool = False

    def __post_init__(self) -> None:
        self._lines = {lane: Line(self.places[lane], self.each) for lane in Lane}

    def start(self) -> None:
        """Begin to poll."""
        self._poller = asyncio.get_running_loop().create_task(self._polling(), name="poll")

    def wake(self, key: Key, *, delivery: str = "", awaited: bool = False) -> None:
        """Look at a record now, or right after the look at it that is running. See `Wake`."""
        if delivery and not self._draining:
            self._deliveries[key] = delivery
        self._enqueue(key, lane_of(key, awaited=awaited))

    def _enqueue(self, key: Key, lane: Lane) -> None:
        if self._draining or key in self._queued:
            return
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()
        if key in self._running:
            self._again.add(key)
        else:
            self._queued.add(key)
            self._lines[lane].join(key)
            self._dispatch(lane)

    async def poll(self) -> None:
        """Queue what the index says is due now."""
        try:
            wall = self.clock.wall()
            due = await self.records.due(wall, BATCH)
            self.metrics.due_records.set(len(due))
            self.metrics.oldest_due_seconds.set(self._oldest(due))
            later = await self.records.due(wall + AHEAD, MOST_AHEAD) if self._looks_ahead() else ()
            for key in dict.fromkeys((*due, *later)):
                if key not in self._running and not self._pausing(key):
                    self._enqueue(key, lane_of(key))
        except StoreError as error:
            self.metrics.store_failures.inc()
            logger.warning("poll.store_failed", error=str(error))
        except Exception:
            self.metrics.handler_failures.labels("poll").inc()
            logger.exception("poll.defect")

    async def stop(self, grace: float) -> None:
        """Start nothing new; give running looks `grace` seconds to end, then cancel them."""
        self._draining = True
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        if self._poller is not None:
            self._poller.cancel()
            await asyncio.gather(self._poller, return_exceptions=True)
        running = list(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @property
    def idle(self) -> bool:
        """Whether no look is running, queued or about to begin."""
        if self._running or self._queued:
            return False
        soon = asyncio.get_running_loop().time() + SOON
        return all(timer.when() > soon for timer in self._timers.values())

    def _dispatch(self, lane: Lane) -> None:
        """Start looks within the bounds, one repository after the other."""
        while not self._draining and (key := self._lines[lane].next()) is not None:
            self._queued.discard(key)
            self._running[key] = asyncio.get_running_loop().create_task(
                self._run(key, lane),
                name=f"look {key}",
                context=Context(),  # what is logged is about this record, not who let it start
            )

    async def _run(self, key: Key, lane: Lane) -> None:
        again: float | None = None
        try:
            with log_context(delivery=self._deliveries.pop(key, None)):
                again = await self.look(key)
        except StoreError as error:
            self.metrics.store_failures.inc()
            logger.warning("look.store_failed", key=key, error=str(error))
        except Exception:
            tries = self._unread.get(key, (0, 0.0))[0] + 1
            pause = min(LONGEST_REST, POLL * 2.0 ** min(tries, 20))
            self._unread[key] = (tries, self.clock.monotonic() + pause)
            self.metrics.handler_failures.labels("look").inc()
            logger.exception("look.defect", key=key)
        else:
            self._unread.pop(key, None)
        finally:
            del self._running[key]
            self._lines[lane].leave(key)
        if key in self._again:
            self._again.discard(key)
            again = 0.0
        if again is not None:
            self._later(key, again)
        self._dispatch(lane)

    def _pausing(self, key: Key) -> bool:
        """Whether the record could not even be read, and is not due to be tried again yet."""
        return self._unread.get(key, (0, 0.0))[1] > self.clock.monotonic()

    def _later(self, key: Key, seconds: float) -> None:
        if self._draining or seconds > POLL * 2:
            return
        if seconds <= 0:
            self._enqueue(key, lane_of(key, begun=True))
            return
        self._timers[key] = asyncio.get_running_loop().call_later(seconds, self._ring, key)

    def _ring(self, key: Key) -> None:
        self._timers.pop(key, None)
        self._enqueue(key, lane_of(key, begun=True))

    async def _polling(self) -> None:
        while True:
            await self.poll()
            await asyncio.sleep(POLL)

    def _looks_ahead(self) -> bool:
        """Whether to look for hidden timers: at first, now and then, and if the clock goes back."""
        now, wall = self.clock.monotonic(), self.clock.wall()
        before, self._wall_before = self._wall_before, wall - now
        if before is not None and before - POLL < wall - now and now < self._ahead_at:
            return False
        self._ahead_at = now + AHEAD_EVERY
        return True

    def _oldest(self, due: Sequence[Key]) -> float:
        """For how many seconds the oldest of them has been due in every poll."""
        now = self.clock.monotonic()
        self._due_since = {key: self._due_since.get(key, now) for key in due}
        return now - min(self._due_since.values(), default=now)
