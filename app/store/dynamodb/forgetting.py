"""Deletes old records; they are found by scans, which are slow, but nobody waits for this."""

from contextlib import suppress
from typing import Any

from app.model.build import BuildState
from app.store.codec import ASKS, BUILDS, Kind
from app.store.dynamodb.calls import ConditionFailed
from app.store.dynamodb.expressions import Expression
from app.store.dynamodb.values import from_item
from app.store.dynamodb.writes import Writes


async def forget_asks(writes: Writes, before: float, most: int) -> int:
    """Delete at most `most` finished asks made before `before`; returns how many."""
    over = _at_rest()
    over.where_at_most("asked_at", before)
    return await _forget(writes, ASKS, over, most)


async def forget_external(writes: Writes, before: float, most: int) -> int:
    """Delete at most `most` `external` builds created before `before`; returns how many."""
    over = _at_rest()
    over.where("state", BuildState.EXTERNAL.value)
    over.where_at_most("created_at", before)
    return await _forget(writes, BUILDS, over, most)


def _at_rest() -> Expression:
    """The condition that a record is neither due nor leased."""
    resting = Expression()
    resting.where("due_at", None)
    resting.where("holder", None)
    return resting


async def _forget(writes: Writes, kind: Kind[Any], over: Expression, most: int) -> int:
    """Delete the records for which `over` holds; scans until `most` of them are deleted."""
    forgotten = 0
    table = writes.calls.table(kind.table)
    async for page in writes.calls.pages("scan", TableName=table, **over.as_filter()):
        for item in page["Items"]:
            found = from_item(item)
            _, request = writes.delete(kind, tuple(found[name] for name in kind.key), over)
            with suppress(ConditionFailed):  # it became due meanwhile
                await writes.calls.write("delete_item", **request)
                forgotten += 1
            if forgotten == most:
                return forgotten
    return forgotten
