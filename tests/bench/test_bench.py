"""The bench runs, in small; how fast is not judged here."""

from pathlib import Path

import pytest

from tests.bench.acceptance import Plan, measure, summary


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
