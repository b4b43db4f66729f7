"""What the engine needs to know of one kind of record, so that it serves every kind."""

from collections.abc import Sequence
from typing import Any, Protocol

from msgspec import Struct

from app.errors import Provider
from app.lifecycle.backoff import Record
from app.lifecycle.intents import Intend
from app.lifecycle.look_types import Limits, Now, Read
from app.model.effects import Effect
from app.model.note import Note
from app.ports import Key
from app.ports.urgency import Urgency

Step = Any
"""A step that `RecordKind.next` decides and `RecordKind.perform` carries out."""


class RecordKind(Protocol[Record]):
    """One kind of leased record: how it is loaded, decided and acted on."""

    @property
    def name(self) -> str:
        """The kind's name in metrics and logs."""
        ...

    @property
    def facts(self) -> Struct:
        """What a look knows before it has read anything."""
        ...

    @property
    def most_tries(self) -> int:
        """How many looks in a row may fail because of a bug of ours before the record ends."""
        ...

    def owns(self, key: Key) -> bool:
        """Whether records of this kind have such keys."""
        ...

    async def load(self, key: Key) -> Record | None:
        """A consistent read."""
        ...

    def log_fields(self, key: Key, record: Record | None) -> dict[str, Any]:
        """What every log line of a look at this record carries."""
        ...

    def next(self, record: Record, facts: Any, now: Now, limits: Limits) -> Step:
        """Decide the next step (pure)."""
        ...

    def providers(self, read: Read) -> Sequence[Provider]:
        """The providers that a read may call; none for a read of the store."""
        ...

    def method(self, read: Read) -> Effect | None:
        """The effect that alone pauses if this read is refused; None: its whole provider pauses."""
        ...

    async def read(self, record: Record, read: Read) -> object:
        """Read one thing; may raise `ProviderError` and `StoreError`."""
        ...

    async def perform(self, record: Record, step: Step, intend: Intend[Record]) -> Record:
        """Carry out one step; the record afterwards. `intend` records an intent first."""
        ...

    def broken(self, record: Record, defect: str, *, too_large: bool) -> Record | None:
        """The record, ended by a bug of ours (`defect` is its id); None if it never ends."""
        ...

    def shed(self, record: Record) -> Record:
        """The record without what it can spare, for when it is too large for the store."""
        ...

    def urgency(self, record: Record) -> Urgency:
        """How urgent the calls of a look at the record are."""
        ...

    def overtaken(self, stored: Record, done: Step, token: str) -> Note | None:
        """The note to write if another process took the record before `done` had its effect."""
        ...

    def finished(self, taken: Record, done: Record) -> None:
        """Called after a look; `taken` is the record as it began, `done` as it is now."""
        ...
