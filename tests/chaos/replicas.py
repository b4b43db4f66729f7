"""The service's own processes: `python -m app serve`, started, killed, stopped, let go on."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(kw_only=True)
class Replica:
    """One process after another on the same port, all with the same environment.

    `halts` are the spans (epoch seconds of `now`) in which it was stopped. Its clocks are `ahead`
    seconds before ours, on a machine that was started again `boots` times.
    """

    number: int
    port: int
    environ: dict[str, str]
    folder: Path
    now: Callable[[], float]
    ahead: float = 0.0
    boots: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    ready_since: float | None = None
    halts: list[list[float]] = field(default_factory=list)
    kills: int = 0

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start a process; it is ready when its port is."""
        self.ready_since = None
        with (self.folder / f"replica{self.number}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self._program(), "serve"],
                cwd=ROOT,
                env=self.environ,
                stdout=log,
                stderr=log,
            )

    def _program(self) -> list[str]:
        if not self.ahead:
            return ["-m", "app"]
        return ["-m", "tests.chaos.later", f"{self.ahead:f}", str(self.boots)]

    async def stop(self, *, at_once: bool) -> None:
        """End the process and start none: by SIGTERM, or `at_once`."""
        process, self.process, self.ready_since = self.process, None, None
        assert process is not None
        at_once = at_once or self.halted
        self.resumed()
        try:
            if not at_once:
                process.terminate()
                ends = time.monotonic() + 5
                while process.poll() is None and time.monotonic() < ends:
                    await asyncio.sleep(0.05)
        finally:
            process.kill()
            process.wait()

    def kill(self) -> None:
        """Kill -9, and a new process at once."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        self.kills += 1
        self.resumed()
        self.start()

    def halt(self) -> None:
        """SIGSTOP."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        self.halts.append([self.now(), float("inf")])

    def resume(self) -> None:
        """SIGCONT, if it was not killed meanwhile."""
        if self.halted:
            assert self.process is not None
            self.process.send_signal(signal.SIGCONT)
            self.resumed()

    def resumed(self) -> None:
        """The halt is over."""
        if self.halted:
            self.halts[-1][1] = self.now()

    @property
    def halted(self) -> bool:
        """Whether it is stopped now."""
        return bool(self.halts) and self.halts[-1][1] == float("inf")

    async def watch(self) -> None:
        """Notice when it listens, and when it ended by itself."""
        while True:
            await asyncio.sleep(0.05)
            if self.process is not None and self.process.poll() is not None:
                raise RuntimeError(f"replica {self.number} ended: {self.process.returncode}")
            serves = self.process is not None  # one that is being stopped may listen a while longer
            if serves and self.ready_since is None and _listens(self.port):
                self.ready_since = time.monotonic()

    def end(self) -> int:
        """SIGTERM; its exit status."""
        assert self.process is not None
        self.resume()
        self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


@dataclass(kw_only=True)
class Replicas:
    """All of them, and who torments them."""

    all: list[Replica]
    rng: random.Random
    lease: float
    kill_every: float
    most_strikes: int = sys.maxsize

    def any_url(self) -> str:
        """A replica's address, as a load balancer would choose: mostly of one that is up."""
        up = [one for one in self.all if one.ready_since is not None and not one.halted]
        chosen = self.rng.choice(up or self.all)
        return chosen.url

    async def torment(self) -> None:
        """Kill -9 every `kill_every` seconds on average; now and then a halt beyond the lease.

        The pauses are exponential: a new holder waits a whole lease before it sends again, so
        some process must live for longer than one. After `most_strikes` it leaves them alone.
        """
        halts: set[asyncio.Task[None]] = set()
        strikes = 0
        try:
            while True:
                if strikes == self.most_strikes:
                    await asyncio.Event().wait()
                await asyncio.sleep(min(8.0, self.rng.expovariate(1 / self.kill_every)))
                victim = self.rng.choice(self.all)
                if victim.ready_since is None or victim.halted:
                    continue
                strikes += 1
                if self.rng.random() < (0.25 if len(self.all) > 1 else 0.08):
                    halts.add(asyncio.create_task(self._pause(victim)))
                else:
                    victim.kill()
        finally:
            for task in halts:
                task.cancel()
            await asyncio.gather(*halts, return_exceptions=True)
            for replica in self.all:
                replica.resume()

    async def _pause(self, victim: Replica) -> None:
        victim.halt()
        await asyncio.sleep(self.rng.uniform(1.2, 3.0) * self.lease)
        victim.resume()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
        return True
    return False


def clean_environ() -> dict[str, str]:
    """This process's environment without what would configure the service by accident.

    Nor is its coverage measured: what is killed writes none.
    """
    ours = (
        "COVERAGE_",
        "GITHUB_",
        "SLACK_",
        "CIRCLECI_",
        "ASANA_",
        "AWS_",
        "STORE_",
        "LEASE_",
        "WATCH_",
    )
    return {key: value for key, value in os.environ.items() if not key.startswith(ours)}
