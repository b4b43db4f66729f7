"""Finds records by something other than their key, through the tables' indexes.

An index follows its table with a delay, so an answer only says which record to read; no decision
may be based on it alone.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator
from typing import Any

from app.model import Json
from app.model.build import BuildKey
from app.model.slot import Slot
from app.ports import Key
from app.store.codec import ASKS, BUILDS, DUE_SHARDS, SLOTS, Attributes, Kind, to_record
from app.store.dynamodb.calls import ConditionFailed
from app.store.dynamodb.expressions import Expression, Update
from app.store.dynamodb.tables import DEPLOYMENT, DUE, GUARDED, PIPELINE, WAITING
from app.store.dynamodb.values import from_item
from app.store.dynamodb.writes import Writes

QUERIES = 16
"""How many shards of the due index are queried at the same time."""


async def due(writes: Writes, now: float, limit: int) -> list[Key]:
    """The keys of at most `limit` due records, the longest due first."""
    gate = asyncio.Semaphore(QUERIES)

    async def shard(kind: Kind[Any], number: int) -> list[tuple[float, Key]]:
        async with gate:
            return await _due_in_shard(writes, kind, number, now, limit)

    found = await asyncio.gather(
        *(shard(kind, number) for kind in (BUILDS, ASKS) for number in range(DUE_SHARDS))
    )
    return [key for _, key in heapq.merge(*found, key=lambda entry: entry[0])][:limit]


async def build_of_pipeline(writes: Writes, pipeline_id: str) -> BuildKey | None:
    """The build that a pipeline belongs to."""
    keys = await _builds(writes, PIPELINE, pipeline_id=pipeline_id)
    return keys[0] if keys else None


async def build_of_deployment(writes: Writes, deployment_id: int) -> BuildKey | None:
    """The build of a deployment."""
    keys = await _builds(writes, DEPLOYMENT, deployment_id=deployment_id)
    return keys[0] if keys else None


async def builds_waiting_for(writes: Writes, repository_id: int, sha: str) -> list[BuildKey]:
    """The builds that wait for checks of a commit."""
    return await _builds(writes, WAITING, repository_id=repository_id, waiting_sha=sha)


async def asks_waiting_for(writes: Writes, repository_id: int, sha: str) -> list[str]:
    """The asks that are decided again when the checks of a commit change."""
    query = Expression()
    query.where("repository_id", repository_id)
    query.where("waiting_sha", sha)
    return [str(item["ask_id"]) async for item in _query(writes, ASKS, WAITING, query)]


async def builds_guarding(writes: Writes, project: str) -> list[BuildKey]:
    """The builds that may have started a pipeline of this project without recording it yet."""
    return await _builds(writes, GUARDED, guarded_project=project)


async def slots(writes: Writes, repository_id: int) -> list[Slot]:
    """Every slot of a repository, by name, read consistently from the table itself."""
    query = Expression()
    query.where("repository_id", repository_id)
    found = _query(writes, SLOTS, None, query, ConsistentRead=True)
    return [to_record(SLOTS, item) async for item in found]


async def probe(writes: Writes, kind: Kind[Any]) -> None:
    """Make sure that a table takes writes, with one whose condition never holds.

    Raises `StoreUnavailable` if it does not.
    """
    never = Update()
    never.where_exists(kind.key[0])
    never.where("probe", "never")
    never.set("probe", "never")
    key = tuple(
        "probe" if name in {"slack_channelid", "slack_userid", "name", "ask_id"} else 0
        for name in kind.key
    )
    _, request = writes.update(kind, key, never)
    try:
        await writes.calls.write("update_item", **request)
    except ConditionFailed:
        return


async def _due_in_shard(
    writes: Writes, kind: Kind[Any], shard: int, now: float, limit: int
) -> list[tuple[float, Key]]:
    query = Expression()
    query.where("due_shard", shard)
    query.where_at_most("due_at", now)
    found: list[tuple[float, Key]] = []
    async for item in _query(writes, kind, DUE, query, Limit=limit):
        found.append((item["due_at"], _key(kind, item)))
        if len(found) == limit:
            break
    return found


async def _builds(writes: Writes, index: str, **values: Json) -> list[BuildKey]:
    query = Expression()
    for name, value in values.items():
        query.where(name, value)
    return [
        (item["repository_id"], item["deployment_id"])
        async for item in _query(writes, BUILDS, index, query)
    ]


async def _query(
    writes: Writes, kind: Kind[Any], index: str | None, query: Expression, **more: Any
) -> AsyncIterator[Attributes]:
    """The items that match a query of an index (None: of the table)."""
    if index is not None:
        more["IndexName"] = index
    table = writes.calls.table(kind.table)
    async for page in writes.calls.pages("query", TableName=table, **query.as_query(), **more):
        for item in page["Items"]:
            yield from_item(item)


def _key(kind: Kind[Any], item: Attributes) -> Key:
    if kind is ASKS:
        return str(item["ask_id"])
    return (item["repository_id"], item["deployment_id"])
