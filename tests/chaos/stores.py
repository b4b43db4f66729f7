"""The store of a run: a SQLite file, or Amazon's DynamoDB Local with tables of its own."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SIMULATOR = Path(os.environ.get("NPM_MODULES", ""), "amplify-dynamodb-simulator", "emulator")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the records are: `STORE_URL`, and what else the service's environment needs."""

    url: str
    environ: dict[str, str] = field(default_factory=dict)


@contextmanager
def store_place(engine: str, folder: Path) -> Iterator[Place]:
    """The place for one run of `engine` (sqlite or dynamodb)."""
    if engine == "sqlite":
        yield Place(url=f"sqlite:///{folder / 'deploybot.db'}")
        return
    if not shutil.which("java") or not (SIMULATOR / "DynamoDBLocal.jar").is_file():
        raise SystemExit("STORE=dynamodb needs Java and npm's modules (NPM_MODULES)")
    with _dynamodb(folder) as url:
        yield Place(
            url="dynamodb://eu-central-1/chaos-",
            environ={
                "AWS_ENDPOINT_URL_DYNAMODB": url,
                "AWS_ACCESS_KEY_ID": "chaos",
                "AWS_SECRET_ACCESS_KEY": "chaos",
            },
        )


@contextmanager
def _dynamodb(folder: Path) -> Iterator[str]:
    """Amazon's DynamoDB Local, in memory, on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [
        *("java", f"-Djava.library.path={SIMULATOR / 'DynamoDBLocal_lib'}", "-Xmx1g"),
        *("-jar", str(SIMULATOR / "DynamoDBLocal.jar"), "-inMemory", "-sharedDb"),
        *("-port", str(port)),
    ]
    with (folder / "dynamodb.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder)
    try:
        _await_port(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _await_port(port: int) -> None:
    ends = time.monotonic() + 60
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("DynamoDB Local did not start")
