"""The embedded store belongs to one process; opening it clears what the last one held."""

import asyncio
import os
import subprocess
import sys

import pytest

from app.errors import StoreInUse, StoreUnavailable
from app.model.ask import Ask, AskKind
from app.model.note import Note
from app.store.sqlite.lock import FileLock

HOLDER = """
import asyncio, sys
from pathlib import Path
from app.store.sqlite.lock import FileLock
asyncio.run(FileLock(Path(sys.argv[1])).acquire(0))
print("locked", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other_process(tmp_path):
    """Another process that holds the lock of the store in this test's folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path / "deploybot.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"locked\n"
    yield process
    process.kill()
    process.communicate()


async def test_a_store_that_another_process_has_is_not_touched(sqlite, other_process, tmp_path):
    """One error with the holder's pid; not even the file is made."""
    with pytest.raises(StoreInUse) as refused:
        await sqlite.open()

    assert refused.value.pid == other_process.pid
    assert not (tmp_path / "deploybot.db").exists()


async def test_a_lock_is_waited_for(other_process, tmp_path):
    """The old process ends while we wait: the lock is ours, with our pid in it."""
    lock = FileLock(tmp_path / "deploybot.db")
    waiting = asyncio.ensure_future(lock.acquire(30))
    await asyncio.sleep(0)
    assert not waiting.done()

    other_process.kill()
    await waiting

    assert (tmp_path / "deploybot.db.lock").read_text() == f"{os.getpid()}\n"
    lock.release()
    lock.release()


async def test_a_holder_that_wrote_no_pid_is_still_a_holder(tmp_path):
    """The lock counts, not what is in the file."""
    first, second = FileLock(tmp_path / "db"), FileLock(tmp_path / "db")
    await first.acquire(0)
    (tmp_path / "db.lock").write_text("?")

    with pytest.raises(StoreInUse) as refused:
        await second.acquire(0.01)
    assert refused.value.pid is None
    first.release()


async def test_opening_clears_holders_and_raises_their_versions(sqlite, tmp_path):
    """The process that held them is gone, and nothing it still sends can be accepted."""
    first = await sqlite.open()
    await first.note(Note(repository_id=1, deployment_id=7))
    await first.note(Note(repository_id=1, deployment_id=8))
    await first.add_ask(Ask(ask_id="a-1", kind=AskKind.SWEEP, asked_at=1.0))
    build = await first.take(await first.build((1, 7)), "old")
    ask = await first.take(await first.ask("a-1"), "old")
    await first.close()

    store = await sqlite.open()

    stored = await store.build((1, 7))
    assert (stored.holder, stored.version, stored.due_at) == (None, build.version + 1, 0.0)
    assert (await store.ask("a-1")).version == ask.version + 1
    assert (await store.ask("a-1")).holder is None
    assert (await store.build((1, 8))).version == 0


async def test_the_files_are_their_owners_alone(sqlite, tmp_path):
    """Whatever the umask: the database, its log, the log's index and the lock."""
    before = os.umask(0)
    try:
        store = await sqlite.open()
        await store.note(Note(repository_id=1, deployment_id=7))
        modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    finally:
        os.umask(before)

    names = ("deploybot.db", "deploybot.db-wal", "deploybot.db-shm", "deploybot.db.lock")
    assert modes == dict.fromkeys(names, 0o600)


async def test_a_failed_opening_gives_the_lock_back(sqlite, tmp_path):
    """A file that is no database is told, and the next opening is not locked out."""
    (tmp_path / "deploybot.db").write_bytes(b"no database" * 1000)
    with pytest.raises(StoreUnavailable, match="NOTADB"):
        await sqlite.open()

    (tmp_path / "deploybot.db").unlink()
    await (await sqlite.open()).ping()


async def test_a_lock_file_that_cannot_be_made_is_told(tmp_path):
    """A folder in its place, say."""
    (tmp_path / "db.lock").mkdir()
    with pytest.raises(StoreUnavailable, match=r"db\.lock"):
        await FileLock(tmp_path / "db").acquire(0)
