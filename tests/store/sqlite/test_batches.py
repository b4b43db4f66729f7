"""Group commit: what comes together is committed together, and a few need not wait for all."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from app.store.sqlite.connections import open_writer
from app.store.sqlite.schema import prepare
from app.store.sqlite.writer import BATCH, SqliteWriter


class Counted:
    """A writer, and how often it has committed."""

    def __init__(self, path: Path) -> None:
        connection = open_writer(path)
        prepare(connection)
        connection.set_trace_callback(self._seen)
        self.writer = SqliteWriter(connection)
        self.commits = 0

    def _seen(self, statement: str) -> None:
        self.commits += statement == "COMMIT"

    async def write(self, *, after: int) -> None:
        """One write, when the loop has turned round so many times."""
        for _ in range(after):
            await asyncio.sleep(0)
        await self.writer.write(lambda _: None)


@pytest_asyncio.fixture
async def counted(tmp_path: Path) -> AsyncIterator[Counted]:
    """A writer on a file of its own."""
    made = Counted(tmp_path / "deploybot.db")
    yield made
    await made.writer.close()


@pytest.mark.parametrize("every", [1, 2])
async def test_what_comes_tick_after_tick_is_one_commit(counted: Counted, every: int) -> None:
    """A request that arrives in one tick queues its write in the next: both belong to the batch."""
    await asyncio.gather(*(counted.write(after=every * number) for number in range(BATCH - 1)))
    assert counted.commits == 1


async def test_a_batch_does_not_wait_for_what_keeps_coming(counted: Counted) -> None:
    """It is written while the others come, and they are the next."""
    await asyncio.gather(*(counted.write(after=number) for number in range(4 * BATCH)))
    assert 2 <= counted.commits <= 4 * BATCH // 2


async def test_what_comes_in_one_tick_stays_together(counted: Counted) -> None:
    """However much it is."""
    await asyncio.gather(*(counted.write(after=0) for _ in range(10 * BATCH)))
    assert counted.commits == 1
