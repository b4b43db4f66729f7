"""From a deployment to its one pipeline: gates, slot, trigger and the trigger's guard."""

from msgspec import UNSET, structs, to_builtins

from app.lifecycle import slots
from app.lifecycle.backoff import given_up, waits
from app.lifecycle.parameters import with_deployment_id
from app.lifecycle.step import (
    Become,
    BuildStep,
    CancelDouble,
    Facts,
    Finish,
    Limits,
    Now,
    Read,
    TriggerPipeline,
    What,
)
from app.model.ask import Plan
from app.model.build import (
    Build,
    BuildState,
    Cancel,
    Concurrency,
    Note,
    Person,
    Reason,
    Run,
)
from app.model.ci import Pipeline
from app.model.slot import Place, Rank, SlotChange

AUTOMATIC = frozenset({"push", "tag", "pull_request"})
"""Triggers that nobody waits for."""


def start(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """The next step towards the pipeline, while there is none."""
    if b.state not in (BuildState.WAITING, BuildState.TRIGGERING) or b.pipeline_id:
        return None
    if b.guard is not None:
        return _recover(b, f, now, limits)
    if b.cancel is not None:
        return Become(build=ended(b, BuildState.CANCELED, now, None))
    lost = _lost(b, now, limits)
    if lost is not None:
        return Become(build=ended(b, BuildState.ERRORED, now, lost))
    if b.judged_sha != b.sha or b.run is None:
        return _judge(b, f, now)
    if waits(b, "circleci", now.wall):
        return None
    if b.concurrency is Concurrency.ALLOW or b.slot_held:
        return TriggerPipeline(run=_run_of(b, b.run))
    return _take_slot(b, b.run, f, now, limits)


def _lost(b: Build, now: Now, limits: Limits) -> Reason | None:
    """The outage or refusal that has lasted too long for it, if there is one."""
    for provider in ("github", "circleci"):
        if given_up(b, provider, now.wall, limits.give_up):
            return Reason(name=f"{provider}_down")
    return None


def ended(b: Build, state: BuildState, now: Now, reason: Reason | None) -> Build:
    """The build, over: what it waited for no longer matters.

    An outcome is news: every provider gets a new chance to take it.
    """
    return structs.replace(
        b,
        state=state,
        reason=reason,
        ended_at=now.wall,
        waits_for=() if state is not BuildState.ERRORED else b.waits_for,
        waiting_sha=None,
        pipeline_ended=b.pipeline_ended or (b.pipeline_id is None and b.guard is None),
        backoff={},
    )


def _judge(b: Build, f: Facts, now: Now) -> BuildStep | None:
    """The gates, on the deployment's own commit."""
    if f.judgement is UNSET:
        return None if unreadable(b, now) else Read(what=What.JUDGEMENT)
    verdict, plan = f.judgement.verdict, f.judgement.plan
    if plan is not None:
        b = planned(b, plan)
    if verdict.refusals or (plan is None and not verdict.waits):
        refused = structs.replace(b, waits_for=verdict.refusals)
        reason = Reason(name="refused_on_github")
        return Become(build=ended(refused, BuildState.ERRORED, now, reason))
    if verdict.waits:
        held = structs.replace(b, waits_for=verdict.waits, waiting_sha=b.sha)
        return Become(build=held) if held != b else None
    return Become(
        build=structs.replace(
            b, judged_sha=b.sha, gates_at=now.wall, waits_for=(), waiting_sha=None
        )
    )


def unreadable(b: Build, now: Now) -> bool:
    """Whether a provider that a judgement asks is being left alone."""
    return waits(b, "github", now.wall) or waits(b, "circleci", now.wall)


def planned(b: Build, plan: Plan) -> Build:
    """The build with what the plan says of running and showing it."""
    return structs.replace(
        b,
        run=plan.run,
        concurrency=plan.concurrency,
        timeout=plan.timeout,
        ref_kind=plan.ref_kind,
        subject=plan.subject,
        committer=plan.committer,
        pull_request=plan.pull_request,
        tickets=b.tickets or plan.tickets,
        deploy_url=plan.deploy_url,
        previous_sha=plan.previous_sha,
        requester=b.requester or plan.requester,
    )


def _take_slot(b: Build, run: Run, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Enter the line; the first in it takes the slot with the trigger's intent."""
    if f.slot is UNSET:
        return Read(what=What.SLOT)
    slot = f.slot
    if b.in_line and slot.running != b.deployment_id and not slots.in_line(slot, b.deployment_id):
        reason = Reason(name="superseded")
        return Become(build=ended(b, BuildState.INACTIVE, now, reason))
    if slots.overdue(slot, now.wall, limits.give_up) and slot.running is not None:
        slot, _ = slots.leave(slot, slot.running)
    rank = Rank.ROLLBACK if b.trigger == "rollback" else Rank.ASKED
    place = Place(deployment_id=b.deployment_id, rank=rank, automatic=b.trigger in AUTOMATIC)
    entered, replaced = slots.enter(slot, place)
    if slots.may_start(entered, b.deployment_id):
        taken = slots.take(entered, b.deployment_id, now.wall)
        return TriggerPipeline(run=_run_of(b, run), slot=SlotChange(before=f.slot, after=taken))
    return _wait_in_line(b, SlotChange(before=f.slot, after=entered), replaced, now)


def _wait_in_line(
    b: Build, entered: SlotChange, replaced: tuple[int, ...], now: Now
) -> BuildStep | None:
    """Take the place in line; once it is ours, the rest of the look says what is waited for."""
    ahead = entered.after.running or entered.after.waiting[0].deployment_id
    waiting = structs.replace(
        b, in_line=True, waits_for=(Reason(name="busy", details={"deployment_id": str(ahead)}),)
    )
    if entered.after == entered.before:
        return Become(build=waiting) if waiting != b else None
    notes: tuple[Note, ...] = ()
    if b.concurrency is Concurrency.CANCEL and entered.after.running is not None:
        cancel = Cancel(by=Person(name=f"deployment {b.deployment_id}"), at=now.wall)
        notes = (
            Note(
                repository_id=b.repository_id,
                deployment_id=entered.after.running,
                once={"cancel": to_builtins(cancel)},
            ),
        )
    wake = tuple((b.repository_id, deployment_id) for deployment_id in replaced)
    return Finish(due_at=0.0, build=waiting, slot=entered, wake=wake, notes=notes)


def _run_of(b: Build, run: Run) -> Run:
    return with_deployment_id(run, b.deployment_id)


def _recover(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """A trigger was sent, or may have been, and its answer is not known: search first.

    Finding nothing counts only when a whole lease has passed on this process's own clock;
    then it is sent again. The guard stays even where it is not, for the search at the end.
    """
    if not b.unsure:
        return Become(build=structs.replace(b, unsure=True))
    lost = _lost(b, now, limits)
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
        return CancelDouble(pipeline=mine[1], build=structs.replace(kept, doubled=mine[1].url))
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
        return TriggerPipeline(run=_run_of(b, b.run))
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
            "numbers": "\n".join(str(pipeline.number) for pipeline in candidates),
            "urls": "\n".join(pipeline.url for pipeline in candidates),
        },
    )


def running(b: Build, pipeline: Pipeline, now: Now) -> Build:
    """The build with its pipeline; what ended it meanwhile stands until the outcome."""
    return structs.replace(
        b,
        state=b.state if b.state.ended else BuildState.RUNNING,
        pipeline_id=pipeline.id,
        build_number=pipeline.number,
        build_url=pipeline.url,
        started_at=pipeline.created_at or now.wall,
        looked_at=now.wall,
        pipeline_ended=False,
        waits_for=(),
        waiting_sha=None,
    )
