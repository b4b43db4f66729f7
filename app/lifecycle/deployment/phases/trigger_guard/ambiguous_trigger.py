"""A trigger whose answer was lost: search for its pipeline before sending another."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import waits
from app.lifecycle.deployment.phases.starting.judging import judge, unreadable
from app.lifecycle.deployment.phases.starting.queueing import left_behind, occupy
from app.lifecycle.deployment.phases.transitions import (
    ended,
    lost_to,
    planned,
    running,
    stopped,
    unwanted_since,
)
from app.lifecycle.deployment.phases.trigger_guard.undecided_pipeline import (
    end_undecided,
    may_be,
    read_too_often,
)
from app.lifecycle.deployment.step_types import (
    BuildStep,
    CancelDuplicate,
    Facts,
    TriggerPipeline,
    What,
    repository_of,
)
from app.lifecycle.intents import unguarded
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.lifecycle.planning.pipelines.parameters import with_deployment_id
from app.model.build import Build, BuildState
from app.model.ci import Pipeline
from app.model.effects import Effect
from app.model.plan import Payload, Plan, RefKind, Run


def recover(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """A trigger was sent, or may have been, and its answer isn't known: search for its pipeline.

    Finding nothing counts only when a whole lease has passed on this process's own clock.
    """
    if not b.unsure:
        return Become(record=structs.replace(b, unsure=True))
    lost = lost_to(b, now, limits)
    if lost is not None:
        over = ended(b, BuildState.ERRORED, now, lost)
        return Become(record=structs.replace(over, pipeline_ended=True))
    if b.plan is None:
        return _learn_run(b, f, now)
    if waits(b, "ci", now.wall):
        return None
    pipelines = searched(f)
    if isinstance(pipelines, Read):
        return pipelines
    mine = claimed(b, pipelines)
    if len(mine) > 1 and not b.second_pipeline:
        told = structs.replace(b, second_pipeline=mine[1].url or mine[1].id)
        return CancelDuplicate(pipeline=mine[1], build=told)
    if mine:
        return occupy(running(b, mine[0], now), f, now)
    counted = may_be(b, b.plan.run, pipelines, now)
    if counted != b:
        return Become(record=counted)
    if not _patient(now, limits):
        return None
    return _not_found(b, b.plan, pipelines, f, now, limits)


def _not_found(
    b: Build, plan: Plan, pipelines: tuple[Pipeline, ...], f: Facts, now: Now, limits: Limits
) -> BuildStep | None:
    """No pipeline was found: judge the gates again, then send the trigger again.

    If they refuse by then, or a newer deployment has succeeded, the guard stays, for one more
    search at the end. Nothing is sent while a pipeline that can't be read may be its own.
    """
    if b.unread:
        return end_undecided(b, pipelines, now) if read_too_often(b) else None
    if unwanted_since(b) is not None:
        return Become(record=stopped(b, now, limits))
    if not b.gates_open or (b.exclusive and not b.occupies_slot):
        return Become(record=unguarded(b, Effect.TRIGGER))
    if b.gates_at != now.wall:  # gates that were open then may be closed by now
        return judge(b, f, now, limits)
    newer = left_behind(b, f, now, limits)
    if newer is not None:
        return newer
    return TriggerPipeline(run=with_deployment_id(plan.run, b.deployment_id))


def _patient(now: Now, limits: Limits) -> bool:
    """Whether we have waited long enough for a search without a result to count."""
    return now.waited.get(Effect.TRIGGER, 0.0) >= limits.lease


def _learn_run(b: Build, f: Facts, now: Now) -> BuildStep | None:
    """How a restored deployment would have been run; the gates don't judge it again yet.

    One that can't be planned any more (its branch is gone) may still have a pipeline.
    """
    if f.judgement is UNSET:
        return None if unreadable(b, now) else Read(what=What.JUDGEMENT)
    if f.judgement.plan is not None:
        return Become(record=planned(b, f.judgement.plan))
    if f.judgement.project is None:
        return Become(record=unguarded(b, Effect.TRIGGER))
    run = Run(project=f.judgement.project)
    return Become(record=structs.replace(b, plan=_of_run(b, run)))


def _of_run(b: Build, run: Run) -> Plan:
    """A plan that tells no more than where the pipeline ran."""
    return Plan(
        repository=repository_of(b),
        environment=b.environment,
        ref=b.ref,
        ref_kind=RefKind.BRANCH,
        sha=b.sha,
        payload=Payload(request="", trigger=b.trigger),
        run=run,
    )


def searched(f: Facts) -> tuple[Pipeline, ...] | Read:
    """Our own pipelines since the trigger, or the read of one more page of them.

    A page is a read of its own, so that the lease is kept however many there are.
    """
    if f.pipelines is UNSET:
        return Read(what=What.PIPELINES)
    if f.pipelines.older is not None:
        return Read(what=What.PIPELINES, search=f.pipelines)
    return f.pipelines.found


def claimed(b: Build, pipelines: tuple[Pipeline, ...]) -> list[Pipeline]:
    """The pipelines that carry this deployment's id, the lowest number first."""
    mine = [pipeline for pipeline in pipelines if pipeline.deployment_id == b.deployment_id]
    return sorted(mine, key=lambda pipeline: pipeline.number)
