"""Opening the store that `STORE_URL` names: one line for each engine.

DynamoDB's is imported where it is opened: AWS's SDK takes a quarter of the start, and nobody with
the embedded store waits for it.
"""
# ruff: noqa: PLC0415 - see above

from pathlib import Path

from app.ports import Store
from app.store.sqlite.store import SqliteStore

SQLITE = "sqlite:///"
DYNAMODB = "dynamodb://"


async def open_store(url: str, *, wait: float, lease_seconds: float) -> Store:
    """Open `sqlite:///<file>` or `dynamodb://<region>/<table prefix>`.

    `wait` is how many seconds an embedded store that another process holds is waited for;
    raises `StoreInUse` after them, and `StoreUnavailable` where the file cannot be opened.
    """
    if url.startswith(SQLITE):
        return await SqliteStore.open(Path(url.removeprefix(SQLITE)), wait=wait)
    from app.store.dynamodb.store import DynamoDBStore

    return await DynamoDBStore.open(*_place(url), lease_seconds=lease_seconds)


async def create_tables(url: str) -> None:
    """Create the tables and indexes that are missing; an embedded store makes its own."""
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
    """Region and table prefix; raises `ValueError` for a URL of no engine."""
    region, _, prefix = url.removeprefix(DYNAMODB).partition("/")
    if not url.startswith(DYNAMODB) or not region or not prefix:
        raise ValueError(f"no store at {url}")
    return region, prefix
