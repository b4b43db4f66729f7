"""`python -m tests.bench.parts`: what the pieces of an accepted webhook cost, each alone in a loop.

Beside aiohttp, whose share the bench shows as its floor. In a loop everything is in the caches and
the branches are foreseen; among other requests the same pieces take about twice as long.
"""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gidgethub.routing import Router
from gidgethub.sansio import Event

from app.clock import SystemClock
from app.github_app.events.deployments import DeploymentEvents
from app.github_app.events.payloads import decoder_for, deployment_note
from app.github_app.events.webhook import GitHubWebhook
from app.http.bodies import Bodies
from app.http.parsing import decode
from app.http.requests import signed
from app.lifecycle.requests.inbox import Inbox
from app.model.note import Note
from app.observe import Metrics
from app.ports import Key
from app.store.sqlite.connections import open_writer
from app.store.sqlite.notes import note_row
from app.store.sqlite.schema import prepare
from app.store.sqlite.writer import transact
from tests.bench.acceptance import CONNECTIONS
from tests.bench.deliveries import Deliveries, deployment_statuses

NAME = "deployment_status"
BATCHES = 64
"""So many transactions are a round of the store's piece."""


class Nowhere:
    """An intake that writes nothing: what is measured is the way to it."""

    async def note(self, note: Note) -> None:
        """Forget it."""

    async def add_ask(self, _ask: Any) -> bool:
        """Forget it."""
        return True


def nobody(key: Key, *, delivery: str = "", awaited: bool = False) -> None:
    """Wakes nobody."""


def microseconds(work: Callable[[], object], times: int) -> float:
    """The least of five rounds, for one call."""
    rounds = []
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append(time.perf_counter() - began)
    return 1e6 * min(rounds) / times


def finish(work: Coroutine[Any, Any, bool]) -> None:
    """Run to its end what waits for nothing, and says whether all went well."""
    try:
        work.send(None)
    except StopIteration as ended:
        if ended.value:
            return
    raise RuntimeError("what is measured has failed")


async def parts(times: int = 20_000, batches: int = BATCHES) -> dict[str, float]:
    """The microseconds that each piece takes of one webhook."""
    deliveries = deployment_statuses(CONNECTIONS * batches)
    secrets, signature = (deliveries.secret,), _signature(deliveries)
    body, decoder = _body(deliveries.requests[0]), decoder_for(NAME)
    event = Event(decoder.decode(body), event=NAME, delivery_id="1")
    note = deployment_note(event.data, webhook_at=None)
    events = DeploymentEvents(Inbox(Nowhere(), nobody), Nowhere(), SystemClock())
    entrance = GitHubWebhook(secrets, Router(events.router()), Metrics(), Bodies())
    return {
        "signature": microseconds(
            lambda: signed(body, signature, secrets, prefix="sha256="), times
        ),
        "decoding, UTF-8 checked": microseconds(lambda: decode(body, decoder), times),
        "router, deadline, callback, note": microseconds(
            lambda: finish(entrance._run(event)), times
        ),
        "the note's row": microseconds(lambda: note_row(note), times),
        f"on disk, {CONNECTIONS} rows a commit": _on_disk(deliveries),
        "(the standard library's parser)": microseconds(lambda: json.loads(body), times),
    }


def _signature(deliveries: Deliveries) -> str:
    head = deliveries.requests[0].partition(b"\r\n\r\n")[0].decode()
    name = "X-Hub-Signature-256: "
    return next(line for line in head.split("\r\n") if line.startswith(name))[len(name) :]


def _body(request: bytes) -> bytes:
    return request.partition(b"\r\n\r\n")[2]


def _on_disk(deliveries: Deliveries) -> float:
    """A row in a transaction of as many as there are connections, that exists already."""
    decoder = decoder_for(NAME)
    told = [decoder.decode(_body(request)) for request in deliveries.requests]
    rows = [note_row(deployment_note(data, webhook_at=None)) for data in told]
    with _writer() as connection:

        def write() -> None:
            for start in range(0, len(rows), CONNECTIONS):
                transact(connection, rows[start : start + CONNECTIONS])

        write()
        return microseconds(write, 1) / len(rows)


@contextmanager
def _writer() -> Iterator[sqlite3.Connection]:
    with tempfile.TemporaryDirectory(prefix="deploybot-bench-") as folder:
        connection = open_writer(Path(folder) / "parts.db")
        prepare(connection)
        yield connection
        connection.close()


def main() -> None:
    """Measure and print."""
    for name, cost in asyncio.run(parts()).items():
        print(f"{name:<36} {cost:6.1f} µs")


if __name__ == "__main__":
    main()
