"""The two kinds of records, builds and asks, behind one shape, so that one look serves both."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.lifecycle.ask_effects import AskEffects
from app.lifecycle.ask_steps import next_ask_step
from app.lifecycle.effects import BuildEffects
from app.lifecycle.reads import Reader
from app.lifecycle.step import (
    Become,
    BecomeAsk,
    Facts,
    Finish,
    Limits,
    Now,
    Read,
    Step,
)
from app.lifecycle.steps import next_build_step
from app.model.ask import Ask
from app.model.build import Build
from app.model.slot import SlotChange
from app.ports import Store

R = TypeVar("R", Build, Ask)

Intend = Callable[[R, SlotChange | None], Awaitable[None]]
"""Records an intent under the lease, with the slot in the same transaction."""


class Side(Protocol[R]):
    """What a look needs to know of one kind of record."""

    async def take(self, record: R, holder: str) -> R:
        """Take the lease; `Conflict` if another came first."""
        ...

    async def save(self, before: R, after: R, slot: SlotChange | None) -> R:
        """Write under the lease, or renew it."""
        ...

    async def finish(self, before: R, after: R, step: Finish) -> R:
        """Write and give the lease back."""
        ...

    def next(self, record: R, facts: Facts, now: Now, limits: Limits) -> Step:
        """The pure decision."""
        ...

    def known(self, step: Become | BecomeAsk, record: R) -> R:
        """The record that a step says it is."""
        ...

    async def read(self, record: R, read: Read) -> object:
        """Read one thing."""
        ...

    async def perform(self, record: R, step: Step, intend: Intend[R]) -> R:
        """Do one thing."""
        ...


@dataclass(frozen=True, kw_only=True)
class BuildSide:
    """Builds."""

    store: Store
    reader: Reader
    effects: BuildEffects

    async def take(self, record: Build, holder: str) -> Build:
        """Take the lease."""
        return await self.store.take_build(record, holder)

    async def save(self, before: Build, after: Build, slot: SlotChange | None) -> Build:
        """Write under the lease, with the slot in one transaction."""
        return await self.store.save_build(before, after, slot=slot)

    async def finish(self, before: Build, after: Build, step: Finish) -> Build:
        """Write, give the lease back, and wake who is next."""
        return await self.store.finish_build(
            before, step.build or after, due_at=step.due_at, slot=step.slot, wake=step.wake
        )

    def next(self, record: Build, facts: Facts, now: Now, limits: Limits) -> Step:
        """The pure decision."""
        return next_build_step(record, facts, now, limits)

    def known(self, step: Become | BecomeAsk, record: Build) -> Build:
        """The build that a step says it is."""
        return step.build if isinstance(step, Become) else record

    async def read(self, record: Build, read: Read) -> object:
        """Read one thing."""
        return await self.reader.of_build(record, read)

    async def perform(self, record: Build, step: Step, intend: Intend[Build]) -> Build:
        """Do one thing."""
        return await self.effects.perform(record, step, intend)


@dataclass(frozen=True, kw_only=True)
class AskSide:
    """Asks."""

    store: Store
    reader: Reader
    effects: AskEffects

    async def take(self, record: Ask, holder: str) -> Ask:
        """Take the lease."""
        return await self.store.take_ask(record, holder)

    async def save(self, before: Ask, after: Ask, slot: SlotChange | None) -> Ask:
        """Write under the lease; an ask has no slot."""
        del slot
        return await self.store.save_ask(before, after)

    async def finish(self, before: Ask, after: Ask, step: Finish) -> Ask:
        """Write and give the lease back."""
        return await self.store.finish_ask(before, after, due_at=step.due_at)

    def next(self, record: Ask, facts: Facts, now: Now, limits: Limits) -> Step:
        """The pure decision."""
        return next_ask_step(record, facts, now, limits)

    def known(self, step: Become | BecomeAsk, record: Ask) -> Ask:
        """The ask that a step says it is."""
        return step.ask if isinstance(step, BecomeAsk) else record

    async def read(self, record: Ask, read: Read) -> object:
        """Read one thing."""
        return await self.reader.of_ask(record, read)

    async def perform(self, record: Ask, step: Step, intend: Intend[Ask]) -> Ask:
        """Do one thing."""
        return await self.effects.perform(record, step, intend)
