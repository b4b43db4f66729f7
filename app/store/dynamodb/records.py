"""Leased records (builds, asks) and slots in DynamoDB.

Each write is conditional on the holder and the version that the record had when it was read.
"""

from collections.abc import Sequence
from contextlib import suppress

from app.errors import StoreUnavailable
from app.model.ask import Ask
from app.model.build import BuildKey
from app.model.slot import Slot, SlotChange
from app.ports import Key, Leased
from app.store.codec import (
    ASKS,
    BUILDS,
    SLOTS,
    Attributes,
    Kind,
    after_finish,
    after_save,
    difference,
    due_shard,
    key_of,
    kind_of,
    merge_notes,
    new_ask,
    next_slot,
    to_attributes,
    to_record,
)
from app.store.dynamodb.calls import ConditionFailed
from app.store.dynamodb.expressions import Expression, Update
from app.store.dynamodb.values import from_item, to_item
from app.store.dynamodb.writes import WRITE_ID, Operation, Writes, done_already, new_write_id

TRIES = 5
"""Attempts at a write by the holder of a lease: a note may be written just before it."""

MOST_WOKEN = 90
"""The most builds that one transaction makes due; it may have a hundred operations.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

BUSY = f"notes came between reading and writing, {TRIES} times"


async def read(writes: Writes, kind: Kind[Leased], key: tuple[object, ...]) -> Leased | None:
    """Read a build or an ask by its key, consistently."""
    item = await writes.get(kind, key)
    return None if item is None else to_record(kind, item)


async def add_ask(writes: Writes, ask: Ask) -> bool:
    """Record an ask, due at once; False if there is one with this id already."""
    write_id = new_write_id()
    absent = Expression()
    absent.where("ask_id", None)
    item = to_item(
        {
            **new_ask(ask),
            "due_shard": due_shard(ask.ask_id),
            "version": ask.version,
            "events": ask.events,
            WRITE_ID: write_id,
        }
    )
    _, request = writes.put(ASKS, item, absent)
    try:
        await writes.calls.intake("put_item", **request)
    except ConditionFailed as failure:
        return done_already(failure, write_id)
    return True


async def wake_ask(writes: Writes, ask_id: str) -> None:
    """Count an event on an ask and make it due; does nothing if there is no such ask."""
    update = Update()
    update.where_exists("ask_id")
    update.add("events", 1)
    _set_due(update, ask_id, 0)
    _, request = writes.update(ASKS, (ask_id,), update)
    with suppress(ConditionFailed):
        await writes.calls.intake("update_item", **request)


async def take(writes: Writes, before: Leased, holder: str) -> Leased:
    """Take the lease; raises `Conflict` if the version is not that of `before` any more."""
    kind, write_id = kind_of(before), new_write_id()
    update = Update()
    update.where("version", before.version)
    update.set("version", before.version + 1)
    update.set("holder", holder)
    update.set(WRITE_ID, write_id)
    _, request = writes.update(kind, key_of(kind, before), update)
    try:
        answer = await writes.calls.write("update_item", **request, ReturnValues="ALL_NEW")
    except ConditionFailed as failure:
        if not done_already(failure, write_id):
            raise
        return to_record(kind, failure.old[0] or {})
    return to_record(kind, from_item(answer["Attributes"]))


async def save(writes: Writes, before: Leased, after: Leased, slot: SlotChange | None) -> Leased:
    """Write what changed and keep the lease.

    Raises `Conflict` if the lease was lost, `StoreUnavailable` if notes kept coming first.
    """
    kind, stored = kind_of(before), None
    for _ in range(TRIES):
        write_id = new_write_id()
        update = _fenced(before, after, stored, write_id)
        operations = [writes.update(kind, key_of(kind, before), update)]
        if slot is not None:
            operations.append(_slot_change(writes, slot, write_id))
        try:
            await writes.carry_out(operations, write_id)
        except ConditionFailed as failure:
            stored, after = _merged(before, after, failure)
        else:
            return after_save(before, after)
    raise StoreUnavailable(BUSY)


async def finish(
    writes: Writes,
    before: Leased,
    after: Leased,
    due_at: float | None,
    slot: SlotChange | None,
    wake: Sequence[BuildKey],
) -> Leased:
    """Write what changed, give the lease back and make the builds in `wake` due.

    The record stays due at once if an event came during the lease. Raises the errors of `save`.
    """
    kind, stored = kind_of(before), None
    others = sorted(set(wake) - {before.key})
    for _ in range(TRIES):
        write_id = new_write_id()
        update = _fenced(before, after, stored, write_id)
        update.remove("holder")
        if before.key in wake or (stored and stored.get("events") != before.events):
            due_at = 0.0
        else:
            update.where("events", before.events)
        _set_due(update, before.key, due_at)
        operations = [writes.update(kind, key_of(kind, before), update)]
        if slot is not None:
            operations.append(_slot_change(writes, slot, write_id))
        operations += _waking(writes, others[:MOST_WOKEN])
        try:
            await writes.carry_out(operations, write_id)
        except ConditionFailed as failure:
            stored, after = _merged(before, after, failure)
        else:
            await _wake(writes, others[MOST_WOKEN:])
            return after_finish(before, after, due_at)
    raise StoreUnavailable(BUSY)


def woken(key: BuildKey) -> Update:
    """The update that counts an event on a build and makes it due at once.

    If the build is leased, its holder sees the higher count in its last write.
    """
    update = Update()
    update.add("events", 1)
    update.set_once("version", 0)
    _set_due(update, key, 0)
    return update


async def slot(writes: Writes, repository_id: int, environment: str) -> Slot:
    """An environment's slot, read consistently; without a record, an empty one of version 0."""
    item = await writes.get(SLOTS, (repository_id, environment))
    if item is None:
        return Slot(repository_id=repository_id, name=environment)
    return to_record(SLOTS, item)


async def change_slot(writes: Writes, change: SlotChange, wake: Sequence[BuildKey]) -> None:
    """Write a slot and make the builds in `wake` due.

    Raises `Conflict` if the slot's version is not the one that was read.
    """
    write_id = new_write_id()
    operations = [_slot_change(writes, change, write_id)]
    keys = sorted(set(wake))
    operations += _waking(writes, keys[:MOST_WOKEN])
    await writes.carry_out(operations, write_id)
    await _wake(writes, keys[MOST_WOKEN:])


def _waking(writes: Writes, keys: Sequence[BuildKey]) -> list[Operation]:
    return [writes.update(BUILDS, key, woken(key)) for key in keys]


async def _wake(writes: Writes, keys: Sequence[BuildKey]) -> None:
    """Make builds due for which the transaction had no room."""
    for _, request in _waking(writes, keys):
        await writes.calls.write("update_item", **request)


def _slot_change(writes: Writes, change: SlotChange, write_id: str) -> Operation:
    condition = Expression()
    condition.where("version", change.before.version or None)
    item = to_item({**to_attributes(next_slot(change)), WRITE_ID: write_id})
    return writes.put(SLOTS, item, condition)


def _fenced(before: Leased, after: Leased, stored: Attributes | None, write_id: str) -> Update:
    """The update from `before` to `after`, on the condition that the lease is still held.

    Attributes that it removes or replaces must still have the value that was read: that of
    `stored` if an earlier attempt failed and returned the item, else that of `before`.
    """
    update = Update()
    update.where("version", before.version)
    update.where("holder", before.holder)
    change = difference(kind_of(before), before, after)
    for name in change.known:
        update.where(name, (change.known if stored is None else stored).get(name))
    update.apply(change)
    update.set("version", before.version + 1)
    update.set(WRITE_ID, write_id)
    return update


def _set_due(update: Update, key: Key, due_at: float | None) -> None:
    if due_at is None:
        update.remove("due_at")
        update.remove("due_shard")
    else:
        update.set("due_at", due_at)
        update.set("due_shard", due_shard(key))


def _merged(before: Leased, after: Leased, failure: ConditionFailed) -> tuple[Attributes, Leased]:
    """The stored item, and `after` changed so that it keeps what a note has written to it.

    Raises `failure` if it was not a note that made the write fail: the lease was lost, or the
    slot was changed.
    """
    stored = failure.old[0]
    if stored is None or (stored.get("holder"), stored.get("version")) != (
        before.holder,
        before.version,
    ):
        raise failure
    return stored, merge_notes(kind_of(before), before, after, stored)
