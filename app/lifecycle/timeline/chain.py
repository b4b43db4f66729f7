"""The chain of one deployment: every hop from the request to the message, and where it hangs.

Pure: the build's record is all it takes.
"""

from enum import StrEnum

from msgspec import Struct

from app.model.build import Backoff, Build, BuildState, Effect, Reason
from app.model.github_states import POSTED, GitHubState, is_open
from app.texts.cards.lines import running_since, why
from app.texts.failures.catalogue import explain
from app.texts.failures.outages import about_ci
from app.texts.replies import status as hops
from app.texts.speech import ci_name
from app.texts.times import duration


class HopState(StrEnum):
    """How far a hop is; `failed` ended the deployment."""

    DONE = "done"
    CURRENT = "current"
    HANGING = "hanging"
    WAITING = "waiting"
    FAILED = "failed"


class Hop(Struct, frozen=True, kw_only=True):
    """One hop: `text` is markup, `at` epoch seconds where it is known."""

    name: str
    state: HopState
    text: str
    at: float | None = None


WEBHOOK_PATIENCE = 60.0
"""Seconds that GitHub's webhook may take before it counts as lost."""


def chain_of(build: Build, now: float) -> tuple[Hop, ...]:
    """The hops in order. What a deployment that ended never reached is left out."""
    hops_before = (_asked(build), _created(build))
    if build.state is BuildState.EXTERNAL:
        return (*hops_before, _elsewhere(build), _message(build, now))
    found = [
        *hops_before,
        _webhook(build, now),
        _gates(build, now),
        _pipeline(build, now),
        _jobs(build, now),
        _outcome(build, now),
        _message(build, now),
    ]
    return tuple(hop for hop in found if hop is not None)


def hanging(chain: tuple[Hop, ...]) -> Hop | None:
    """The hop that hangs, if one does."""
    return next((hop for hop in chain if hop.state is HopState.HANGING), None)


def _asked(build: Build) -> Hop:
    at = build.asked_at or build.created_at
    return Hop(name="asked", state=HopState.DONE, at=at, text=hops.asked(build))


def _created(build: Build) -> Hop:
    return Hop(name="created", state=HopState.DONE, at=build.created_at, text=hops.created())


def _webhook(build: Build, now: float) -> Hop:
    name = "webhook"
    if build.webhook_at is not None:
        return Hop(name=name, state=HopState.DONE, at=build.webhook_at, text=hops.webhook_came())
    if now - (build.created_at or now) < WEBHOOK_PATIENCE and not build.state.ended:
        return Hop(name=name, state=HopState.WAITING, text=hops.webhook_awaited())
    return Hop(name=name, state=HopState.DONE, text=hops.webhook_not_needed())


def _gates(build: Build, now: float) -> Hop:
    name = "gates"
    passed = _reached_ci(build)
    over = build.state.ended and not passed
    judged = build.gates_at is not None and not build.waits_for
    if passed or (judged and not over):
        return Hop(name=name, state=HopState.DONE, at=build.gates_at, text=hops.gates_open())
    if over:
        because = hops.ended_because(why(build))
        return Hop(name=name, state=_over(build), at=build.ended_at, text=because)
    pause = build.backoff.get("github")
    if pause is not None:
        text = hops.no_answer("github", pause, now, nothing_yet=True)
        return Hop(name=name, state=HopState.HANGING, text=text, at=pause.since)
    text = hops.gates_judged(build.waits_for)
    return Hop(name=name, state=HopState.CURRENT, text=text)


def _pipeline(build: Build, now: float) -> Hop | None:
    name = "pipeline"
    if build.pipeline_id is not None:
        return Hop(
            name=name, state=HopState.DONE, at=build.started_at, text=hops.pipeline_made(build)
        )
    if build.state.ended:
        if not _reached_ci(build):
            return None
        because = hops.ended_because(why(build))
        return Hop(name=name, state=_over(build), at=build.ended_at, text=because)
    pause = build.backoff.get("ci")
    if pause is not None:
        return _no_answer(name, "ci", pause, now, build)
    guard = build.guards.get(Effect.TRIGGER)
    if guard is not None:
        text = hops.pipeline_asked(ambiguous=guard.ambiguous)
        return Hop(name=name, state=HopState.CURRENT, at=guard.sent_at, text=text)
    return Hop(name=name, state=HopState.WAITING, text=hops.pipeline_awaited())


def _jobs(build: Build, now: float) -> Hop | None:
    name = "jobs"
    if build.pipeline_id is None:
        if build.state.ended:
            return None
        return Hop(name=name, state=HopState.WAITING, text=hops.jobs_awaited())
    if build.state.ended:
        good = build.state in (BuildState.SUCCEEDED, BuildState.INACTIVE)
        text = hops.jobs_ended(build) if good else hops.ended_because(why(build))
        text = f"{text}{_found_by_the_watch(build)}"
        state = HopState.DONE if good else _over(build)
        return Hop(name=name, state=state, at=build.ended_at, text=text)
    pause = build.backoff.get("ci")
    if pause is not None:
        return _no_answer(name, "ci", pause, now, build)
    if build.cancel is not None:
        text = hops.jobs_canceling(build)
        return Hop(name=name, state=HopState.CURRENT, at=build.cancel.at, text=text)
    if build.state is BuildState.HELD:
        text = hops.jobs_held(build)
        return Hop(name=name, state=HopState.CURRENT, at=build.held_since, text=text)
    return Hop(
        name=name, state=HopState.CURRENT, at=running_since(build), text=hops.jobs_running(build)
    )


def _over(build: Build) -> HopState:
    """What the last hop is: that it was stopped as somebody wanted is no failure."""
    return HopState.DONE if build.state is BuildState.CANCELED else HopState.FAILED


def _found_by_the_watch(build: Build) -> str:
    """That the CI's webhook of the outcome was lost, or has yet to come."""
    seen = build.workflow_id is None or build.workflow_id in build.reports or build.restored
    if seen or build.looked_at is None or build.ended_at is None:
        return ""
    late = duration(max(0.0, build.looked_at - build.ended_at))
    details = {"provider": ci_name(), "healed_by": "the watch", "late": late}
    return f". {explain(Reason(name='webhook_lost', details=details))}"


def _outcome(build: Build, now: float) -> Hop:
    name = "outcome"
    if not build.state.ended:
        return Hop(name=name, state=HopState.WAITING, text=hops.outcome_awaited())
    status = build.status
    if status is not None and status.state in (POSTED[build.state], GitHubState.INACTIVE):
        text = hops.outcome_posted(status.state)
        return Hop(name=name, state=HopState.DONE, at=status.at or None, text=text)
    pause = build.backoff.get("github")
    if pause is not None:
        return _no_answer(name, "github", pause, now, build)
    return Hop(name=name, state=HopState.CURRENT, text=hops.outcome_awaited())


def _message(build: Build, now: float) -> Hop:
    name = "message"
    if build.slack_channelid is None:
        return Hop(name=name, state=HopState.WAITING, text=hops.message_nowhere())
    if build.channel_problem:
        known = {"channel": build.slack_channelid, "deployment_id": str(build.deployment_id)}
        details = {**known, **build.channel_details}
        text = explain(Reason(name=build.channel_problem, details=details))
        return Hop(name=name, state=HopState.HANGING, text=text)
    pause = build.backoff.get("slack")
    if pause is not None:
        return _no_answer(name, "slack", pause, now, build)
    if build.message_ts is None:
        return Hop(name=name, state=HopState.WAITING, text=hops.message_awaited())
    final = build.notified is not None or build.state is BuildState.INACTIVE
    return Hop(
        name=name,
        state=HopState.DONE,
        at=build.message_at,
        text=hops.message_posted(final=final),
    )


def _elsewhere(build: Build) -> Hop:
    status = build.status
    state = HopState.CURRENT if is_open(status) else HopState.DONE
    at = status.at or None if status else None
    return Hop(name="jobs", state=state, at=at, text=hops.elsewhere(build))


def _no_answer(name: str, provider: str, pause: Backoff, now: float, build: Build) -> Hop:
    sent = build.pipeline_id is not None or Effect.TRIGGER in build.guards
    nothing_yet = provider == "ci" and not sent
    text = hops.no_answer(provider, pause, now, nothing_yet=nothing_yet)
    return Hop(name=name, state=HopState.HANGING, text=text, at=pause.since)


def _reached_ci(build: Build) -> bool:
    """Whether the CI was asked, even where it refused or never answered."""
    refused = build.reason is not None and about_ci(build.reason.name)
    return build.pipeline_id is not None or Effect.TRIGGER in build.guards or refused
