"""A trigger whose answer is not known: its pipeline is searched for before another is started."""

from math import floor

from msgspec import UNSET, structs

from app.lifecycle.backoff import waits
from app.lifecycle.deployment.phases.occupy_slot import occupy
from app.lifecycle.deployment.phases.transitions import ended, lost_to, planned, running
from app.lifecycle.deployment.step_types import (
    BuildStep,
    CancelDouble,
    Facts,
    TriggerPipeline,
    What,
    repository_of,
)
from app.lifecycle.intents import unguarded
from app.lifecycle.look_types import SKEW, Become, Limits, Now, Read
from app.lifecycle.planning.parameters import with_deployment_id
from app.model.build import Build, BuildState, Effect
from app.model.ci import Pipeline
from app.model.plan import Payload, Plan, RefKind, Run
from app.model.reasons.pipeline import Candidate, PipelineUndecided

NONE_OF_THEM = "none"
"""What a person chooses where none of the pipelines is this deployment's."""

MOST_OFFERED = 10
"""Pipelines that a person is offered at most, newest first."""


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
    if b.plan is None:
        return _learn_run(b, f, now)
    if waits(b, "ci", now.wall):
        return None
    pipelines = searched(f)
    if isinstance(pipelines, Read):
        return pipelines
    mine = claimed(b, pipelines)
    if len(mine) > 1 and not b.doubled:
        told = structs.replace(b, doubled=mine[1].url or mine[1].id)
        return CancelDouble(pipeline=mine[1], build=told)
    candidates = _unclaimed(b, b.plan.run, pipelines)
    found = mine[0] if mine else _certain(b, candidates)
    if found is not None:
        return occupy(running(b, found, now), f, now)
    if b.cancel is not None and (candidates or _patient(now, limits)):
        return Become(build=ended(b, BuildState.CANCELED, now, None))
    if candidates and b.chosen_pipeline != NONE_OF_THEM:
        return _ask(b, candidates, now, limits)
    if not _patient(now, limits):
        return None
    if b.judged_sha == b.sha and (b.occupies_slot or not b.exclusive):
        return TriggerPipeline(run=with_deployment_id(b.plan.run, b.deployment_id))
    return Become(build=unguarded(b, Effect.TRIGGER))


def _patient(now: Now, limits: Limits) -> bool:
    """Whether the wait is over after which a search without a result counts."""
    return now.waited.get(Effect.TRIGGER, 0.0) >= limits.lease


def _learn_run(b: Build, f: Facts, now: Now) -> BuildStep | None:
    """How a restored deployment would have been run; the gates do not judge it again yet.

    One that can be planned no more (its branch is gone) may still have a pipeline.
    """
    if f.judgement is UNSET:
        return None if unreadable(b, now) else Read(what=What.JUDGEMENT)
    if f.judgement.plan is not None:
        return Become(build=planned(b, f.judgement.plan))
    if f.judgement.project is None:
        return Become(build=unguarded(b, Effect.TRIGGER))
    run = Run(project=f.judgement.project, parameters={"deployment_id": ""})
    return Become(build=structs.replace(b, plan=_of_run(b, run)))


def _of_run(b: Build, run: Run) -> Plan:
    """A plan of what is left to know: where the pipeline ran."""
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


def _unclaimed(b: Build, run: Run, pipelines: tuple[Pipeline, ...]) -> list[Pipeline]:
    """Pipelines that may be this deployment's where its id is not among the parameters.

    By a clock of ours that is ahead of the CI's, its own is older than the intent. (What a
    lost store is restored from is GitHub's time, of before the intent.)
    """
    guard = b.guards.get(Effect.TRIGGER)
    if "deployment_id" in run.parameters or guard is None:
        return []
    since = guard.sent_at - (SKEW if guard.sender else 0.0)
    return [
        pipeline
        for pipeline in pipelines
        if pipeline.deployment_id is None
        and (pipeline.branch, pipeline.tag) == (run.branch, run.tag)
        and pipeline.created_at >= since
    ]


def _certain(b: Build, candidates: list[Pipeline]) -> Pipeline | None:
    """The one that GitHub's status links, or that a person named, or that is alone and newer.

    After the store was lost nothing says when it was asked for: then a person says which.
    Times are compared in whole milliseconds, as CIs tell them.
    """
    linked = b.status.log_url if b.status else ""
    for pipeline in candidates:
        if pipeline.id == b.chosen_pipeline or (linked and pipeline.url == linked):
            return pipeline
    alone = len(candidates) == 1 and not b.restored and not b.chosen_pipeline
    guard = b.guards.get(Effect.TRIGGER)
    intended = floor(1000 * guard.sent_at) / 1000 if guard else 0.0
    return candidates[0] if alone and candidates[0].created_at >= intended else None


def _ask(b: Build, candidates: list[Pipeline], now: Now, limits: Limits) -> BuildStep | None:
    """Have a person say which it is; nothing is started until then."""
    reason = undecided_reason(candidates, since=asked_since(b) or now.wall)
    if now.wall - reason.since >= limits.give_up:
        unanswered = structs.replace(b, waits_for=())
        return Become(build=ended(unanswered, BuildState.ERRORED, now, reason))
    asked = structs.replace(b, waits_for=(reason,))
    return Become(build=asked) if asked != b else None


def asked_since(b: Build) -> float | None:
    """Since when (epoch seconds) a person is asked which pipeline it is; None: nobody is."""
    for reason in b.waits_for:
        if isinstance(reason, PipelineUndecided):
            return reason.since
    return None


def offered(b: Build) -> tuple[str, ...]:
    """The ids of the pipelines among which a person is asked to choose."""
    asked = (reason for reason in b.waits_for if isinstance(reason, PipelineUndecided))
    return tuple(each.id for reason in asked for each in reason.pipelines)


def undecided_reason(candidates: list[Pipeline], *, since: float) -> PipelineUndecided:
    """Which pipeline is this deployment's, a person must say."""
    shown = candidates[:MOST_OFFERED]
    pipelines = (Candidate(id=each.id, name=str(each.number), url=each.url) for each in shown)
    return PipelineUndecided(pipelines=tuple(pipelines), since=since)


def unreadable(b: Build, now: Now) -> bool:
    """Whether a provider that a judgement asks is being left alone."""
    return waits(b, "github", now.wall) or waits(b, "ci", now.wall)
