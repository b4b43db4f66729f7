"""Unique values in DynamoDB: a second record of the same table names a value's owner.

Both are written in one transaction, so uniqueness never rests on what was read before.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

from app.errors import Conflict, StoreUnavailable
from app.model.project import Project, User
from app.store.codec import Kind, to_attributes, to_record
from app.store.dynamodb.calls import ConditionFailed
from app.store.dynamodb.expressions import Expression
from app.store.dynamodb.values import to_item
from app.store.dynamodb.writes import WRITE_ID, Operation, Writes, new_write_id

R = TypeVar("R", Project, User)

OWNER = "owner"
TRIES = 5
"""Attempts at a change: somebody else's may come between its read and its write."""


@dataclass(frozen=True)
class Owned(Generic[R]):
    """Records of a kind whose attribute `unique` belongs to one of them at a time."""

    writes: Writes
    kind: Kind[R]
    unique: str
    prefix: str

    def unique_key(self, value: int) -> str:
        """The key of the record that names a value's owner."""
        return f"{self.prefix}:{value}"

    def key(self, record: R) -> str:
        """A record's key."""
        return str(getattr(record, self.kind.key[0]))

    def value(self, record: R) -> int:
        """A record's unique value."""
        return int(getattr(record, self.unique))

    async def get(self, key: str) -> R | None:
        """A record by its key."""
        item = await self.writes.get(self.kind, (key,))
        return to_record(self.kind, item) if item is not None and self.unique in item else None

    async def owner(self, value: int) -> R | None:
        """The record that owns a value."""
        for _ in range(TRIES):
            named = await self.writes.get(self.kind, (self.unique_key(value),))
            if named is None:
                return None
            record = await self.get(named[OWNER])
            if record is not None and self.value(record) == value:
                return record
        raise StoreUnavailable("the owner changed while it was read")

    def claim(self, record: R, write_id: str) -> list[Operation]:
        """Write a record that must not exist yet, and the claim of its value."""
        return [
            self.writes.put(
                self.kind, to_item({**to_attributes(record), WRITE_ID: write_id}), self._absent()
            ),
            self.claim_value(record, write_id),
        ]

    def claim_value(self, record: R, write_id: str) -> Operation:
        """Claim the value of a record; nobody may own it."""
        item = {
            self.kind.key[0]: self.unique_key(self.value(record)),
            OWNER: self.key(record),
            WRITE_ID: write_id,
        }
        return self.writes.put(self.kind, to_item(item), self._absent())

    def release(self, record: R) -> list[Operation]:
        """Remove a record as it was read, and its claim."""
        unchanged = Expression()
        unchanged.where(self.unique, self.value(record))
        return [
            self.writes.delete(self.kind, (self.key(record),), unchanged),
            self.release_value(record),
        ]

    def release_value(self, record: R) -> Operation:
        """Give up the value of a record that owns it."""
        owned = Expression()
        owned.where(OWNER, self.key(record))
        return self.writes.delete(self.kind, (self.unique_key(self.value(record)),), owned)

    async def forget(self, key: str) -> R | None:
        """Remove a record and its claim; what it was."""
        for _ in range(TRIES):
            record = await self.get(key)
            if record is None:
                return None
            try:
                await self.writes.carry_out(self.release(record), new_write_id())
            except ConditionFailed:
                continue
            return record
        raise Conflict("others kept changing the record")

    def _absent(self) -> Expression:
        absent = Expression()
        absent.where(self.kind.key[0], None)
        return absent
