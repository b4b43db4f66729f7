"""SQLite under fault: withdrawn writes, a full or locked disk, a killed process."""

import asyncio
import signal
import sqlite3
import subprocess
import sys
import threading

import msgspec
import pytest
import pytest_asyncio

from app.errors import Conflict, ItemTooLarge, StoreUnavailable, StoreUnsure
from app.model.ask import Ask, AskKind
from app.model.note import Note
from app.store.sqlite.connections import store_error

KEY = (1, 7)
NOTE = Note(repository_id=1, deployment_id=7, facts={"ref": "main"})
ASK = Ask(ask_id="a-1", kind=AskKind.SWEEP, asked_at=1.0)


@pytest_asyncio.fixture
async def store(sqlite):
    """The embedded store, open."""
    return await sqlite.open()


class Busy:
    """Holds the writer's thread inside a transaction until it is let go."""

    def __init__(self, store) -> None:
        self._store = store
        self._entered = asyncio.Event()
        self._release = threading.Event()

    async def __aenter__(self):
        loop = asyncio.get_running_loop()

        def work(_):
            loop.call_soon_threadsafe(self._entered.set)
            self._release.wait(30)

        self._write = asyncio.ensure_future(self._store._writer.write(work))
        await self._entered.wait()
        return self

    async def __aexit__(self, *_):
        self._release.set()
        await self._write


async def test_a_queued_write_is_withdrawn_at_its_callers_deadline(store):
    """The failure is certain, and the write is never carried out."""
    async with Busy(store):
        with pytest.raises(StoreUnavailable, match="withdrawn"):
            async with asyncio.timeout(0.01):
                await store.note(NOTE)
        with pytest.raises(StoreUnavailable, match="withdrawn"):
            async with asyncio.timeout(0.01):
                await store.add_ask(ASK)

    await store.ping()
    assert await store.build(KEY) is None
    assert await store.ask("a-1") is None


async def test_a_write_under_way_at_the_deadline_is_unsure(store):
    """Nobody can say whether it will be written; here it is."""
    async with Busy(store) as busy:
        busy._write.cancel()  # the busy write itself is under way: its caller is just gone
        with pytest.raises(asyncio.CancelledError):
            await busy._write
        queued = asyncio.ensure_future(store.note(NOTE))
        await asyncio.sleep(0)
        busy._release.set()
        while store._writer._pending:
            await asyncio.sleep(0)
        queued.cancel()
        with pytest.raises(StoreUnsure):
            await queued
        busy._write = asyncio.ensure_future(store.ping())

    assert await store.build(KEY) is not None


async def test_a_worker_that_is_cancelled_stays_cancelled(store):
    """Only entrances have deadlines; a worker's queued write is withdrawn and cancelled."""
    async with Busy(store):
        adopting = asyncio.ensure_future(store._writer.write(lambda _: pytest.fail("written")))
        await asyncio.sleep(0)
        adopting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await adopting


async def test_reads_go_on_while_the_writer_writes(store):
    """Readers see what was committed and wait for nobody."""
    await store.note(NOTE)
    async with Busy(store):
        assert (await store.build(KEY)).ref == "main"


async def test_one_write_that_fails_takes_no_other_with_it(store):
    """Each write of a transaction stands in a savepoint of its own."""
    await store.note(NOTE)
    seen = await store.build(KEY)
    async with Busy(store):
        writes = asyncio.gather(
            store.take(seen, "us"),
            store.take(seen, "them"),
            store.add_ask(ASK),
            store._writer.write(lambda db: db.execute("INSERT INTO nowhere VALUES (1)")),
            store.note(NOTE),
            return_exceptions=True,
        )
        await asyncio.sleep(0)
    taken, refused, added, wrong, noted = await writes

    assert (taken.holder, added, noted) == ("us", True, None)
    assert isinstance(refused, Conflict)
    assert isinstance(wrong, sqlite3.OperationalError)
    assert (await store.build(KEY)).events == 2


async def test_a_full_disk_is_told_and_nothing_acknowledged_is_lost(store):
    """Writes fail for certain until there is room again."""
    pages = await store._writer.write(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
    await store._writer.write(lambda db: db.execute(f"PRAGMA max_page_count = {pages + 20}"))
    notes = [
        Note(repository_id=1, deployment_id=number, facts={"payload": "x" * 3000})
        for number in range(100)
    ]
    refused = []
    for note in notes:
        try:
            await store.note(note)
        except StoreUnavailable as error:
            refused.append(str(error))
    written = len(notes) - len(refused)
    assert all("FULL" in reason for reason in refused)
    with pytest.raises(StoreUnavailable, match="FULL"):
        await store.add_ask(msgspec.structs.replace(ASK, body={"text": "x" * 20_000}))

    assert 0 < written < 100
    assert len(await store.due(0.0, 200)) == written
    await store._writer.write(lambda db: db.execute("PRAGMA max_page_count = 100000"))
    await store.note(NOTE)


async def test_a_read_only_file_is_told(store):
    """Entrances, the worker and the ping hear the same; reading goes on."""
    await store.note(NOTE)
    await store._writer.write(lambda db: db.execute("PRAGMA query_only = ON"))
    build = await store.build(KEY)

    for write in (store.note(NOTE), store.take(build, "us"), store.ping()):
        with pytest.raises(StoreUnavailable, match="READONLY"):
            await write
    assert await store.build(KEY) == build


async def test_a_locked_database_is_told(store, tmp_path):
    """Another program that keeps the write lock makes writes fail, once the short wait is over."""
    other = sqlite3.connect(tmp_path / "deploybot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="locked"):
        await store.note(NOTE)
    other.execute("ROLLBACK")
    other.close()

    await store.note(NOTE)
    assert (await store.build(KEY)).events == 1


async def test_a_closed_store_is_told(store):
    """No write is accepted and no read answered after the close."""
    await store.close()
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.note(NOTE)
    with pytest.raises(StoreUnavailable, match="closed"):
        await store.build(KEY)


async def test_closing_carries_out_what_is_queued(sqlite):
    """Queued writes are answered, not dropped."""
    store = await sqlite.open()
    notes = [
        asyncio.ensure_future(store.note(Note(repository_id=1, deployment_id=number)))
        for number in range(600)
    ]
    await asyncio.sleep(0)
    await store.close()
    await asyncio.gather(*notes)

    assert len(await (await sqlite.open()).due(0.0, 1000)) == 600


async def test_a_missing_table_is_a_read_error_of_ours(store):
    """A wrong statement is no outage: it is raised as it is."""
    with pytest.raises(sqlite3.OperationalError, match="nowhere"):
        await store._readers.read(lambda db: db.execute("SELECT * FROM nowhere"))


def test_errors_say_whether_something_may_be_written():
    """A disk that fails during the commit leaves it open; too big is too big."""
    failed = sqlite3.OperationalError("disk I/O error")
    failed.sqlite_errorname = "SQLITE_IOERR_FSYNC"
    assert isinstance(store_error(failed, committing=True), StoreUnsure)
    assert isinstance(store_error(failed), StoreUnavailable)
    assert isinstance(store_error(sqlite3.DataError("string or blob too big")), ItemTooLarge)


WRITER = """
import asyncio, sys
from app.model.note import Note
from app.store.opening import open_store

async def main():
    store = await open_store(sys.argv[1], wait=0, lease_seconds=20)
    async def write(start):
        for number in range(start, 10**9, 8):
            await store.note(Note(repository_id=1, deployment_id=number))
            print(number, flush=True)
    await asyncio.gather(*(write(start) for start in range(8)))

asyncio.run(main())
"""


async def test_a_killed_process_loses_nothing_it_acknowledged(sqlite):
    """A kill -9 in the middle of writing: every acknowledged note is there."""
    process = subprocess.Popen(  # noqa: ASYNC220 - our own interpreter; the test is alone on its loop
        [sys.executable, "-c", WRITER, sqlite.url], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = [process.stdout.readline() for _ in range(500)]
    process.send_signal(signal.SIGKILL)
    rest = process.communicate()[0]
    complete = "".join([*lines, rest]).rpartition("\n")[0]
    acknowledged = {(1, int(line)) for line in complete.split("\n")}

    found = set(await (await sqlite.open()).due(0.0, 10**6))

    assert len(acknowledged) >= 500
    assert acknowledged <= found


async def test_closing_while_the_last_write_is_withdrawn(sqlite):
    """A caller gives up after `close` has seen its write in the queue: closing still ends."""
    store = await sqlite.open()
    write = asyncio.ensure_future(store.note(NOTE))
    await asyncio.sleep(0)  # it is queued
    closing = asyncio.ensure_future(store.close())
    write.cancel()
    async with asyncio.timeout(60):
        await closing
    with pytest.raises(StoreUnavailable, match="withdrawn"):
        await write


async def test_a_note_that_cannot_be_written_fails_alone(store):
    """The others of its transaction are written: SQLite has no integers beyond 64 bits."""
    bad = msgspec.structs.replace(NOTE, deployment_id=2**64)
    async with Busy(store):
        writes = [asyncio.ensure_future(store.note(note)) for note in (NOTE, bad, NOTE)]
        await asyncio.sleep(0)
    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert [None, OverflowError, None] == [outcome and type(outcome) for outcome in outcomes]
    build = await store.build(KEY)
    assert build is not None
    assert 2 == build.events
