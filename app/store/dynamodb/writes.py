"""Writes one item, or several in a transaction, and recognises its own repeated write.

The SDK repeats a write whose answer was lost. If the first attempt was carried out, the condition
of the second one fails. So every write stores an id of its own in the items it changes: if the
stored item has that id, the write has succeeded. A transaction also has the id as its
`ClientRequestToken`, by which DynamoDB itself recognises a repetition:
https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
"""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from app.store.codec import Attributes, Kind
from app.store.dynamodb.calls import Calls, ConditionFailed
from app.store.dynamodb.expressions import Expression, Update
from app.store.dynamodb.values import Item, from_item, to_item

WRITE_ID = "write_id"
"""The attribute that has the id of the last write to a record."""

Operation = tuple[str, dict[str, Any]]
"""`Put`, `Update` or `Delete`, and its parameters, which are the same in a transaction."""


def new_write_id() -> str:
    """An id for one write and all its attempts."""
    return uuid4().hex


@dataclass(frozen=True)
class Writes:
    """Builds operations on the tables and carries them out."""

    calls: Calls

    def put(self, kind: Kind[Any], item: Item, condition: Expression) -> Operation:
        """The operation that writes a whole item."""
        table = self.calls.table(kind.table)
        return "Put", {"TableName": table, "Item": item, **condition.request()}

    def update(self, kind: Kind[Any], key: tuple[Any, ...], update: Update) -> Operation:
        """The operation that changes an item, or creates it if the conditions allow that."""
        return "Update", {**self.at(kind, key), **update.request()}

    def delete(self, kind: Kind[Any], key: tuple[Any, ...], condition: Expression) -> Operation:
        """The operation that deletes an item."""
        return "Delete", {**self.at(kind, key), **condition.request()}

    def at(self, kind: Kind[Any], key: tuple[Any, ...]) -> dict[str, Any]:
        """An item's table and key, as parameters of a call."""
        named = dict(zip(kind.key, key, strict=True))
        return {"TableName": self.calls.table(kind.table), "Key": to_item(named)}

    async def get(self, kind: Kind[Any], key: tuple[Any, ...]) -> Attributes | None:
        """Read one item consistently; raises `StoreUnavailable`."""
        answer = await self.calls.read("get_item", **self.at(kind, key), ConsistentRead=True)
        return from_item(answer["Item"]) if "Item" in answer else None

    async def carry_out(self, operations: list[Operation], write_id: str) -> None:
        """Do all operations or none.

        Raises `ConditionFailed`, unless it failed because this same write was done already, and
        every other `StoreError` of a write.
        """
        try:
            if len(operations) == 1:
                ((word, request),) = operations
                await self.calls.write(f"{word.lower()}_item", **request)
            else:
                await self.calls.write(
                    "transact_write_items",
                    TransactItems=[{word: request} for word, request in operations],
                    ClientRequestToken=write_id,
                )
        except ConditionFailed as failure:
            if not done_already(failure, write_id):
                raise


def done_already(failure: ConditionFailed, write_id: str) -> bool:
    """Whether the conditions failed because this write had been carried out already."""
    return any(old is not None and old.get(WRITE_ID) == write_id for old in failure.old)
