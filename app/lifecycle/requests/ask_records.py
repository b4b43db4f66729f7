"""How the engine loads asks, decides them and acts on them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from msgspec import structs

from app.errors import Provider
from app.lifecycle.deployment.facts_reader import SEARCH_MARGIN
from app.lifecycle.intents import Intend
from app.lifecycle.look_types import Limits, Now, Read
from app.lifecycle.requests.decide import next_ask_step
from app.lifecycle.requests.decision import Decide
from app.lifecycle.requests.effects import AskEffects
from app.lifecycle.requests.step_types import READS_FROM, AskFacts, AskStep, AskWhat
from app.lifecycle.timeline.stuck import Stuck
from app.model.ask import Ask, AskKind
from app.model.effects import Effect
from app.model.note import Note
from app.model.reasons.ours import BrokenHere
from app.observe import Metrics
from app.ports import Clock, GitHub, Key, Store
from app.ports.urgency import Urgency
from app.texts.replies.refusals import refusal

logger = structlog.get_logger()

MOST_LINES = 100
"""How many lines are kept of an answer that is too large for the store."""


@dataclass(frozen=True, kw_only=True)
class AskRecords:
    """The `RecordKind` of asks."""

    store: Store
    github: GitHub
    decide: Decide
    effects: AskEffects
    clock: Clock
    metrics: Metrics
    stuck: Stuck

    name = "ask"
    most_tries = 4
    facts = AskFacts()

    def owns(self, key: Key) -> bool:
        """An ask's key is its id."""
        return isinstance(key, str)

    async def load(self, key: Key) -> Ask | None:
        """A consistent read."""
        assert isinstance(key, str)
        return await self.store.ask(key)

    def log_fields(self, key: Key, record: Ask | None) -> dict[str, Any]:
        """The ask's id."""
        del record
        return {"ask_id": key}

    def next(self, record: Ask, facts: AskFacts, now: Now, limits: Limits) -> AskStep:
        """The pure decision."""
        return next_ask_step(record, facts, now, limits)

    def providers(self, read: Read) -> Sequence[Provider]:
        """The providers that the read may call."""
        return READS_FROM[read.what]

    def method(self, read: Read) -> Effect | None:
        """None: a refused read pauses its whole provider."""
        del read
        return None

    async def read(self, record: Ask, read: Read) -> object:
        """Search for the deployment whose creation got no clear answer, or decide the ask."""
        guard = record.guards.get(Effect.CREATE)
        if read.what is AskWhat.CREATED and record.plan is not None and guard is not None:
            since = guard.sent_at - SEARCH_MARGIN
            return await self.github.find_deployment(record.plan, since=since)
        return await self.decide(record)

    async def perform(self, record: Ask, step: AskStep, intend: Intend[Ask]) -> Ask:
        """Carry out one step."""
        return await self.effects.perform(record, step, intend)

    def broken(self, record: Ask, defect: str, *, too_large: bool) -> Ask | None:
        """The ask with an answer that says so; None for a sweep, which never ends."""
        if record.kind is AskKind.SWEEP:
            return None
        answer = refusal(BrokenHere(id=defect, too_large=too_large))
        ended = structs.replace(record, plan=None, guards={}, backoff={}, answer=answer)
        return structs.replace(ended, waiting_sha=None, watch=None)

    def shed(self, record: Ask) -> Ask:
        """The ask with a shorter answer and without a select menu."""
        if record.answer is None:
            return record
        short = structs.replace(record.answer, lines=record.answer.lines[:MOST_LINES])
        return structs.replace(record, answer=structs.replace(short, select=None))

    def urgency(self, record: Ask) -> Urgency:
        """A person waits for a command or a button; nobody waits for a sweep."""
        if record.said is not None:
            return Urgency.AWAITED
        return Urgency.PROGRESS if record.kind is AskKind.SWEEP else Urgency.STARTING

    def overtaken(self, stored: Ask, done: AskStep, token: str) -> Note | None:
        """None: an answer needs no correction, whichever process gave it."""
        del stored, done, token
        return None

    def finished(self, taken: Ask, done: Ask) -> None:
        """Log an answer that could not be given, and count the asks that are stuck."""
        if taken.answered_at is None and done.answered_at is not None and done.answer is not None:
            logger.warning("answer.nobody_told", kind=done.kind, answer=done.answer.text)
        wall, monotonic = self.clock.wall(), self.clock.monotonic()
        self.metrics.asks_stuck.set(self.stuck.count(done, wall=wall, monotonic=monotonic))
