"""Every provider call and every store write of each kind of trigger, failing in every way.

`FAULTS=all` walks them all, `FAULTS=4` every fourth; otherwise a fixed share, another one for
each scene.
"""

import os
from pathlib import Path

import pytest

from tests.e2e.scenes import SCENES, Scene
from tests.e2e.walk import count_points, walk

SHARE = 48
"""One point in so many is walked where nobody asks for all."""


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker looks more often at what others left."""
    monkeypatch.setattr("app.lifecycle.engine.worker.POLL", 0.5)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_every_point_comes_to_the_same_end(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One pipeline, one message, one mention; GitHub, record and message agree."""
    points = await count_points(scene, tmp_path)
    step = {"all": 1, "": SHARE}.get(asked := os.environ.get("FAULTS", "")) or int(asked)
    share = points[SCENES.index(scene) % step :: step]
    failures = list(await walk(scene, share, tmp_path))
    with capsys.disabled():
        print(f"\nfaults: {scene.name}: {len(share)} of {len(points)} points")
        for failure in failures:
            print(failure[:600])
    assert [] == failures
