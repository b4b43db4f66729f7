"""`make bench`: how many webhooks a second are accepted, beside bare aiohttp.

Accepted is: signature checked, parsed, on disk (one fsync may serve many), answered. The bare
server checks the signature and parses, and stores nothing. The server and the load have a core
each; the runs alternate, so that a noisy neighbour meets both. With `--floor` a third one joins
them: the bare server without its parser, which is what aiohttp and the signature alone allow.
"""

import argparse
import gc
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import uvloop

from tests.bench.deliveries import Deliveries, deployment_statuses
from tests.bench.load import Sample, load
from tests.bench.processes import BARE, SERVICE, running

CONNECTIONS = 32
DEPLOYMENTS = 4096
GOAL = 1.0
FLOOR = "floor"


@dataclass(frozen=True)
class Plan:
    """How long is measured; seconds."""

    rounds: int = 2
    warm_up: float = 1.0
    seconds: float = 5.0
    deployments: int = DEPLOYMENTS
    servers: tuple[str, ...] = ("deploybot", "bare")


async def measure(plan: Plan, folder: Path) -> dict[str, list[Sample]]:
    """Alternate the service and the bare server; each run is printed as it ends."""
    deliveries = deployment_statuses(plan.deployments)
    print(
        f"{len(deliveries.requests)} deliveries of {deliveries.body_size:,} bytes, "
        f"{CONNECTIONS} connections, {plan.seconds:g} s a run after {plan.warm_up:g} s; "
        f"an fsync here takes {1000 * fsync_seconds(folder):.2f} ms\n"
    )
    print(
        f"{'server':<10} {'requests/s':>10} {'p50 ms':>8} {'p99 ms':>8} {'CPU µs':>8} {'refused':>8}"
    )
    gc.collect()
    samples: dict[str, list[Sample]] = {name: [] for name in plan.servers}
    for _ in range(plan.rounds):
        for name, taken in samples.items():
            sample = await _run(name, plan, deliveries, folder)
            taken.append(sample)
            print(_row(name, sample), flush=True)
    return samples


async def _run(name: str, plan: Plan, deliveries: Deliveries, folder: Path) -> Sample:
    environ = {
        **deliveries.environ,
        "STORE_URL": f"sqlite:///{folder / 'bench.db'}",
        "LOG_LEVEL": "error",
        "PARSE": "no" if name == FLOOR else "yes",
    }
    async with running(SERVICE if name == "deploybot" else BARE, environ) as server:
        return await load(
            deliveries.requests,
            server,
            connections=CONNECTIONS,
            warm_up=plan.warm_up,
            seconds=plan.seconds,
        )


def _row(name: str, sample: Sample) -> str:
    p50, p99 = sample.percentile(0.5), sample.percentile(0.99)
    return f"{name:<10} {sample.rate:>10,.0f} {p50:>8.2f} {p99:>8.2f} {sample.cpu_microseconds:>8.1f} {sample.refused:>8}"


def summary(samples: dict[str, list[Sample]]) -> str:
    """The medians and how they compare."""
    rates = {name: median(s.rate for s in runs) for name, runs in samples.items()}
    p99s = {name: median(s.percentile(0.99) for s in runs) for name, runs in samples.items()}
    ratio = rates["deploybot"] / rates["bare"]
    return (
        f"medians: deploybot {rates['deploybot']:,.0f}/s, p99 {p99s['deploybot']:.2f} ms; "
        f"bare {rates['bare']:,.0f}/s, p99 {p99s['bare']:.2f} ms\n"
        f"ratio {ratio:.2f} (goal {GOAL:g}); "
        f"p99 {'no worse' if p99s['deploybot'] <= p99s['bare'] else 'worse'}"
    )


def fsync_seconds(folder: Path) -> float:
    """The median of a few writes of a page with fsync."""
    taken = []
    with (folder / "fsync").open("wb") as file:
        for _ in range(50):
            file.write(bytes(4096))
            file.flush()
            began = time.perf_counter()
            os.fsync(file.fileno())
            taken.append(time.perf_counter() - began)
    return median(taken)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=Plan.rounds)
    parser.add_argument("--seconds", type=float, default=Plan.seconds)
    parser.add_argument("--floor", action="store_true")
    given = parser.parse_args()
    servers = (*Plan.servers, FLOOR) if given.floor else Plan.servers
    plan = Plan(rounds=given.rounds, seconds=given.seconds, servers=servers)
    with tempfile.TemporaryDirectory(prefix="deploybot-bench-") as folder:
        print("\n" + summary(uvloop.run(measure(plan, Path(folder)))))


if __name__ == "__main__":
    main()
