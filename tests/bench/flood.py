"""What the service holds in memory while strangers send it large bodies.

`python -m tests.bench.flood`: 200 connections at once, to a service of its own on this machine.
Each wave ends when all connections have their answer, after `PATIENCE` seconds at most.
"""

import argparse
import asyncio
import contextlib
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import uvloop

from sandbox.world import World
from tests.bench.processes import SERVICE, Running, running

MB = 1024 * 1024
CONNECTIONS = 200
PATIENCE = 30.0
PIECE = bytes(65536)


@dataclass(frozen=True)
class Wave:
    """What each connection sends: a head, and so many bytes of body; `held` keeps back the last."""

    name: str
    header: str
    size: int
    chunked: bool = False
    held: bool = False

    def head(self) -> bytes:
        """The request line and headers."""
        length = "Transfer-Encoding: chunked" if self.chunked else f"Content-Length: {self.size}"
        lines = ["POST /github/webhook HTTP/1.1", "Host: bot", "Connection: close", length]
        return "\r\n".join([*lines, *([self.header] if self.header else []), "", ""]).encode()


WRONG = "X-Hub-Signature-256: sha256=" + "0" * 64
WAVES = (
    Wave("26 MB, unsigned", "", 26 * MB),
    Wave("26 MB announced, wrong signature", WRONG, 26 * MB),
    Wave("26 MB chunked, wrong signature", WRONG, 26 * MB, chunked=True),
    Wave("24 MB, wrong signature", WRONG, 24 * MB),
    Wave("24 MB, wrong signature, never ends", WRONG, 24 * MB, held=True),
    Wave("1 MB, wrong signature, never ends", WRONG, MB, held=True),
    Wave("24 MB, wrong signature, 1,000 bytes a chunk, never ends", WRONG, 24 * MB, True, True),
)


@dataclass(frozen=True)
class Met:
    """How a wave went: MB resident before it and at most, seconds, and the answers."""

    wave: Wave
    before: float
    peak: float
    seconds: float
    answers: Counter[str]


async def measure(folder: Path, connections: int, waves: tuple[Wave, ...] = WAVES) -> list[Met]:
    """Send the waves, one after another, to one service."""
    environ = World().environ("http://127.0.0.1:1", f"sqlite:///{folder / 'flood.db'}")
    found: list[Met] = []
    async with running(SERVICE, {**environ, "LOG_LEVEL": "error"}) as server:
        await asyncio.sleep(1)
        for wave in waves:
            before = _resident(server, "VmRSS")
            _forget_peak(server)
            started = time.monotonic()
            answers = Counter(
                await asyncio.gather(*(_send(server.port, wave) for _ in range(connections)))
            )
            took = time.monotonic() - started
            found.append(Met(wave, before, _resident(server, "VmHWM"), took, answers))
            await asyncio.sleep(1)
    return found


async def _send(port: int, wave: Wave) -> str:
    """One connection; the status of its answer, or how it ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writing = asyncio.ensure_future(_write(writer, wave))
    try:
        async with asyncio.timeout(PATIENCE):
            line = await reader.readline()
            return line.split()[1].decode() if line else "closed"
    except TimeoutError:
        return "nothing"
    except ConnectionError:
        return "closed"
    finally:
        writing.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await writing
        writer.transport.abort()


async def _write(writer: asyncio.StreamWriter, wave: Wave) -> None:
    writer.write(wave.head())
    left = wave.size - wave.held
    step = 1000 if wave.chunked and wave.held else len(PIECE)
    with contextlib.suppress(ConnectionError):
        while left > 0:
            part = PIECE[: min(left, step)]
            writer.write(b"%x\r\n%b\r\n" % (len(part), part) if wave.chunked else part)
            await writer.drain()
            left -= len(part)
        if wave.chunked and not wave.held:
            writer.write(b"0\r\n\r\n")


def _forget_peak(server: Running) -> None:
    Path(f"/proc/{server.pid}/clear_refs").write_text("5", encoding="ascii")


def _resident(server: Running, name: str) -> float:
    """MB of `/proc/<pid>/status`."""
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if name in line)


def table(found: list[Met], connections: int) -> str:
    """Markdown, a line for each wave."""
    lines = [f"| {connections} connections | before | peak | answers |", "|---|---|---|---|"]
    for met in found:
        answers = ", ".join(f"{n} × {status}" for status, n in sorted(met.answers.items()))
        row = f"| {met.wave.name} | {met.before:.0f} MB | {met.peak:.0f} MB | "
        lines.append(f"{row}{answers} in {met.seconds:.0f} s |")
    return "\n".join(lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=CONNECTIONS)
    connections = min(parser.parse_args().connections, CONNECTIONS)
    with tempfile.TemporaryDirectory(prefix="deploybot-flood-") as folder:
        print(table(uvloop.run(measure(Path(folder), connections)), connections))


if __name__ == "__main__":
    main()
