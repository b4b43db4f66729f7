"""The readers' threads meet the records' types together; chaos found that this can crash."""

import subprocess
import sys

RACE = """
import sys, threading
from app.store.codec import BUILDS, learn_types, to_record
sys.setswitchinterval(1e-6)
learn_types()
stored = {"repository_id": 1, "deployment_id": 2, "guard": {"sent_at": 1.0, "sender": "us"}}
together = threading.Barrier(8)
def read():
    together.wait()
    to_record(BUILDS, stored)
threads = [threading.Thread(target=read) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_threads_that_read_first_records_at_once_do_not_crash() -> None:
    """Without `learn_types` every third process or so ended by SIGSEGV inside msgspec."""
    for _ in range(4):
        ran = subprocess.run([sys.executable, "-c", RACE], capture_output=True, check=False)
        assert (0, b"") == (ran.returncode, ran.stderr)
