"""Creates the tables and their indexes.

The indexes are sparse: a record is in one only while it has the attributes that are its keys.
"""

import asyncio
from contextlib import suppress
from typing import Any

from botocore.exceptions import (  # type: ignore[import-untyped] # ships no types
    BotoCoreError,
    ClientError,
)

from app.errors import StoreUnavailable
from app.store.codec import ASKS, BUILDS, KINDS
from app.store.dynamodb.calls import Client

DUE = "due"
PIPELINE = "pipeline"
DEPLOYMENT = "deployment"
WAITING = "waiting"
GUARDED = "guarded"

_TYPES = {
    "slack_channelid": "S",
    "slack_userid": "S",
    "name": "S",
    "ask_id": "S",
    "pipeline_id": "S",
    "waiting_sha": "S",
    "guarded_project": "S",
    "repository_id": "N",
    "deployment_id": "N",
    "due_shard": "N",
    "due_at": "N",
}
_KEYS: dict[str, tuple[str, ...]] = {kind.table: kind.key for kind in KINDS}
_INDEXES: dict[str, dict[str, tuple[str, ...]]] = {
    BUILDS.table: {
        DUE: ("due_shard", "due_at"),
        PIPELINE: ("pipeline_id",),
        DEPLOYMENT: ("deployment_id",),
        WAITING: ("repository_id", "waiting_sha"),
        GUARDED: ("guarded_project",),
    },
    ASKS.table: {
        DUE: ("due_shard", "due_at"),
        WAITING: ("repository_id", "waiting_sha"),
    },
}


async def create(client: Client, prefix: str) -> None:
    """Create the tables that are missing and wait until all of them can be used.

    Raises `StoreUnavailable` if they cannot be created.
    """
    try:
        await asyncio.gather(*(_create(client, prefix, table) for table in _KEYS))
    except (BotoCoreError, ClientError) as error:
        raise StoreUnavailable(f"the tables cannot be created: {error}") from error


def definition(prefix: str, table: str) -> dict[str, Any]:
    """The parameters of `CreateTable`: capacity on demand, and indexes that have only keys."""
    indexes = _INDEXES.get(table, {})
    used = {name for keys in (_KEYS[table], *indexes.values()) for name in keys}
    request: dict[str, Any] = {
        "TableName": f"{prefix}{table}",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": _key_schema(_KEYS[table]),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": _TYPES[name]} for name in sorted(used)
        ],
    }
    if indexes:
        request["GlobalSecondaryIndexes"] = [
            {
                "IndexName": name,
                "KeySchema": _key_schema(keys),
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for name, keys in indexes.items()
        ]
    return request


async def _create(client: Client, prefix: str, table: str) -> None:
    wanted = definition(prefix, table)
    with suppress(client.exceptions.ResourceInUseException):  # the table exists already
        await client.create_table(**wanted)
    waiter = client.get_waiter("table_exists")
    await waiter.wait(TableName=wanted["TableName"], WaiterConfig={"Delay": 1, "MaxAttempts": 120})


def _key_schema(names: tuple[str, ...]) -> list[dict[str, str]]:
    return [
        {"AttributeName": name, "KeyType": kind}
        for name, kind in zip(names, ("HASH", "RANGE"), strict=False)
    ]
