"""The chain of one deployment: every hop from the request to the message, and where it is stuck.

Pure: it needs only the build. The sentences about hops are in `app/texts/replies/status.py`.
"""

from collections.abc import Callable

from app.model.build import Build, BuildState
from app.model.chain import Hop, HopName, HopState
from app.model.effects import Effect
from app.model.github.states import POSTED, GitHubState, is_open
from app.model.reasons import ABOUT_CI, Reason
from app.model.reasons.ours import in_channel
from app.model.reasons.pipeline import ApprovalJobWaiting, WebhookLost

WEBHOOK_PATIENCE = 60.0
"""Seconds after which GitHub's webhook counts as lost."""


def chain_of(build: Build, now: float) -> tuple[Hop, ...]:
    """The hops in order, without those that a deployment never reached before it ended."""
    if build.state is BuildState.EXTERNAL:
        return (_asked(build), _created(build), _elsewhere(build), _message(build))
    hops = (
        _asked(build),
        _created(build),
        _webhook(build, now),
        *(hop for hop in (part(build) for part in _AFTER_WEBHOOK) if hop is not None),
    )
    return tuple(hops)


def stuck_hop(chain: tuple[Hop, ...]) -> Hop | None:
    """The hop that is stuck, if one is."""
    return next((hop for hop in chain if hop.state is HopState.STUCK), None)


def _asked(build: Build) -> Hop:
    at = build.asked_at or build.created_at
    return Hop(name=HopName.ASKED, state=HopState.DONE, at=at)


def _created(build: Build) -> Hop:
    return Hop(name=HopName.CREATED, state=HopState.DONE, at=build.created_at)


def _webhook(build: Build, now: float) -> Hop:
    young = now - (build.created_at or now) < WEBHOOK_PATIENCE
    awaited = build.webhook_at is None and young and not build.state.ended
    state = HopState.WAITING if awaited else HopState.DONE
    return Hop(name=HopName.WEBHOOK, state=state, at=build.webhook_at)


def _gates(build: Build) -> Hop:
    name = HopName.GATES
    passed = _reached_ci(build)
    over = build.state.ended and not passed
    judged = build.gates_at is not None and not build.waits_for
    if passed or (judged and not over):
        return Hop(name=name, state=HopState.DONE, at=build.gates_at)
    if over:
        return _ended(name, build)
    return _silent(name, "github", build) or Hop(
        name=name, state=HopState.CURRENT, reasons=build.waits_for
    )


def _pipeline(build: Build) -> Hop | None:
    name = HopName.PIPELINE
    if build.pipeline_id is not None:
        return Hop(name=name, state=HopState.DONE, at=build.started_at)
    if build.state.ended:
        return _ended(name, build) if _reached_ci(build) else None
    silent = _silent(name, "ci", build)
    if silent is not None:
        return silent
    guard = build.guards.get(Effect.TRIGGER)
    if guard is not None:
        return Hop(name=name, state=HopState.CURRENT, at=guard.sent_at)
    return Hop(name=name, state=HopState.WAITING)


def _jobs(build: Build) -> Hop | None:
    name = HopName.JOBS
    if build.pipeline_id is None:
        return None if build.state.ended else Hop(name=name, state=HopState.WAITING)
    if build.state.ended:
        return _ended(name, build, also=_found_by_the_watch(build))
    silent = _silent(name, "ci", build)
    if silent is not None:
        return silent
    if build.cancel is not None:
        return Hop(name=name, state=HopState.CURRENT, at=build.cancel.at)
    if build.state is BuildState.ON_HOLD:
        job = build.jobs.approval if build.jobs else ""
        waiting = ApprovalJobWaiting(job=job, url=build.build_url)
        return Hop(name=name, state=HopState.CURRENT, at=build.on_hold_since, reasons=(waiting,))
    return Hop(name=name, state=HopState.CURRENT, at=build.running_since)


def _ended(name: HopName, build: Build, also: tuple[Reason, ...] = ()) -> Hop:
    """The hop at which the deployment ended; a cancel is no failure."""
    good = build.state in (BuildState.SUCCEEDED, BuildState.INACTIVE) and name is HopName.JOBS
    reasons = (build.why,) if build.why is not None and not good else ()
    done = good or build.state is BuildState.CANCELED
    return Hop(
        name=name,
        state=HopState.DONE if done else HopState.FAILED,
        at=build.ended_at,
        over=not good,
        reasons=(*reasons, *also),
    )


def _found_by_the_watch(build: Build) -> tuple[Reason, ...]:
    """That the outcome was found by polling, as the CI's webhook was lost or is late."""
    seen = build.workflow_id is None or build.workflow_id in build.reports or build.restored
    if seen or build.looked_at is None or build.ended_at is None:
        return ()
    late = max(0.0, build.looked_at - build.ended_at)
    return (WebhookLost(late=late),)


def _outcome(build: Build) -> Hop:
    name = HopName.OUTCOME
    if not build.state.ended:
        return Hop(name=name, state=HopState.WAITING)
    status = build.status
    if status is not None and status.state in (POSTED[build.state], GitHubState.INACTIVE):
        return Hop(name=name, state=HopState.DONE, at=status.at or None)
    return _silent(name, "github", build) or Hop(name=name, state=HopState.CURRENT)


def _message(build: Build) -> Hop:
    name = HopName.MESSAGE
    if build.slack_channelid is None:
        return Hop(name=name, state=HopState.WAITING)
    if build.channel_problem is not None:
        problem = in_channel(
            build.channel_problem,
            channel=build.slack_channelid,
            deployment_id=build.deployment_id,
        )
        return Hop(name=name, state=HopState.STUCK, reasons=(problem,))
    for method in (Effect.MESSAGE, Effect.CARD, Effect.NOTIFY):
        refused = build.backoff.get(method)
        if refused is not None and refused.refused is not None:
            return Hop(name=name, state=HopState.STUCK, reasons=(refused.refused,))
    silent = _silent(name, "slack", build)
    if silent is not None:
        return silent
    if build.message_ts is None:
        return Hop(name=name, state=HopState.WAITING)
    return Hop(name=name, state=HopState.DONE, at=build.message_at)


def _elsewhere(build: Build) -> Hop:
    status = build.status
    state = HopState.CURRENT if is_open(status) else HopState.DONE
    return Hop(name=HopName.JOBS, state=state, at=status.at or None if status else None)


def _silent(name: HopName, provider: str, build: Build) -> Hop | None:
    """The hop as stuck, if its provider keeps failing."""
    pause = build.backoff.get(provider)
    if pause is None:
        return None
    state = HopState.STUCK
    return Hop(name=name, state=state, at=pause.since, provider=provider, pause=pause)


def _reached_ci(build: Build) -> bool:
    """Whether the CI was asked for a pipeline, even if it refused or never answered."""
    return build.ran or isinstance(build.reason, ABOUT_CI)


_AFTER_WEBHOOK: tuple[Callable[[Build], Hop | None], ...] = (
    _gates,
    _pipeline,
    _jobs,
    _outcome,
    _message,
)
