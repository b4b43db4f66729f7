"""The bench runs, in small; how fast is not judged here."""

from pathlib import Path

import pytest

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
    costs = await parts(times=50)
    assert len(costs) == 6
    assert all(cost > 0 for cost in costs.values())
