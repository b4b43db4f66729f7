"""CircleCI's word on a pipeline that the index did not know: whose it is, if it is ours."""

from typing import Any
from unittest.mock import ANY

import pytest

from app.circleci.client import CircleCIClient
from app.errors import Unavailable
from app.lifecycle.requests.decision import Later, Nothing, WriteNote
from app.lifecycle.requests.events.unmatched_pipelines import AGAIN, CARRIED, UnmatchedPipelines
from app.model.ask import Ask, AskKind
from app.model.build import BuildState
from app.model.build_parts import Stray
from app.model.ci import CIState, WorkflowReport
from app.model.note import Note, reported
from app.model.waiting import Tally
from tests.lifecycle.decisions import ended, refused, running
from tests.lifecycle.scenes import Scene
from tests.lifecycle.simulation.runs import LIMITS

pytestmark = pytest.mark.usefixtures("quiet")

REPORT = WorkflowReport(
    id="w1", name="deploy", state=CIState.SUCCESS, at=1.0, url="https://ci/9/workflows/w1"
)


class Carried:
    """What a pipeline carries, as CircleCI tells it."""

    def __init__(self, deployment_id: int | None = 5, error: Exception | None = None) -> None:
        self.deployment_id, self.error, self.asked = deployment_id, error, 0
        self.now = 1_000_000.0

    async def clock(self) -> float:
        """CircleCI's own, whatever ours says."""
        return self.now

    project_key = CircleCIClient.project_key

    async def deployment_of(self, pipeline_id: str) -> int | None:
        """Its number."""
        self.asked += 1
        if self.error is not None:
            raise self.error
        return self.deployment_id


async def decided(
    scene: Scene,
    ci: Any = None,
    *,
    slug: str = "github/Acme/shop",
    age: float = 0,
    **body: Any,
):
    """What becomes of the report of pipeline `p9`; `body` is what an earlier look kept."""
    ask = Ask(
        ask_id="pipeline:p9",
        kind=AskKind.PIPELINE,
        asked_at=0.0,
        tally=Tally(total=age),
        body={
            "pipeline_id": "p9",
            "number": 9,
            "url": "https://ci/9",
            "project": slug,
            "workflow": {
                "id": "w1",
                "name": "deploy",
                "state": "success",
                "at": 1.0,
                "url": "https://ci/9/workflows/w1",
            },
            **body,
        },
    )
    late = UnmatchedPipelines(
        store=scene.store,
        ci=ci or Carried(),
        patience=LIMITS.lease,
        give_up=LIMITS.give_up,
    )
    return await late(ask)


async def test_the_index_knows_it_by_now(scene: Scene):
    """The report goes to its build; CircleCI is not asked."""
    await scene.store.adopt(running(pipeline_id="p9"))
    found = await decided(scene, Carried(error=AssertionError("asked")))
    assert found == WriteNote(note=Note(repository_id=1, deployment_id=5, entry=reported(REPORT)))


async def test_another_project_speaks_of_a_known_pipeline(scene: Scene):
    """What it says of a pipeline that was asked of another is not believed."""
    await scene.store.adopt(running(pipeline_id="p9"))
    assert await decided(scene, slug="gh/acme/playground") == Nothing()


GUARDED = {"guarded_project": "gh/acme/shop"}
"""A build whose trigger may have started a pipeline that nobody recorded."""


async def test_it_carries_a_deployment_that_waits_for_its_pipeline(scene: Scene):
    """The report makes the build look, and its search finds the pipeline."""
    waiting = running(pipeline_id=None, state=BuildState.TRIGGERING, **GUARDED)
    await scene.store.adopt(waiting)
    assert await decided(scene) == WriteNote(
        note=Note(repository_id=1, deployment_id=5, entry=reported(REPORT))
    )


@pytest.mark.parametrize(
    "build",
    [running(**GUARDED), ended(pipeline_id=None, **GUARDED)],
    ids=["another", "none"],
)
async def test_it_is_one_that_no_search_had_found(scene: Scene, build: Any):
    """A second one, or that of a deployment that ended without: the build is told which."""
    await scene.store.adopt(build)
    stray = Stray(id="p9", number=9, url="https://ci/9")
    found = await decided(scene)
    assert found == WriteNote(note=Note(repository_id=1, deployment_id=5, facts={"stray": stray}))
    await scene.store.note(found.note)
    assert (await scene.record(5)).stray == stray


async def test_nobody_waits_for_a_pipeline_of_that_project(scene: Scene):
    """Then it cannot be ours: CircleCI is not asked, the index is, for a lease."""
    await scene.store.adopt(running())
    ci = Carried()
    assert await decided(scene, ci) == Later(seconds=AGAIN, body=ANY)
    assert await decided(scene, ci, slug="gh/acme/other", age=LIMITS.lease) == Nothing()
    assert await decided(scene, ci, age=LIMITS.lease) == Nothing()
    assert ci.asked == 0


@pytest.mark.parametrize(
    "ci",
    [Carried(None), Carried(6), Carried(error=refused("ci"))],
    ids=["carries none", "another's", "gone"],
)
async def test_it_is_nobodys(scene: Scene, ci: Carried):
    """CircleCI is asked once; the index may still tell, and for a lease it is asked."""
    await scene.store.adopt(running(**GUARDED))
    later = await decided(scene, ci)
    assert isinstance(later, Later)
    assert later.seconds == AGAIN
    kept = {CARRIED: later.body[CARRIED]}
    assert isinstance(await decided(scene, ci, age=LIMITS.lease - 0.1, **kept), Later)
    assert await decided(scene, ci, age=LIMITS.lease, **kept) == Nothing()
    assert ci.asked == 1


@pytest.mark.parametrize(("ago", "asked"), [(LIMITS.give_up - 1, 1), (LIMITS.give_up, 0)])
async def test_no_request_lands_a_day_late(scene: Scene, ago: float, asked: int):
    """An ambiguous trigger's guard is open until then, and CircleCI is not asked afterwards."""
    ci = Carried(6)
    await scene.store.adopt(ended(ended_at=ci.now - ago, **GUARDED))
    await decided(scene, ci)
    assert ci.asked == asked


async def test_another_projects_pipeline_is_not_believed(scene: Scene):
    """Anybody can start a pipeline with our deployment's number in another project."""
    await scene.store.adopt(running(**GUARDED))
    await scene.store.adopt(running(deployment_id=6, guarded_project="gh/evil/shop"))
    assert await decided(scene, Carried(5), slug="gh/evil/shop", age=60) == Nothing()


async def test_an_outage_is_the_asks_to_wait_for(scene: Scene):
    """It is raised, and becomes the ask's pause."""
    await scene.store.adopt(running(**GUARDED))
    with pytest.raises(Unavailable):
        await decided(scene, Carried(error=Unavailable("ci", "503")))
