"""The next step of an ask: decide it, create what it asks for, answer it (pure)."""

from msgspec import UNSET, structs
from msgspec.json import encode

from app.lifecycle.backoff import given_up, retry_times, waits
from app.lifecycle.deployment.phases.transitions import created_for
from app.lifecycle.look_types import Become, Finish, Limits, Now, Read
from app.lifecycle.requests.cancel_orders import deploys
from app.lifecycle.requests.confirmation import asked_first, concluded, in_its_place
from app.lifecycle.requests.decision import (
    AskEach,
    Confirm,
    Create,
    Later,
    Nothing,
    Reopen,
    Reply,
    Watching,
    WriteNote,
)
from app.lifecycle.requests.step_types import (
    AddAsks,
    Adopt,
    AnswerAsk,
    AskFacts,
    AskStep,
    AskWhat,
    CreateDeployment,
    NoteBuild,
    ReopenAsk,
)
from app.lifecycle.requests.watched_checks import (
    at_rest,
    done,
    going_on,
    says_so_already,
    unwatched,
    watched,
    with_deployment,
)
from app.lifecycle.wait_times import age_of
from app.model.ask import Ask, AskKind
from app.model.build import Build
from app.model.chat.card import Answer
from app.model.chat.reply import CommentAddress, SlackAddress
from app.model.effects import Backoff, Effect
from app.model.note import read_again
from app.model.outages import Silent, down, rate_limited
from app.model.plan import Plan
from app.model.reasons import Reason
from app.model.reasons.ours import Kept, Restarted
from app.texts.replies.refusals import refusal

PROVIDERS: tuple[Silent, ...] = ("github", "ci", "slack")

SOON = 15.0
"""A provider's pause longer than this (seconds) is told to the person who waits."""


def next_ask_step(a: Ask, f: AskFacts, now: Now, limits: Limits) -> AskStep:
    """The next step of an ask; one that is answered is over."""
    first = at_rest(a, now, limits) or _decided_before(a, now)
    if first is not None:
        return first
    if a.answer is not None and a.plan is None:
        return _answer(a, a.answer, now, limits)
    lost = _given_up(a, limits) or _overslept(a, now, limits)
    if lost is not None:
        return _answer(unwatched(a), refusal(lost), now, limits)
    late = _late_notice(a, now, limits)
    if late is not None:
        return late
    if a.plan is not None and Effect.CREATE in a.guards:
        return _recover(a, f, now, limits)
    pause = retry_times(a, now.wall)
    if pause:
        return Finish(due_at=min(pause))
    if a.plan is not None:
        return CreateDeployment(plan=a.plan)
    if f.decision is UNSET:
        return Read(what=AskWhat.DECISION)
    return _decided(a, f, now, limits)


def _decided_before(a: Ask, now: Now) -> AskStep | None:
    """Finish what an earlier look decided and may not have done, instead of deciding again."""
    if a.noting:
        noted = _with_answer(structs.replace(a, noting={}), a.answer, now)
        return NoteBuild(note=read_again(a.noting), ask=noted)
    if a.deployment_id is not None and a.plan is not None:
        adopted = with_deployment(a, a.plan, now)
        return Adopt(build=build_of(a, a.plan, a.deployment_id, now), ask=adopted)
    return None


def _decided(a: Ask, f: AskFacts, now: Now, limits: Limits) -> AskStep:
    match f.decision:
        case Reply() as reply:
            known = says_so_already(a, reply)
            return Become(record=known) if known else _reply(a, reply, now, limits)
        case Watching():
            return Become(record=watched(a, a.waiting_sha))
        case Create(plan=plan):
            return Become(record=going_on(a, plan))
        case WriteNote(note=note, answer=answer, audit=audit):
            return NoteBuild(note=note, ask=_with_answer(a, answer, now), audit=audit)
        case Confirm() as question:
            return Become(record=asked_first(a, question))
        case Reopen(before=before, after=after):
            return ReopenAsk(before=before, after=after, ask=done(a, now))
        case AskEach(asks=asks, answer=answer):
            return AddAsks(asks=asks, ask=_with_answer(unwatched(a), answer, now))
        case Later(seconds=seconds, body=body):
            if body is not None and body != a.body:
                return Become(record=structs.replace(a, body=body))
            return Finish(due_at=now.wall + seconds)
        case Nothing() | _:
            return Become(record=done(a, now))


def _with_answer(a: Ask, answer: Answer | None, now: Now) -> Ask:
    """The ask with this answer still to give; without an answer it is over."""
    return done(a, now) if answer is None else structs.replace(a, answer=answer)


def _answer(a: Ask, answer: Answer, now: Now, limits: Limits) -> AskStep:
    """Answer: later while the provider that carries the answer is silent, and at last never.

    An answer that could not be given stays on the ask.
    """
    untold = structs.replace(a, answer=answer)
    if a.reply_to is None:
        return Become(record=done(untold, now))
    provider = a.reply_to.provider
    for sent in a.guards.keys() & {Effect.COMMENT, Effect.NOTIFY}:
        landing = limits.lease - now.waited.get(sent, 0.0)
        if landing > 0:
            return Finish(due_at=now.wall + landing)
    pause = a.backoff.get(provider)
    if pause is not None and not pause.refused and given_up(a, provider, limits.give_up):
        return Become(record=done(untold, now))
    if pause is not None and waits(a, provider, now.wall):
        return Finish(due_at=pause.retry_at)
    told = concluded(structs.replace(a, answer=None), answer)
    shown = in_its_place(a, answer)
    return AnswerAsk(to=a.reply_to, answer=shown, ask=told if told.watch else done(told, now))


def _reply(a: Ask, reply: Reply, now: Now, limits: Limits) -> AskStep:
    """Answer, and watch the checks of the commit that the reply names."""
    sha = reply.until_checks
    after = unwatched(a) if sha is None else watched(a, sha, shown=reply.answer.text)
    return _answer(after, reply.answer, now, limits)


def _recover(a: Ask, f: AskFacts, now: Now, limits: Limits) -> AskStep:
    """GitHub's answer to the creation was lost: search for the deployment by its request.

    If none was created, the ask is decided again: the person may have repeated the command.
    """
    if waits(a, "github", now.wall):
        return Finish(due_at=min(retry_times(a, now.wall)))
    if f.created is UNSET:
        return Read(what=AskWhat.CREATED)
    if f.created is not None:
        found = structs.replace(
            a,
            deployment_id=f.created.id,
            deployment_sha=f.created.sha,
            deployment_created_at=f.created.created_at,
        )
        shown_elsewhere = isinstance(a.reply_to, CommentAddress)
        if a.answer is None and "github" not in a.backoff and not shown_elsewhere:
            found = structs.replace(found, answer=refusal(Restarted(deployment_id=f.created.id)))
        return Become(record=found)
    left = limits.lease - now.waited.get(Effect.CREATE, 0.0)
    if left > 0:
        return Finish(due_at=now.wall + left)
    return Become(record=structs.replace(a, plan=None, guards={}, answer=None))


def _given_up(a: Ask, limits: Limits) -> Reason | None:
    """Why the ask ends, if a provider's outage has lasted too long for it; a sweep never ends."""
    if a.kind is AskKind.SWEEP:
        return None
    for provider in PROVIDERS:
        if given_up(a, provider, _patience(a, limits)):
            return _outage(provider, a.backoff[provider])
    return None


def _patience(a: Ask, limits: Limits) -> float:
    """For how many seconds a provider may fail before the ask is given up.

    A person is answered while Slack still takes the answer (see `ANSWERABLE`), unless a deployment
    may have been created: that is found out first.
    """
    if a.said is not None and not a.guards:
        return min(limits.command_patience, limits.give_up)
    return limits.give_up


def _overslept(a: Ask, now: Now, limits: Limits) -> Reason | None:
    """Why a command ends that nobody looked at until its person had moved on.

    It ends only if nothing of it was done. A command that a provider kept waiting does not: its
    person was told of that. If this process was up all the while, the command only looks old
    because clocks differ.
    """
    untouched = a.plan is None and not a.guards and not a.backoff
    if a.said is None or not untouched:
        return None
    young = age_of(a, now.wall) < limits.command_patience
    if young or now.waited.get("up", 0.0) >= limits.command_patience:
        return None
    is_command = a.kind is AskKind.COMMAND
    typed = a.said.text if is_command else ""
    return Restarted(is_command=is_command, typed=typed, action=a.said.action)


def _late_notice(a: Ask, now: Now, limits: Limits) -> AskStep | None:
    """Tell the person once which provider their command waits for, and until when."""
    if a.said is None or not isinstance(a.reply_to, SlackAddress):
        return None
    if a.kept_until or waits(a, "slack", now.wall):
        return None
    for provider in PROVIDERS:
        pause = a.backoff.get(provider)
        if pause is None or provider == "slack":
            continue
        if pause.attempts >= 2 or pause.retry_at - now.wall > SOON:
            until = pause.since + _patience(a, limits)
            reason = Kept(
                typed=a.said.text,
                provider=provider,
                message=pause.error,
                retry_at=pause.retry_at if pause.status == 429 else None,
                until=until,
                droppable=deploys(a.said),
            )
            told = structs.replace(a, kept_until=until)
            return AnswerAsk(to=a.reply_to, answer=refusal(reason), ask=told)
    return None


def _outage(provider: Silent, pause: Backoff) -> Reason:
    """The reason of an ask that is given up because of this provider's outage."""
    if pause.status == 429 and provider != "slack":
        return rate_limited(provider, pause, retry_at=pause.retry_at, gave_up=True)
    return down(provider, pause, attempts=pause.attempts, gave_up=True)


def build_of(a: Ask, plan: Plan, deployment_id: int, now: Now) -> Build:
    """The build of a deployment that was created for an ask."""
    created = Build(
        repository_id=plan.repository.id,
        deployment_id=deployment_id,
        repository=plan.repository.full_name,
        installation_id=plan.repository.installation_id,
        sha=a.deployment_sha or plan.sha,
        ref=plan.ref,
        environment=plan.environment,
        task=plan.task,
        created_at=a.deployment_created_at or now.wall,
        transient=plan.transient,
        production=plan.production,
        payload=encode({"deploybot": plan.payload}).decode(),
    )
    return created_for(created, a, plan, now)
