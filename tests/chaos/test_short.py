"""A short chaos run on each engine; `make chaos` is the long one (docs/reliability.md)."""

import os
import sys
from dataclasses import replace

import pytest

from tests.chaos.plan import Plan, read_plan
from tests.chaos.run import run

pytestmark = pytest.mark.chaos


def short(store: str) -> Plan:
    """A run that is over within half a minute on an idle machine, and seldom takes a minute.

    Its limit leaves room, after a slow machine's long storm, for the longest pause between tries.
    """
    plan = read_plan({"N": "4", "STORE": store, "SEED": os.environ.get("SEED", "7")})
    rests = 2 * plan.kill_every  # what a process takes to start is most of such a run
    return replace(plan, limit=450.0, at_once=12, nights=False, kill_every=rests, most_strikes=2)


async def chaotic(plan: Plan) -> None:
    """Run it; what was found is in the failure's output."""
    verdict = await run(plan, lambda line: print(line, file=sys.stderr))
    assert verdict.good, verdict.line
    assert verdict.deployments > plan.deployments / 2  # some may be refused for a lock


async def test_one_process_on_sqlite() -> None:
    """Killed or stopped twice: nothing is lost, doubled or left stale."""
    await chaotic(short("sqlite"))


@pytest.mark.java
@pytest.mark.npm
async def test_two_replicas_on_dynamodb() -> None:
    """Two replicas on Amazon's DynamoDB Local, killed and stopped in turn."""
    await chaotic(replace(short("dynamodb"), deployments=3, replicas=2))
