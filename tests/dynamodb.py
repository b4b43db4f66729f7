"""A DynamoDB for tests, as a process: Amazon's own where Java and npm's modules are, else moto's."""

import http.client
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ports import free_port

SIMULATOR = Path(os.environ.get("NPM_MODULES", ""), "amplify-dynamodb-simulator", "emulator")
AMAZONS = bool(
    os.environ.get("NPM_MODULES")
    and shutil.which("java")
    and (SIMULATOR / "DynamoDBLocal.jar").is_file()
)
DYNAMODB = "Amazon's DynamoDB Local" if AMAZONS else "moto's DynamoDB"

ON_DYNAMODB = pytest.mark.xdist_group("dynamodb")
"""Marks tests that need it: all in one worker, as each DynamoDB of Amazon's takes 20 s of CPU."""

MOTO = """
import sys
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple
app = DomainDispatcherApplication(create_backend_app)
run_simple("127.0.0.1", int(sys.argv[1]), app, threaded=False)
"""
"""moto's server, one request after the other: its conditions and writes are not atomic."""


@contextmanager
def dynamodb_server(folder: Path, *, heap: str = "384m") -> Iterator[str]:
    """DynamoDB on a free port: Amazon's own where Java and npm's modules are, else moto's.

    Amazon's unpacks a library into its temporary folder at each start and leaves it there, so
    that folder is `folder`.
    """
    port = free_port()
    amazons = [
        *("java", f"-Djava.library.path={SIMULATOR / 'DynamoDBLocal_lib'}", f"-Xmx{heap}"),
        "-XX:TieredStopAtLevel=1",  # it does not live long enough for better code
        f"-Djava.io.tmpdir={folder}",
        *("-jar", str(SIMULATOR / "DynamoDBLocal.jar"), "-inMemory", "-sharedDb"),
        *("-port", str(port)),
    ]
    command = amazons if AMAZONS else [sys.executable, "-c", MOTO, str(port)]
    with (folder / "dynamodb.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _await_answer(port, process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _await_answer(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait for its first answer (a 400): it listens long before it has started."""
    deadline = time.monotonic() + 90
    while process.poll() is None and time.monotonic() < deadline:
        server = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            server.request("POST", "/", body="{}")
            server.getresponse().read()
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        else:
            return
        finally:
            server.close()
    raise RuntimeError(f"{DYNAMODB} did not start: exit status {process.poll()}")
