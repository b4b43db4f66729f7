"""A trigger whose answer is not known: its pipeline is searched for before another is started."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import waits
from app.lifecycle.parameters import with_deployment_id
from app.lifecycle.phases.becoming import ended, lost_to, planned, running
from app.lifecycle.step import (
    Become,
    BuildStep,
    CancelDouble,
    Facts,
    Limits,
    Now,
    Read,
    TriggerPipeline,
    What,
)
from app.model.build import Build, BuildState, Concurrency, Reason, Run
from app.model.ci import Pipeline


def recover(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """A trigger was sent, or may have been, and its answer is not known: search first.

    Finding nothing counts only when a whole lease has passed on this process's own clock;
    then it is sent again. The guard stays even where it is not, for the search at the end.
    """
    if not b.unsure:
        return Become(build=structs.replace(b, unsure=True))
    lost = lost_to(b, now, limits)
    if lost is not None:
        return Become(build=ended(b, BuildState.ERRORED, now, lost))
    if b.run is None:
        return _learn_run(b, f, now)
    if waits(b, "circleci", now.wall):
        return None
    if f.pipelines is UNSET:
        return Read(what=What.PIPELINES)
    mine = claimed(b, f.pipelines)
    if len(mine) > 1:
        kept = running(b, mine[0], now)
        told = structs.replace(kept, doubled=mine[1].url or mine[1].id)
        return CancelDouble(pipeline=mine[1], build=told)
    if mine:
        return Become(build=running(b, mine[0], now))
    candidates = _unclaimed(b, b.run, f.pipelines)
    if len(candidates) == 1:
        return Become(build=running(b, candidates[0], now))
    if candidates:
        undecided = undecided_reason(candidates)
        return Become(build=ended(b, BuildState.ERRORED, now, undecided))
    if now.waited.get("trigger", 0.0) < limits.lease:
        return None
    if b.cancel is not None:
        return Become(build=ended(b, BuildState.CANCELED, now, None))
    if b.judged_sha == b.sha and (b.slot_held or b.concurrency is Concurrency.ALLOW):
        return TriggerPipeline(run=with_deployment_id(b.run, b.deployment_id))
    return Become(build=structs.replace(b, guard=None))


def _learn_run(b: Build, f: Facts, now: Now) -> BuildStep | None:
    """How a restored deployment would have been run; the gates do not judge it again yet."""
    if f.judgement is UNSET:
        return None if unreadable(b, now) else Read(what=What.JUDGEMENT)
    if f.judgement.plan is None:
        return Become(build=structs.replace(b, guard=None))
    return Become(build=planned(b, f.judgement.plan))


def claimed(b: Build, pipelines: tuple[Pipeline, ...]) -> list[Pipeline]:
    """The pipelines that carry this deployment's id, the lowest number first."""
    mine = [pipeline for pipeline in pipelines if pipeline.deployment_id == b.deployment_id]
    return sorted(mine, key=lambda pipeline: pipeline.number)


def _unclaimed(b: Build, run: Run, pipelines: tuple[Pipeline, ...]) -> list[Pipeline]:
    """Pipelines that may be this deployment's where its id is not among the parameters."""
    if "deployment_id" in run.parameters or b.guard is None:
        return []
    return [
        pipeline
        for pipeline in pipelines
        if pipeline.deployment_id is None
        and (pipeline.branch, pipeline.tag) == (run.branch, run.tag)
        and pipeline.created_at >= b.guard.sent_at
    ]


def undecided_reason(candidates: list[Pipeline]) -> Reason:
    """Several pipelines could be this deployment's: which, a person must say."""
    return Reason(
        name="pipeline_undecided",
        details={
            "pipelines": "\n".join(str(pipeline.number) for pipeline in candidates),
            "urls": "\n".join(pipeline.url for pipeline in candidates),
        },
    )


def unreadable(b: Build, now: Now) -> bool:
    """Whether a provider that a judgement asks is being left alone."""
    return waits(b, "github", now.wall) or waits(b, "circleci", now.wall)
