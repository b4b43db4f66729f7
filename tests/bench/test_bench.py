"""The bench runs, in small; how fast is not judged here."""

from pathlib import Path

import pytest

from tests.bench import burst, flood, fresh_start
from tests.bench.acceptance import Plan, measure, summary
from tests.bench.parts import parts


async def test_both_servers_accept_everything(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each answers 2xx to every delivery, and the table says how they compare."""
    plan = Plan(rounds=1, warm_up=0.2, seconds=0.5, deployments=64)
    samples = await measure(plan, tmp_path)
    assert {name: [run.refused for run in runs] for name, runs in samples.items()} == {
        "deploybot": [0],
        "bare": [0],
    }
    assert all(run.latencies for runs in samples.values() for run in runs)
    assert "ratio" in summary(samples)
    rows = capsys.readouterr().out.splitlines()[-2:]
    assert [row.split()[0] for row in rows] == ["deploybot", "bare"]


async def test_every_piece_is_measured() -> None:
    """None is free, and what the store takes is measured on disk."""
    costs = await parts(times=50, batches=2)
    assert len(costs) == 6
    assert all(cost > 0 for cost in costs.values())


HELD = 2.5
"""Seconds: longer than a deployment of ours without a record is not taken for lost."""


async def test_a_burst_costs_what_one_does(tmp_path: Path) -> None:
    """No deployment waits for a lease or is searched for, though GitHub's webhook comes first.

    What it has created it answers only seconds later, and so the webhook starts the pipelines.
    Fifteen at once are more than have places (`PLACES` of the lanes), so some wait for others.
    """
    plan = burst.Plan(alone=1, repositories=5, hold=HELD)
    alone, at_once = await burst.measure(plan, tmp_path)
    print("\n" + burst.table(alone, at_once, plan))
    assert at_once.each() == alone.each()
    assert alone.each()["github"] + alone.each()["circleci"] + alone.each()["slack"] == 8
    assert max(at_once.delays) < 3 * HELD  # a few are created at a time; a lease is 20 s


async def test_a_flood_of_strangers_is_refused(tmp_path: Path) -> None:
    """Ten of each kind are refused, and hold no more than the budget and a buffer each."""
    found = await flood.measure(tmp_path, 10, flood.WAVES[:4])
    print("\n" + flood.table(found, 10))
    assert [set(met.answers) for met in found] == [{"401"}, {"413"}, {"413", "503"}, {"401", "503"}]
    assert all(met.peak - met.before < 64 + 25 + 60 for met in found)


async def test_a_fresh_start_reads_nothing_twice(tmp_path: Path) -> None:
    """Each repository once, a sick one again only after longer and longer pauses."""
    plan = fresh_start.Plan(repositories=30, sick=2)
    found = await fresh_start.measure(plan, tmp_path)
    print("\n" + fresh_start.table(plan, found))
    assert found.bound == 28
    # the list of repositories, each of them (and the world's own), the status of what came back
    assert found.start["installation"] == 1 + 31 + 28
    # twelve sweeps of two batches; each sick one is tried in growing pauses
    assert found.hour["installation"] <= found.start["installation"] + 12 * 2 + 2 * 10
