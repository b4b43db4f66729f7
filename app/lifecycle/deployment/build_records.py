"""Builds as the engine works on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import structs

from app.errors import Provider
from app.lifecycle.deployment.build_effects import BuildEffects
from app.lifecycle.deployment.decide import next_build_step
from app.lifecycle.deployment.facts_reader import FactsReader
from app.lifecycle.deployment.phases.transitions import ended
from app.lifecycle.deployment.shedding import shed
from app.lifecycle.deployment.step_types import (
    METHOD_OF,
    READS_FROM,
    BuildStep,
    Facts,
    PostMessage,
    UpdateMessage,
)
from app.lifecycle.intents import Intend
from app.lifecycle.look_types import Limits, Now, Read
from app.lifecycle.timeline.chain_log import ChainLog
from app.lifecycle.timeline.stuck import Stuck
from app.model.build import Build, BuildState
from app.model.effects import Effect
from app.model.note import Note
from app.model.reasons.ours import BrokenHere
from app.observe import Metrics
from app.ports import Clock, Key, Store
from app.ports.urgency import Urgency


@dataclass(frozen=True, kw_only=True)
class BuildRecords:
    """Builds: the `RecordKind` of deployments."""

    store: Store
    reader: FactsReader
    effects: BuildEffects
    clock: Clock
    metrics: Metrics
    stuck: Stuck
    log_chain: ChainLog

    name = "build"
    most_tries = 8
    facts = Facts()

    def owns(self, key: Key) -> bool:
        """A build's key is a pair of ids."""
        return isinstance(key, tuple)

    async def load(self, key: Key) -> Build | None:
        """A consistent read."""
        assert isinstance(key, tuple)
        return await self.store.build(key)

    def log_fields(self, key: Key, record: Build | None) -> dict[str, Any]:
        """The repository and the deployment."""
        return {"repository": record.repository if record else None, "deployment_id": key[1]}

    def next(self, record: Build, facts: Facts, now: Now, limits: Limits) -> BuildStep:
        """The pure decision."""
        return next_build_step(record, facts, now, limits)

    def providers(self, read: Read) -> Sequence[Provider]:
        """The providers that a read may call."""
        return READS_FROM[read.what]

    def method(self, read: Read) -> Effect | None:
        """The effect that a read is made for."""
        return METHOD_OF.get(read.what)

    async def read(self, record: Build, read: Read) -> object:
        """Read one thing."""
        return await self.reader(record, read)

    async def perform(
        self,
        record: Build,
        step: BuildStep,
        intend: Intend[Build],
    ) -> Build:
        """Do one thing."""
        return await self.effects.perform(record, step, intend)

    def broken(self, record: Build, defect: str, *, too_large: bool) -> Build | None:
        """The build, ended in error; a later outcome still wins.

        If a pipeline may have been started that isn't recorded, it is searched for once more.
        """
        if record.state.ended:
            return record
        searched = record.pipeline_id is None and Effect.TRIGGER in record.guards
        record = structs.replace(record, unsure=record.unsure or searched)
        reason = BrokenHere(id=defect, too_large=too_large, deploying=True)
        return ended(record, BuildState.ERRORED, Now(wall=self.clock.wall()), reason)

    def shed(self, record: Build) -> Build:
        """The build with shorter reasons and fewer reports."""
        return shed(record)

    def urgency(self, record: Build) -> Urgency:
        """Outcomes are the most urgent, progress is the least."""
        if record.reports and record.notified is None:
            return Urgency.OUTCOME
        if record.state.ended:
            return Urgency.PROGRESS if record.notified is not None else Urgency.OUTCOME
        if record.cancel is not None:
            return Urgency.AWAITED
        return Urgency.STARTING if record.pipeline_id is None else Urgency.PROGRESS

    def overtaken(self, stored: Build, done: BuildStep, token: str) -> Note | None:
        """The note that has a message corrected, if we changed it after losing the lease."""
        if not isinstance(done, PostMessage | UpdateMessage):
            return None
        repository_id, deployment_id = stored.key
        fact = {"overtaken": token}
        return Note(repository_id=repository_id, deployment_id=deployment_id, facts=fact)

    def finished(self, taken: Build, done: Build) -> None:
        """Log the hops that changed, and count what is stuck."""
        wall = self.clock.wall()
        self.log_chain(taken, done, wall)
        count = self.stuck.count(done, wall=wall, monotonic=self.clock.monotonic())
        self.metrics.builds_stuck.set(count)
