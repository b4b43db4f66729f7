"""What a chaos run is to be: read from the environment once."""

import os
import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass

DEFAULT = 200
"""Deployments of a run that nobody gave a number."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One run. Times are seconds; `limit` bounds it whole, `kill_every` is on average.

    After `most_strikes` kills and halts no more come. `mad` False leaves everything alone: no
    fault, no kill, to see what a calm run takes. With `nights` hours pass now and then in which
    nothing of the service runs.
    """

    deployments: int = DEFAULT
    seed: int = 1
    store: str = "sqlite"
    lease: float = 2.0
    limit: float = 230.0
    repositories: int = 8
    replicas: int = 1
    at_once: int = 40
    kill_every: float = 1.0
    most_strikes: int = sys.maxsize
    mad: bool = True
    nights: bool = True

    @property
    def call_timeout(self) -> float:
        """How long the service waits for a provider: half a lease."""
        return self.lease / 2

    @property
    def settings(self) -> dict[str, str]:
        """The service's environment beyond addresses and secrets."""
        return {
            "LEASE_SECONDS": f"{self.lease:g}",
            "WATCH_INTERVAL": "2",
            "SWEEP_INTERVAL": "3",
            "CHECKS_SETTLE": "0.2",
            "PEOPLE_AFTER": "21600",
            "LOG_LEVEL": "warning",
            "LOG_FORMAT": "json",
            "PYTHONFAULTHANDLER": "1",
        }


def read_plan(environ: Mapping[str, str] = os.environ) -> Plan:
    """`N`, `SEED`, `STORE` (sqlite or dynamodb), `LIMIT`, `KILL_EVERY`, `CALM=1`, `NIGHTS=0`."""
    deployments = int(environ.get("N") or DEFAULT)
    store = environ.get("STORE") or "sqlite"
    if store not in {"sqlite", "dynamodb"}:
        raise SystemExit(f"STORE must be sqlite or dynamodb, not {store!r}")
    distributed = store == "dynamodb"
    patience = (
        230.0 if deployments <= DEFAULT else 120.0 + deployments * (1.5 if distributed else 1)
    )
    at_once = 24 if distributed else 60
    return Plan(
        deployments=deployments,
        seed=int(environ.get("SEED") or secrets.randbelow(10**6)),
        store=store,
        lease=3.0 if distributed else 2.0,
        limit=float(environ.get("LIMIT") or patience),
        repositories=max(4, min(60, deployments // 10)),
        replicas=3 if distributed else 1,
        at_once=at_once if deployments <= 1000 else 3 * at_once,
        kill_every=float(environ.get("KILL_EVERY") or (2.0 if distributed else 1.0)),
        mad=environ.get("CALM") != "1",
        nights=environ.get("NIGHTS") != "0",
    )
