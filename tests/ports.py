"""Ports for processes that tests start."""

import socket
from contextlib import suppress
from random import SystemRandom

BELOW_EPHEMERAL = range(15_000, 32_000)
"""Outgoing connections never get one of these, so a process may come back to its own."""


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on; seeded tests beside each other get others."""
    for port in SystemRandom().sample(BELOW_EPHEMERAL, 100):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise RuntimeError("no port is free")
