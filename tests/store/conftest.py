"""The engines that the contract suite runs on, each over real connections."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

import aiobotocore.session
import pytest
import pytest_asyncio

from app.model.build import Build
from app.model.note import Note
from app.ports import Store
from app.store.codec import KINDS
from app.store.dynamodb.calls import connect
from app.store.opening import create_tables, open_store
from tests.dynamodb import DYNAMODB, ON_DYNAMODB, dynamodb_server

LEASE_SECONDS = 80.0
REGION = "eu-central-1"


class Engine:
    """A place for one test's records; `open` opens it as one more process would."""

    def __init__(self, name: str, url: str) -> None:
        self.name = name
        self.url = url
        self._opened: list[Store] = []

    @property
    def distributed(self) -> bool:
        """Whether several processes may have it open."""
        return self.name == "dynamodb"

    async def open(self) -> Store:
        """Open the store.

        Where tests keep every core busy, DynamoDB Local takes seconds for a call now and then; with
        the usual timeouts it would be sent again, and what is counted be counted twice.
        """
        with pytest.MonkeyPatch.context() as patch:
            patient = partial(connect, lease_seconds=None)
            patch.setattr(
                "app.store.dynamodb.store.connect", lambda region, _lease: patient(region)
            )
            store = await open_store(self.url, wait=0, lease_seconds=LEASE_SECONDS)
        self._opened.append(store)
        return store

    async def replicas(self, store: Store, count: int) -> list[Store]:
        """As many writers: processes of their own where the engine takes several."""
        if not self.distributed:
            return [store] * count
        own = [await self.open() for _ in range(min(count, 4))]
        return [own[number % len(own)] for number in range(count)]

    async def close(self) -> None:
        """Close all that was opened."""
        for store in self._opened:
            await store.close()


def sqlite_engine(folder: Path) -> Engine:
    """SQLite on disk."""
    return Engine("sqlite", f"sqlite:///{folder / 'deploybot.db'}")


async def empty_tables(prefix: str) -> None:
    """Delete every item of the tables of that prefix."""
    async with connect(REGION, None) as client:
        for kind in KINDS:
            table = f"{prefix}{kind.table}"
            names = {f"#{name}": name for name in kind.key}
            pages = client.get_paginator("scan").paginate(
                TableName=table,
                ConsistentRead=True,
                ProjectionExpression=", ".join(names),
                ExpressionAttributeNames=names,
            )
            deletes = [
                {"DeleteRequest": {"Key": key}} async for page in pages for key in page["Items"]
            ]
            for start in range(0, len(deletes), 25):
                await client.batch_write_item(RequestItems={table: deletes[start : start + 25]})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which engines the contract ran on."""
    terminalreporter.section("stores")
    terminalreporter.write_line(f"contract suite: SQLite on disk, and {DYNAMODB}")


@pytest.fixture(scope="session")
def dynamodb_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The running DynamoDB's address."""
    with (
        dynamodb_server(tmp_path_factory.mktemp("dynamodb")) as url,
        pytest.MonkeyPatch.context() as patch,
    ):
        shared = aiobotocore.session.get_session()  # reads the SDK's service model once
        patch.setattr("app.store.dynamodb.calls.get_session", lambda: shared)
        # The authorities' certificates, which plain HTTP does not need, take each client 50 ms.
        patch.setattr("aiobotocore.httpsession.get_cert_path", lambda _verify: None)
        yield url


def set_variables(patch: pytest.MonkeyPatch, dynamodb_url: str) -> None:
    """Set the SDK's usual variables for the DynamoDB at that address."""
    patch.setenv("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_url)
    patch.setenv("AWS_ACCESS_KEY_ID", "test")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture
def aws(dynamodb_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The SDK's usual variables, set for the running DynamoDB; its address."""
    set_variables(monkeypatch, dynamodb_url)
    return dynamodb_url


@pytest_asyncio.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Engine]:
    """SQLite in a folder of this test's own."""
    engine = sqlite_engine(tmp_path)
    yield engine
    await engine.close()


@pytest.fixture(scope="session")
def tables(dynamodb_url: str) -> str:
    """The prefix of the tables: making them takes longer than most tests."""
    with pytest.MonkeyPatch.context() as patch:
        set_variables(patch, dynamodb_url)
        prefix = f"t{uuid.uuid4().hex[:12]}-"
        asyncio.run(create_tables(f"dynamodb://{REGION}/{prefix}"))
    return prefix


@pytest_asyncio.fixture
async def dynamodb(aws: str, tables: str) -> AsyncIterator[Engine]:
    """DynamoDB with tables that are empty."""
    engine = Engine("dynamodb", f"dynamodb://{REGION}/{tables}")
    yield engine
    await engine.close()
    with pytest.MonkeyPatch.context() as patch:
        set_variables(patch, aws)  # a test may have put a proxy before it
        await empty_tables(tables)


@pytest.fixture(params=["sqlite", pytest.param("dynamodb", marks=ON_DYNAMODB)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    return request.getfixturevalue(request.param)


@pytest_asyncio.fixture
async def store(engine: Engine) -> Store:
    """Each engine in turn, open."""
    return await engine.open()


@pytest.fixture
def taken(store: Store) -> Callable[..., Awaitable[Build]]:
    """Notes a deployment and takes its build."""

    async def take(deployment_id: int = 7, holder: str = "us", **facts: object) -> Build:
        await store.note(Note(repository_id=1, deployment_id=deployment_id, facts=facts))
        build = await store.build((1, deployment_id))
        assert build is not None
        return await store.take(build, holder)

    return take
