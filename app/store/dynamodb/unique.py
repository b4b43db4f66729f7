"""Unique values in DynamoDB, which has no unique indexes.

A second record in the same table says which record owns a value. Both are written in one
transaction, so uniqueness does not depend on an earlier read:
https://aws.amazon.com/blogs/database/simulating-amazon-dynamodb-unique-constraints-using-transactions/
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
"""Attempts at a change: another writer may change the record between its read and its write."""


@dataclass(frozen=True)
class Owned(Generic[R]):
    """The records of one table, where no two may have the same value of the attribute `unique`.

    `prefix` begins the keys of the records that name owners.
    """

    writes: Writes
    kind: Kind[R]
    unique: str
    prefix: str

    def unique_key(self, value: int) -> str:
        """The key of the record that says who owns a value."""
        return f"{self.prefix}:{value}"

    def key(self, record: R) -> str:
        """A record's key."""
        return str(getattr(record, self.kind.key[0]))

    def value(self, record: R) -> int:
        """A record's unique value."""
        return int(getattr(record, self.unique))

    async def get(self, key: str) -> R | None:
        """Read a record by its key."""
        item = await self.writes.get(self.kind, (key,))
        return to_record(self.kind, item) if item is not None and self.unique in item else None

    async def owner(self, value: int) -> R | None:
        """The record that owns a value; raises `StoreUnavailable` if it keeps changing."""
        for _ in range(TRIES):
            named = await self.writes.get(self.kind, (self.unique_key(value),))
            if named is None:
                return None
            record = await self.get(named[OWNER])
            if record is not None and self.value(record) == value:
                return record
        raise StoreUnavailable("the owner changed while it was read")

    def claim(self, record: R, write_id: str) -> list[Operation]:
        """The operations that create a record, which must not exist, and claim its value."""
        return [
            self.writes.put(
                self.kind, to_item({**to_attributes(record), WRITE_ID: write_id}), self._absent()
            ),
            self.claim_value(record, write_id),
        ]

    def claim_value(self, record: R, write_id: str) -> Operation:
        """The operation that claims a record's value, which must have no owner."""
        item = {
            self.kind.key[0]: self.unique_key(self.value(record)),
            OWNER: self.key(record),
            WRITE_ID: write_id,
        }
        return self.writes.put(self.kind, to_item(item), self._absent())

    def release(self, record: R) -> list[Operation]:
        """The operations that delete a record, if it still has the same value, and its claim."""
        unchanged = Expression()
        unchanged.where(self.unique, self.value(record))
        return [
            self.writes.delete(self.kind, (self.key(record),), unchanged),
            self.release_value(record),
        ]

    def release_value(self, record: R) -> Operation:
        """The operation that gives up a record's value, which it must own."""
        owned = Expression()
        owned.where(OWNER, self.key(record))
        return self.writes.delete(self.kind, (self.unique_key(self.value(record)),), owned)

    async def forget(self, key: str) -> R | None:
        """Delete a record and its claim, and return it; raises `Conflict` if it keeps changing."""
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
