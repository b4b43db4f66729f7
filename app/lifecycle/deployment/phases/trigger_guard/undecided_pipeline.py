"""Pipelines that may be a deployment's, but that the CI doesn't let us read (pure).

A pipeline that we can't see isn't taken to be missing: nothing is sent again, the deployment ends
in an error that names the pipeline, and the environment stays occupied until it ends.
"""

from collections.abc import Sequence

from msgspec import UNSET, structs

from app.lifecycle.backoff import waits
from app.lifecycle.deployment.phases.transitions import ended
from app.lifecycle.deployment.pipeline_outcome import judge_pipeline
from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.lifecycle.wait_times import over
from app.model.build import Build, BuildState
from app.model.ci import Pipeline
from app.model.plan import Run
from app.model.reasons.pipeline import Candidate, PipelineUndecided
from app.model.waiting import Wait

ENOUGH_TRIES = 3
"""Looks that must fail to read a pipeline before we believe that we aren't allowed to."""

READ_AGAIN = 5.0
"""Seconds between these looks: a young pipeline may not be shown yet."""

MOST_NAMED = 10
"""Pipelines that are named at most, newest first."""


def may_be(b: Build, run: Run, pipelines: Sequence[Pipeline], now: Now) -> Build:
    """The build with the number of looks in which each pipeline couldn't be read.

    Only pipelines of the same ref count, or of an unknown one; each look counts once.
    """
    unread = [one for one in pipelines if one.unreadable and _same_ref(one, run)]
    if b.searched_at == now.wall:
        return b
    counted = {one.id: b.unread.get(one.id, 0) + 1 for one in unread}
    return structs.replace(b, unread=counted, searched_at=now.wall if counted else None)


def read_too_often(b: Build) -> bool:
    """Whether we have tried often enough to read each of them."""
    return all(looks >= ENOUGH_TRIES for looks in b.unread.values())


def end_undecided(b: Build, pipelines: Sequence[Pipeline], now: Now) -> BuildStep:
    """End it in an error that names the pipelines that may be its own; it keeps its slot."""
    found = [one for one in pipelines if one.id in b.unread][:MOST_NAMED]
    named = (Candidate(id=one.id, name=str(one.number), url=one.url) for one in found)
    over = ended(b, BuildState.ERRORED, now, PipelineUndecided(pipelines=tuple(named)))
    left = tuple(one.id for one in found)
    return Become(record=structs.replace(over, undecided=left, unread={}, searched_at=None))


def await_undecided(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Check from time to time whether the pipelines that may be its own have ended."""
    if not b.undecided or b.pipeline_id is not None or b.pipeline_ended:
        return None
    if over(b, Wait.STOP, limits):
        return Become(record=structs.replace(b, pipeline_ended=True))
    if waits(b, "ci", now.wall):
        return None
    if f.reading is UNSET:
        due = now.wall >= undecided_read_at(b, limits)
        return Read(what=What.READING, of=b.undecided[0]) if due else None
    looked = structs.replace(b, looked_at=now.wall)
    if not judge_pipeline(f.reading).kind.ended:
        return Become(record=looked) if looked != b else None
    if f.reading.pipeline.id != b.undecided[0]:
        return None  # this reading is of the previous one; each has a look of its own
    left = b.undecided[1:]
    return Become(record=structs.replace(looked, undecided=left, pipeline_ended=not left))


def undecided_read_at(b: Build, limits: Limits) -> float:
    """When these pipelines are read again (epoch seconds)."""
    return max(b.looked_at or 0.0, b.ended_at or 0.0) + limits.watch


def _same_ref(pipeline: Pipeline, run: Run) -> bool:
    unknown = (None, None)
    of_run = (run.branch, run.tag)
    return unknown == of_run or (pipeline.branch, pipeline.tag) in (unknown, of_run)
