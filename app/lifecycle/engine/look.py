"""A look: take a due record, read, decide, do one thing, record it, give it back."""

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic

import structlog
from msgspec import structs

from app.errors import Conflict, ItemTooLarge, Provider, ProviderError, Refused, StoreError
from app.lifecycle.backoff import CAP, Record, cleared, failed, retry_times
from app.lifecycle.engine.defects import ended_after, pause_left, troubled
from app.lifecycle.engine.lease import Leases
from app.lifecycle.engine.record_kinds import RecordKind, Step
from app.lifecycle.engine.renewing import Renewing, renewing
from app.lifecycle.engine.wait_counter import WaitCounter
from app.lifecycle.look_types import Become, Finish, Limits, Now, Read
from app.lifecycle.wait_times import set_back
from app.model.effects import Backoff
from app.model.slot import SlotChange
from app.observe import Metrics, log_context
from app.ports import Clock, Key, Store
from app.ports.urgency import urgent

logger = structlog.get_logger()

MOST_STEPS = 120
"""A look with more decisions than this is stuck in a loop, which is a bug of ours."""


@dataclass
class Look(Generic[Record]):
    """A record under our lease, and how far the look at it has got.

    `taken` is the record when the look began, `stored` as the store has it, `record` as the look
    knows it by now. `until` is when the lease ends, on our monotonic clock. `done` is the step
    whose effect this look had, if it had one. `ended_pauses` are the pauses of providers that its
    reads have ended, `failed` the reads that failed.
    """

    kind: RecordKind[Record]
    taken: Record
    stored: Record
    record: Record
    until: float
    facts: Any
    now: Now
    done: Step = None
    ended_pauses: dict[Provider, Backoff] = field(default_factory=dict)
    failed: list[Read] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Looker:
    """Looks at builds and asks alike; the worker calls it with a key."""

    store: Store
    kinds: Sequence[RecordKind[Any]]
    wake: Callable[[Key], None]
    leases: Leases
    wait_counter: WaitCounter
    limits: Limits
    call_timeout: float
    clock: Clock
    metrics: Metrics
    renewing: Renewing = renewing

    async def __call__(self, key: Key) -> float | None:
        """Look once; returns in how many seconds the record is due again (None: not by itself)."""
        kind = next(kind for kind in self.kinds if kind.owns(key))
        record = await kind.load(key)
        with log_context(**kind.log_fields(key, record)):
            return await self._one(key, record, kind)

    async def _one(self, key: Key, record: Record | None, kind: RecordKind[Record]) -> float | None:
        if record is None or record.due_at is None:
            self._forget(key)
            return None
        wall = self.clock.wall()
        left = 0.0 if set_back(record, wall) else record.due_at - wall
        wait = max(left, pause_left(record, wall))
        if wait > 0:
            return wait
        if not self.leases.may_take(record):
            return self.limits.lease
        self.metrics.looks.labels(kind.name).inc()
        sent = self.clock.monotonic()
        try:
            taken = await self.store.take(record, self.leases.holder)
        except Conflict:
            return 0.05
        return await self._guarded(
            Look(
                kind=kind,
                taken=taken,
                stored=taken,
                record=self.wait_counter.count(taken),
                until=sent + self.limits.lease,
                facts=kind.facts,
                now=Now(wall=self.clock.wall(), waited=self.leases.waited(taken)),
            )
        )

    async def _guarded(self, look: Look[Record]) -> float | None:
        """The look itself; whatever happens, the lease is given back."""
        try:
            return await self._look(look)
        except Conflict:
            await self._tell_overtaken(look)
            again = self.clock.wall() + random.uniform(0.01, 0.1)  # noqa: S311 - spreads those that collided
            return await self._give_back(look, look.stored, again)
        except ItemTooLarge as error:
            return await self._broken(look, error)
        except StoreError:
            raise
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(look, look.stored, 0.0))
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends within bounds
            return await self._broken(look, error)

    async def _broken(self, look: Look[Record], error: Exception) -> float | None:
        """A bug of ours: tried again after a pause, ended after several failures.

        A record that is too large is ended at once: it would be too large the next time, too.
        """
        kind, too_large = look.kind, isinstance(error, ItemTooLarge)
        failed_again = troubled(look.stored, self.clock.wall())
        assert failed_again.trouble is not None
        self.metrics.handler_failures.labels("look").inc()
        logger.error("look.defect", defect=failed_again.trouble.id, exc_info=error)
        most = 1 if too_large else kind.most_tries
        ended = ended_after(
            failed_again, most, lambda it, defect: kind.broken(it, defect, too_large=too_large)
        )
        if ended is not None:
            self.metrics.ended_by_defects.labels(kind.name).inc()
            return await self._give_back(look, ended, 0.0)
        lost = failed_again.trouble.ended and failed_again.trouble.tries >= most
        due_at = None if lost else failed_again.trouble.retry_at
        return await self._give_back(look, failed_again, due_at)

    async def _look(self, look: Look[Record]) -> float | None:
        for _ in range(MOST_STEPS):
            step = look.kind.next(look.record, look.facts, look.now, self.limits)
            match step:
                case Read() if step in look.failed:  # it is tried again in a later look
                    return await self._finish(look, Finish(due_at=self._retry_at(look.record)))
                case Read():
                    await self._read(look, step)
                case Become(record=known):
                    if known.backoff != look.record.backoff:  # the step has ended pauses itself
                        look.ended_pauses.clear()
                    look.record = known
                case Finish():
                    return await self._finish(look, step)
                case _:
                    await self._perform(look, step)
                    look.done = step
                    return await self._finish(look, Finish(due_at=0.0))
        raise RuntimeError(f"a look at {look.record.key} does not come to an end")

    async def _read(self, look: Look[Record], step: Read) -> None:
        """Read into the facts; a provider's failure becomes its backoff.

        A read may be many calls, so the lease is renewed meanwhile. If another read of this look
        ended a pause of that provider, the failure continues that pause and starts no new one.
        """
        await self._keep_lease(look)
        reading = look.kind.read(look.record, step)
        try:
            with urgent(look.kind.urgency(look.record)):
                value = await self.renewing(
                    reading,
                    lambda: self._save(look, look.stored, None),
                    every=self.limits.lease / 3,
                )
        except ProviderError as error:
            look.failed.append(step)
            logger.warning("read.failed", what=step.what, provider=error.provider, error=str(error))
            record = look.record
            if error.provider in look.ended_pauses and error.provider not in record.backoff:
                pauses = {**record.backoff, error.provider: look.ended_pauses[error.provider]}
                record = structs.replace(record, backoff=pauses)
            method = look.kind.method(step) if isinstance(error, Refused) else None
            wall = max(look.now.wall, self.clock.wall())
            look.record = failed(record, error, wall, method=method, most=self._pause(error))
            return
        look.facts = structs.replace(look.facts, **{step.what.value: value})
        for provider in look.kind.providers(step):
            kept = look.record
            look.record = cleared(kept, provider, read=True)
            if look.record is not kept:
                look.ended_pauses[provider] = kept.backoff[provider]

    async def _perform(self, look: Look[Record], step: Step) -> None:
        await self._keep_lease(look)
        name = type(step).__name__
        self.metrics.steps.labels(name).inc()

        async def intend(record: Record, slot: SlotChange | None) -> None:
            await self._save(look, record, slot)
            look.record = record
            await self._keep_lease(look)

        try:
            with urgent(look.kind.urgency(look.record)):
                look.record = await look.kind.perform(look.record, step, intend)
        except ProviderError as error:
            logger.warning("step.failed", step=name, provider=error.provider, error=str(error))
            look.record = failed(
                look.record, error, self.clock.wall(), doing=name, most=self._pause(error)
            )
        else:
            logger.info("step.done", step=name)
        self.leases.waited(look.record)

    def _retry_at(self, record: Record) -> float:
        """When the first of the providers that failed may be asked again (epoch seconds)."""
        wall = self.clock.wall()
        return min(retry_times(record, wall), default=wall)

    def _pause(self, error: ProviderError) -> float:
        """The longest pause in seconds; that a refusal was lifted is noticed within `watch`."""
        return min(CAP, self.limits.watch) if isinstance(error, Refused) else CAP

    async def _keep_lease(self, look: Look[Record]) -> None:
        """Renew the lease unless it outlasts one more call, which couldn't be taken back."""
        if look.until - self.clock.monotonic() <= self.call_timeout:
            await self._save(look, look.stored, None)

    async def _tell_overtaken(self, look: Look[Record]) -> None:
        """Another process had taken the record before our effect: have it correct that effect."""
        token = f"{self.leases.holder}/{look.stored.version}"
        note = look.kind.overtaken(look.record, look.done, token)
        if note is not None:
            await self.store.note(note)

    async def _save(self, look: Look[Record], after: Record, slot: SlotChange | None) -> None:
        sent = self.clock.monotonic()
        before = look.stored
        try:
            look.stored = await self.store.save(before, after, slot=slot)
        except ItemTooLarge:
            logger.warning("look.shed")
            look.stored = await self.store.save(before, look.kind.shed(after), slot=slot)
        look.until = sent + self.limits.lease

    async def _finish(self, look: Look[Record], step: Finish) -> float | None:
        for note in step.notes:
            await self.store.note(note)
            self.wake((note.repository_id, note.deployment_id))
        after: Any = look.record if step.build is None else step.build
        try:
            done: Record = await self._write_last(look.stored, after, step)
        except ItemTooLarge:
            logger.warning("look.shed")
            done = await self._write_last(look.stored, look.kind.shed(after), step)
        look.kind.finished(look.taken, done)
        for key in step.wake:
            self.wake(key)
        if done.due_at is None:
            self._forget(done.key)
            return None
        return max(0.0, done.due_at - self.clock.wall())

    async def _write_last(self, before: Record, after: Record, step: Finish) -> Record:
        return await self.store.finish(
            before, after, due_at=step.due_at, slot=step.slot, wake=step.wake
        )

    def _forget(self, key: Key) -> None:
        self.leases.forget(key)
        self.wait_counter.forget(key)

    async def _give_back(
        self, look: Look[Record], record: Record, due_at: float | None
    ) -> float | None:
        """End a look that came to nothing; there is nothing to give back if the lease was lost."""
        look.record = record
        try:
            return await self._finish(look, Finish(due_at=due_at))
        except Conflict:
            return self.limits.lease
