"""A second pipeline of one deployment: found by a search or its webhook, canceled and reported."""

from msgspec import structs

from app.lifecycle.backoff import given_up, waits
from app.lifecycle.deployment.phases.starting.queueing import occupy
from app.lifecycle.deployment.phases.transitions import running
from app.lifecycle.deployment.phases.trigger_guard.ambiguous_trigger import claimed, searched
from app.lifecycle.deployment.step_types import BuildStep, CancelDuplicate, Facts
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.model.build import Build
from app.model.ci import Pipeline
from app.model.effects import Effect


def search_again(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """One more search after the outcome of a trigger that was ever ambiguous."""
    guard = b.guards.get(Effect.TRIGGER)
    if not b.state.ended or b.searched_again or guard is None:
        return None
    if not b.unsure and not guard.ambiguous:
        return None
    if now.waited.get(Effect.TRIGGER, 0.0) < 2 * limits.lease:
        return None
    if given_up(b, "ci", limits.give_up):
        return Become(record=_searched(b))
    if waits(b, "ci", now.wall):
        return None
    pipelines = searched(f)
    if isinstance(pipelines, Read):
        return pipelines
    mine = claimed(b, pipelines)
    if b.pipeline_id is None and mine:
        return occupy(running(b, mine[0], now), f, now)
    seconds = [pipeline for pipeline in mine if pipeline.id != b.pipeline_id]
    if seconds:
        return CancelDuplicate(pipeline=seconds[0], build=_doubled(_searched(b), seconds[0]))
    read = {pipeline.id for pipeline in pipelines if not pipeline.unreadable}
    left = tuple(one for one in b.undecided if one not in read)
    return Become(record=_searched(structs.replace(b, undecided=left)))


def adopt_or_cancel(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Adopt or cancel a pipeline that a webhook reported before any search found it."""
    if b.stray is None or (b.pipeline_id is None and not b.state.ended):
        return None
    known = structs.replace(b, stray=None)
    pipeline = Pipeline(id=b.stray.id, number=b.stray.number, url=b.stray.url)
    if b.stray.id == b.pipeline_id:
        return Become(record=known)
    if b.pipeline_id is None:
        return occupy(running(known, pipeline, now), f, now)
    if given_up(b, "ci", limits.give_up):
        return Become(record=_doubled(known, pipeline))
    if waits(b, "ci", now.wall):
        return None
    return CancelDuplicate(pipeline=pipeline, build=_doubled(known, pipeline))


def _searched(b: Build) -> Build:
    """The search is over: a deployment without a pipeline by now has none."""
    over = b.pipeline_ended or (b.pipeline_id is None and not b.undecided)
    return structs.replace(b, searched_again=True, pipeline_ended=over)


def _doubled(b: Build, second: Pipeline) -> Build:
    return structs.replace(b, second_pipeline=second.url or second.id)
