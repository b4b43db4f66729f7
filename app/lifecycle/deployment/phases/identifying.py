"""Whose a deployment is, decided in its first look: we run it, show it, or ignore it (pure)."""

from math import floor

from msgspec import UNSET, structs

from app.lifecycle.backoff import given_up, retry_times
from app.lifecycle.deployment.github_facts import status_shown, with_facts
from app.lifecycle.deployment.phases.starting.judging import unreadable
from app.lifecycle.deployment.phases.telling.news import NEVER
from app.lifecycle.deployment.phases.transitions import created_for
from app.lifecycle.deployment.step_types import BuildStep, Facts, What
from app.lifecycle.intents import unguarded
from app.lifecycle.look_types import SKEW, Become, Finish, Limits, Now, Read
from app.lifecycle.planning import origins
from app.model.ask import Ask
from app.model.build import Build, BuildState, Origin
from app.model.build_parts import PostedStatus
from app.model.effects import Effect, Guard
from app.model.github.deployment import StatusSummary
from app.model.github.states import GitHubState, as_build_state, is_open
from app.model.plan import Payload, Person, Plan
from app.model.project import Project
from app.model.triggers import Trigger

OURS_SOON = 2.0
"""Seconds for which the record of our own deployment may still be on its way to the store."""


def identify(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Find out whether it is ours, a person's or another app's, and whether to run or show it."""
    if b.origin is not None:
        return None
    if f.project is UNSET:
        return Read(what=What.PROJECT)
    if f.project is None:
        return Become(record=_external(b))
    if any(given_up(b, one, limits.give_up) for one in ("github", "ci")):
        return Become(record=_external(b))
    if unreadable(b, now):
        return Finish(due_at=min(retry_times(b, now.wall)))
    if not b.sha or b.created_at is None:
        if f.deployment is UNSET:
            return Read(what=What.DEPLOYMENT)
        known = with_facts(b, f.deployment) if f.deployment else _external(b)
        return Become(record=known)
    if f.identity is UNSET:
        return Read(what=What.IDENTITY)
    if origins.is_ours(b, f.identity.slug):
        return _identify_ours(b, f, now, limits, f.project)
    if f.last_status is UNSET:
        return Read(what=What.LAST_STATUS)
    if f.last_status is not None and origins.is_bot(f.last_status.creator, f.identity.slug):
        return Become(record=_resumed(b, f.last_status, f.project))
    if f.github_clock is UNSET:
        return Read(what=What.GITHUB_CLOCK)
    age = f.github_clock - b.created_at
    if _too_old(b, age, now, limits) or _before_binding(b, age, now, f.project):
        return Become(record=_external(b))
    origin = origins.origin_of(b, f.identity.slug, f.last_status)
    if origin is Origin.PERSON:
        return Become(record=_to_run(b, f.project, origin))
    if f.judgement is UNSET:
        return Read(what=What.JUDGEMENT)
    if origins.runs_for(b, f.judgement.run_by):
        return Become(record=_to_run(b, f.project, origin))
    return Become(record=_shown(b, f.project, f.judgement.plan))


def _too_old(b: Build, age: float, now: Now, limits: Limits) -> bool:
    """Whether a person's deployment is too old to be run; `age` in seconds by GitHub's clock.

    The time since its webhook came doesn't count: an outage after that must not lose it, unless it
    lasts so long that we'd give up on our own deployments, too.
    """
    kept = max(0.0, now.wall - b.webhook_at) if b.webhook_at is not None else 0.0
    return age - kept > origins.ADOPT_WITHIN or age > limits.give_up


def _before_binding(b: Build, age: float, now: Now, project: Project) -> bool:
    """Whether it was created before its repository was bound; GitHub's times are whole seconds.

    Clocks differ: one that we heard of after the binding may have a slightly earlier time.
    """
    created_at = round(now.wall - age)
    heard_after = b.webhook_at is not None and b.webhook_at >= project.bound_at
    return created_at < (project.bound_at - SKEW if heard_after else floor(project.bound_at))


def _identify_ours(
    b: Build, f: Facts, now: Now, limits: Limits, project: Project
) -> BuildStep | None:
    """A deployment of ours without a record: not written yet, or lost with the store.

    While the ask that it was created for is open, no record of it has existed, so nothing was
    triggered or posted for it: it is new, and this look may start it.
    """
    if f.ask is UNSET:
        return Read(what=What.ASK)
    plan = _plan_of(b, f.ask)
    if f.ask is not None and plan is not None:
        return Become(record=created_for(b, f.ask, plan, now))
    if b.webhook_at is not None and 0 <= now.wall - b.webhook_at < OURS_SOON:
        return Finish(due_at=b.webhook_at + OURS_SOON)
    if f.last_status is UNSET:
        return Read(what=What.LAST_STATUS)
    payload = origins.payload_of(b)
    known = _restored(b, payload, project)
    status = status_shown(f.last_status)
    known = structs.replace(known, status=status)
    if status is not None and not is_open(status):
        return Become(record=_over(known, status))
    if f.github_clock is UNSET:
        return Read(what=What.GITHUB_CLOCK)
    young = b.created_at is not None and f.github_clock - b.created_at < limits.give_up
    if not young and (status is None or status.state != GitHubState.PENDING):
        return Become(record=_external(b))
    return Become(record=known)


def _plan_of(b: Build, ask: Ask | None) -> Plan | None:
    """The plan that an open ask has for this very deployment."""
    if ask is None or ask.plan is None or ask.answered_at is not None:
        return None
    mine = ask.plan.repository.id == b.repository_id and ask.deployment_id in (
        None,
        b.deployment_id,
    )
    return ask.plan if mine else None


def _resumed(b: Build, last: StatusSummary, project: Project) -> Build:
    """A person's deployment that we ran before the store was lost: its last status is ours."""
    known = structs.replace(
        _to_run(b, project, Origin.PERSON),
        status=status_shown(last),
        guards={Effect.TRIGGER: _unknown(b), Effect.MESSAGE: _unknown(b)},
    )
    return known if known.status is None or is_open(last) else _over(known, known.status)


def _restored(b: Build, payload: Payload | None, project: Project) -> Build:
    """A deployment of ours as its payload tells it, its pipeline and message not known yet.

    Both may exist, so they have guards like requests whose answers were lost.
    """
    person = (
        Person(name=payload.requester, slack_userid=payload.user, login=payload.login)
        if payload
        else Person(name=b.creator, login=b.creator)
    )
    sent = [Effect.TRIGGER, Effect.MESSAGE]
    if payload is not None and payload.trigger == Trigger.COMMENT:
        sent.append(Effect.COMMENT)
    return structs.replace(
        b,
        origin=Origin.OURS,
        state=BuildState.WAITING,
        trigger=payload.trigger if payload else "",
        asker=person,
        slack_channelid=(payload.channel if payload else None) or project.slack_channelid,
        guards=dict.fromkeys(sent, _unknown(b)),
    )


def _unknown(b: Build) -> Guard:
    """A guard for what a process that is gone may have sent since the deployment was created."""
    return Guard(sent_at=b.created_at or 0.0, sender="", ambiguous=True)


def _over(b: Build, status: PostedStatus) -> Build:
    """A deployment of ours that ended before the store was lost."""
    return structs.replace(
        unguarded(b, Effect.TRIGGER),
        state=as_build_state(status.state),
        ended_at=status.at,
        build_url=status.log_url,
        pipeline_ended=True,
        restored=True,
        notified=NEVER,
    )


def _to_run(b: Build, project: Project, origin: Origin) -> Build:
    return structs.replace(
        b,
        origin=origin,
        trigger=Trigger.API,
        asker=Person(name=b.creator, login=b.creator),
        slack_channelid=project.slack_channelid,
    )


def _shown(b: Build, project: Project, plan: Plan | None) -> Build:
    """A deployment that others run, with what we know of its commit."""
    return structs.replace(
        b,
        origin=Origin.FOREIGN,
        state=BuildState.EXTERNAL,
        plan=_of_others(b, plan) if plan is not None else None,
        slack_channelid=project.slack_channelid,
        guards={Effect.MESSAGE: _unknown(b)} if b.webhook_at is None else {},
    )


def _of_others(b: Build, plan: Plan) -> Plan:
    """The plan without the parts that only apply to deployments that we run ourselves.

    Of a person who asked only the name stays: nobody is mentioned.
    """
    person = None if b.app_slug else plan.requester
    by = Person(name=person.display_name) if person else None
    return structs.replace(plan, requester=by, deploy_url="", live=None, compared=None)


def _external(b: Build) -> Build:
    return structs.replace(
        b, origin=Origin.FOREIGN, state=BuildState.EXTERNAL, slack_channelid=None
    )
