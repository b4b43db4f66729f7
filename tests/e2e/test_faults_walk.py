"""Every provider call and every store write of each kind of trigger, failing in every way.

`FAULTS=all` walks them all, `FAULTS=4` every fourth; otherwise a fixed share, another one for
each scene.
"""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.scenes import SCENES, Scene
from tests.e2e.walk import count_points, walk

pytestmark = pytest.mark.filterwarnings(
    r"ignore:Exception ignored in. <(function _SelectorTransport|socket\.socket)"
    ":pytest.PytestUnraisableExceptionWarning"
)  # who "dies" in process leaves connections open that a kernel would close

SHARE = 192
"""One point in so many is walked where nobody asks for all."""


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The worker looks more often at what others left; what died is gone before the next test."""
    monkeypatch.setattr("app.lifecycle.engine.worker.POLL", 0.5)
    yield
    gc.collect()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_every_point_comes_to_the_same_end(
    scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One pipeline, one message, one mention; GitHub, record and message agree."""
    points = await count_points(scene, tmp_path)
    step = {"all": 1, "": SHARE}.get(asked := os.environ.get("FAULTS", "")) or int(asked)
    share = points[SCENES.index(scene) % step :: step]
    walked = await walk(scene, share, tmp_path)
    with capsys.disabled():
        reached = len(share) - len(walked.unreached)
        print(f"\nfaults: {scene.name}: {reached} reached, of {len(points)} points")
        for line in (*walked.differing, *walked.unreached):
            print(line[:600])
    assert [] == walked.differing
    assert len(walked.unreached) <= 1 + len(share) // 30, "too few are shown to be safe"
