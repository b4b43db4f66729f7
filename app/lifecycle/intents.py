"""Effects that cannot be taken back: the intent is recorded first, then they are sent once.

The recorded intent is the record's *guard* of that effect. It stays until we know whether the
request arrived, so that the next look searches for its result before sending another.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from msgspec import structs

from app.errors import ProviderError, Unavailable
from app.lifecycle.backoff import Record
from app.model.effects import Effect, Guard
from app.model.slot import SlotChange

T = TypeVar("T")

Intend = Callable[[Record, SlotChange | None], Awaitable[None]]
"""Records an intent under the lease, with the slot in the same transaction."""

SEARCHED = frozenset({Effect.MESSAGE, Effect.NOTIFY, Effect.COMMENT})
"""Effects that are sent again only after a search; by then no earlier one is under way."""

KEPT = frozenset({Effect.TRIGGER, Effect.CREATE})
"""Effects whose guard stays after they succeeded: it tells that and when they were sent."""


@dataclass(frozen=True)
class Sending:
    """One effect about to be sent, at `at` (epoch seconds), by the process `sender`.

    `theirs` is the provider's own clock at that moment, if known. `slot` is written in the same
    transaction as the intent.
    """

    effect: Effect
    at: float
    sender: str
    ambiguous: bool = False
    slot: SlotChange | None = None
    theirs: float | None = None

    async def once(
        self, record: Record, intend: Intend[Record], call: Callable[[], Awaitable[T]]
    ) -> tuple[Record, T | ProviderError]:
        """The record with the guard as it is afterwards, and the call's answer or error."""
        before = record.guards.get(self.effect)
        sends = before.sends + 1 if before else 1
        guard = Guard(
            sent_at=self.at,
            sender=self.sender,
            ambiguous=self.ambiguous,
            sends=sends,
            theirs=before.theirs if before else self.theirs,
        )
        record = guarded(record, self.effect, guard)
        await intend(record, self.slot)
        try:
            answer = await call()
        except ProviderError as error:
            if isinstance(error, Unavailable) and error.ambiguous:
                unsure = structs.replace(guard, ambiguous=True)
                return guarded(record, self.effect, unsure), error
            return guarded(record, self.effect, self._after(before)), error
        if self.effect in KEPT:
            return record, answer
        return guarded(record, self.effect, self._after(before)), answer

    def _after(self, before: Guard | None) -> Guard | None:
        """The guard once this request has a clear answer: an earlier one may still arrive."""
        return None if self.effect in SEARCHED else before


def guarded(record: Record, effect: Effect, guard: Guard | None) -> Record:
    """The record with this guard of an effect, or with none."""
    others = {name: kept for name, kept in record.guards.items() if name is not effect}
    return structs.replace(record, guards=others if guard is None else {**others, effect: guard})


def unguarded(record: Record, *effects: Effect) -> Record:
    """The record without the guards of these effects."""
    for effect in effects:
        record = guarded(record, effect, None)
    return record
