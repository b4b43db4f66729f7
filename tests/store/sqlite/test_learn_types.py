"""msgspec knows the records' types before the embedded store's threads read any.

Chaos found that it crashes the process where two threads are the first to meet a type. Which
threads meet is chance, so this asks for what keeps them apart: that reading teaches it nothing.
"""

import subprocess
import sys
from pathlib import Path

READING = """
import asyncio, sys
from contextlib import suppress
from pathlib import Path
from msgspec import ValidationError
from app.store.codec import KINDS, to_record
from app.store.sqlite.store import SqliteStore

def told(frame, event, _):
    if event == "call" and frame.f_globals["__name__"].startswith("msgspec"):
        print(frame.f_code.co_qualname)

async def main():
    store = await SqliteStore.open(Path(sys.argv[1]), wait=0)
    await store.close()
    sys.setprofile(told)
    for kind in KINDS:
        with suppress(ValidationError):  # an empty record lacks its key; its type is met before
            to_record(kind, {})
    sys.setprofile(None)

asyncio.run(main())
"""


def test_reading_a_record_teaches_msgspec_nothing(tmp_path: Path) -> None:
    """What it learns a type with is Python, which a profiler sees; a new process has met none."""
    ran = subprocess.run(
        [sys.executable, "-c", READING, str(tmp_path / "store.db")],
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    assert (ran.stdout, ran.stderr) == ("", "")
