"""Ports for processes that tests start."""

import os
import socket
from contextlib import suppress
from itertools import cycle, islice
from random import SystemRandom

BELOW_EPHEMERAL = range(15_000, 32_000)
"""Outgoing connections never get one of these, so a process may come back to its own."""

_WORKERS = 16
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
_OURS = [*BELOW_EPHEMERAL[_WORKER::_WORKERS]]
_START = SystemRandom().randrange(len(_OURS))
_PORTS = cycle([*_OURS[_START:], *_OURS[:_START]])
"""A share for each worker, one after the other: a port is free until its process listens."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on; seeded tests beside each other get others."""
    for port in islice(_PORTS, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")
