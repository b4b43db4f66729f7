"""The worker: takes due records and looks at them, bounded and fair between repositories."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, field

import structlog

from app.errors import StoreError
from app.lifecycle.engine.storm import TURN, Storm
from app.observe import Metrics, log_context
from app.ports import Clock, Key, Records

logger = structlog.get_logger()

POLL = 5.0
"""Seconds between looks at the due index, for timers and for what others left."""

BATCH = 500

Look = Callable[[Key], Awaitable[float | None]]
"""Looks at one record once; in how many seconds it is due again, as far as known (0: now)."""


@dataclass
class Worker:
    """Runs looks. `total` bounds them in all, `each` for one repository.

    While webhooks pour in, one look begins in each turn and no more: what is recorded is not lost,
    so recording the rest goes first.
    """

    records: Records
    look: Look
    clock: Clock
    metrics: Metrics
    total: int = 32
    each: int = 4
    _queues: "OrderedDict[object, deque[Key]]" = field(default_factory=OrderedDict)
    _queued: set[Key] = field(default_factory=set)
    _again: set[Key] = field(default_factory=set)
    _deliveries: dict[Key, str] = field(default_factory=dict)
    _running: dict[Key, asyncio.Task[None]] = field(default_factory=dict)
    _busy: dict[object, int] = field(default_factory=dict)
    _timers: dict[Key, asyncio.TimerHandle] = field(default_factory=dict)
    _due_since: dict[Key, float] = field(default_factory=dict)
    _storm: Storm = field(default_factory=Storm)
    _turn: asyncio.TimerHandle | None = None
    _poller: asyncio.Task[None] | None = None
    _draining: bool = False

    def start(self) -> None:
        """Begin to poll."""
        self._poller = asyncio.get_running_loop().create_task(self._polling(), name="poll")

    def wake(self, key: Key, *, delivery: str = "") -> None:
        """Look at a record now; during a look of it, once more right after."""
        self._storm.count(self.clock.monotonic())
        if delivery and not self._draining:
            self._deliveries[key] = delivery
        self._enqueue(key)

    def _enqueue(self, key: Key) -> None:
        if self._draining or key in self._queued:
            return
        timer = self._timers.pop(key, None)
        if timer is not None:
            timer.cancel()
        if key in self._running:
            self._again.add(key)
        else:
            self._queued.add(key)
            self._queues.setdefault(_group(key), deque()).append(key)
            self._dispatch()

    async def poll(self) -> None:
        """Look at what the index says is due now."""
        try:
            due = await self.records.due(self.clock.wall(), BATCH)
            self.metrics.due_records.set(len(due))
            self.metrics.oldest_due_seconds.set(self._oldest(due))
            for key in due:
                if key not in self._running:
                    self._enqueue(key)
        except StoreError as error:
            self.metrics.store_failures.inc()
            logger.warning("poll.store_failed", error=str(error))
        except Exception:
            self.metrics.handler_failures.labels("poll").inc()
            logger.exception("poll.defect")

    async def stop(self, grace: float) -> None:
        """Begin nothing new; let what runs end within `grace` seconds, then cut it off."""
        self._draining = True
        for timer in (*self._timers.values(), *([self._turn] if self._turn else ())):
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
        """Whether nothing is being looked at or about to be."""
        return not self._running and not self._queued

    def _dispatch(self) -> None:
        """Start looks in turn, one repository after the other, within the bounds."""
        room = self._room()
        while room > 0 and (group := self._next()) is not None:
            self._start(group)
            room -= 1

    def _room(self) -> int:
        """How many looks may begin now; in a storm it is asked again when the next turn comes."""
        if self._draining or self._turn is not None:
            return 0
        free = self.total - len(self._running)
        if not self._storm.rages(self.clock.monotonic()):
            return free
        self._turn = asyncio.get_running_loop().call_later(TURN, self._take_turn)
        return min(1, free)

    def _take_turn(self) -> None:
        self._turn = None
        self._dispatch()

    def _next(self) -> object | None:
        """Whose turn it is: the first that has fewer looks than its bound."""
        waiting = (group for group in self._queues if self._busy.get(group, 0) < self._bound(group))
        return next(waiting, None)

    def _start(self, group: object) -> None:
        queue = self._queues[group]
        key = queue.popleft()
        if queue:
            self._queues.move_to_end(group)
        else:
            del self._queues[group]
        self._queued.discard(key)
        self._busy[group] = self._busy.get(group, 0) + 1
        task = asyncio.get_running_loop().create_task(
            self._run(key, group),
            name=f"look {key}",
            context=Context(),  # what is logged is about this record, not about who let it start
        )
        self._running[key] = task

    def _bound(self, group: object) -> int:
        return self.each if group != "ask" else max(1, self.total // 2)

    async def _run(self, key: Key, group: object) -> None:
        again: float | None = None
        try:
            with log_context(delivery=self._deliveries.pop(key, None)):
                again = await self.look(key)
        except StoreError as error:
            self.metrics.store_failures.inc()
            logger.warning("look.store_failed", key=key, error=str(error))
        except Exception:
            self.metrics.handler_failures.labels("look").inc()
            logger.exception("look.defect", key=key)
        finally:
            del self._running[key]
            self._busy[group] -= 1
            if not self._busy[group]:
                del self._busy[group]
        if key in self._again:
            self._again.discard(key)
            again = 0.0
        if again is not None:
            self._later(key, again)
        self._dispatch()

    def _later(self, key: Key, seconds: float) -> None:
        if self._draining or seconds > POLL * 2:
            return
        if seconds <= 0:
            self._enqueue(key)
            return
        self._timers[key] = asyncio.get_running_loop().call_later(seconds, self._ring, key)

    def _ring(self, key: Key) -> None:
        self._timers.pop(key, None)
        self._enqueue(key)

    async def _polling(self) -> None:
        while True:
            await self.poll()
            await asyncio.sleep(POLL)

    def _oldest(self, due: Sequence[Key]) -> float:
        """For how many seconds the oldest record has been seen due, poll after poll."""
        now = self.clock.monotonic()
        self._due_since = {key: self._due_since.get(key, now) for key in due}
        return now - min(self._due_since.values(), default=now)


def _group(key: Key) -> object:
    """What shares a bound: the builds of one repository, and all asks."""
    return key[0] if isinstance(key, tuple) else "ask"
