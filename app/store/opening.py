"""Opens the store that `STORE_URL` names.

The DynamoDB engine is imported only when it is opened: AWS's SDK takes a quarter of the start-up
time, which a service with the embedded store does not need to spend.
"""
# ruff: noqa: PLC0415 - see above

from pathlib import Path

from app.ports import Store
from app.store.sqlite.store import SqliteStore

SQLITE = "sqlite:///"
DYNAMODB = "dynamodb://"


async def open_store(url: str, *, wait: float, lease_seconds: float) -> Store:
    """Open `sqlite:///<file>` or `dynamodb://<region>/<table prefix>`.

    `wait` is how many seconds to wait for an embedded store that another process has open; after
    that this raises `StoreInUse`. Raises `StoreUnavailable` if the file cannot be opened, and
    `ValueError` for any other URL.
    """
    if url.startswith(SQLITE):
        return await SqliteStore.open(Path(url.removeprefix(SQLITE)), wait=wait)
    from app.store.dynamodb.store import DynamoDBStore

    return await DynamoDBStore.open(*_place(url), lease_seconds=lease_seconds)


async def create_tables(url: str) -> None:
    """Create the tables and indexes that are missing; raises the errors of `open_store`."""
    if url.startswith(SQLITE):
        store = await SqliteStore.open(Path(url.removeprefix(SQLITE)), wait=0)
        await store.close()
    else:
        from app.store.dynamodb.calls import connect
        from app.store.dynamodb.tables import create

        region, prefix = _place(url)
        async with connect(region, None) as client:
            await create(client, prefix)


def _place(url: str) -> tuple[str, str]:
    """The region and table prefix in a DynamoDB URL; raises `ValueError` for any other URL."""
    region, _, prefix = url.removeprefix(DYNAMODB).partition("/")
    if not url.startswith(DYNAMODB) or not region or not prefix:
        raise ValueError(f"no store at {url}")
    return region, prefix
