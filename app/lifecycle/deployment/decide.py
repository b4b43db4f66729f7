"""The next step of a build: one pure function, called again after each read that it asks for."""

from app.lifecycle.backoff import retry_times
from app.lifecycle.deployment.phases.ending.closing import close
from app.lifecycle.deployment.phases.ending.releasing import release
from app.lifecycle.deployment.phases.ending.replacing import (
    give_way,
    learn_live_before,
    replace_others,
)
from app.lifecycle.deployment.phases.external import announce, follow
from app.lifecycle.deployment.phases.identifying import identify
from app.lifecycle.deployment.phases.pipeline.ci_controls import pass_on
from app.lifecycle.deployment.phases.pipeline.next_reading import next_reading_at, rerun_checked_at
from app.lifecycle.deployment.phases.pipeline.pipeline_watch import watch
from app.lifecycle.deployment.phases.starting.deleted import end_deleted, unless_deleted
from app.lifecycle.deployment.phases.starting.overdue import give_up_waiting
from app.lifecycle.deployment.phases.starting.starting import start
from app.lifecycle.deployment.phases.telling.closed_channel import follow_channel, tell_requester
from app.lifecycle.deployment.phases.telling.github_status import notice, report, tell_approvals
from app.lifecycle.deployment.phases.telling.late_start import late_at, tell_late
from app.lifecycle.deployment.phases.telling.live_message import name_tickets, show
from app.lifecycle.deployment.phases.telling.news import notify
from app.lifecycle.deployment.phases.telling.pull_request import comment
from app.lifecycle.deployment.phases.trigger_guard.duplicate_pipeline import (
    adopt_or_cancel,
    search_again,
)
from app.lifecycle.deployment.phases.trigger_guard.undecided_pipeline import (
    READ_AGAIN,
    await_undecided,
    undecided_read_at,
)
from app.lifecycle.deployment.step_types import BuildStep, Facts, TriggerPipeline
from app.lifecycle.look_types import Finish, Limits, Now
from app.lifecycle.wait_times import left, waits_of
from app.model.build import Build, BuildState
from app.model.effects import Effect
from app.model.reasons.base import OpensAt
from app.model.slot import Listing

PHASES = (
    identify,
    follow,
    follow_channel,
    announce,
    end_deleted,
    start,
    give_up_waiting,
    pass_on,
    watch,
    close,
    search_again,
    adopt_or_cancel,
    await_undecided,
    release,
    learn_live_before,
    notice,
    give_way,
    report,
    replace_others,
    show,
    notify,
    comment,
    tell_requester,
    tell_late,
    name_tickets,
)
"""In this order: the pipeline and GitHub come before Slack, and no step waits for tickets."""


LONGEST_PAUSE = 600.0
"""The longest pause in seconds between looks at a waiting build; they also find lost webhooks."""


def next_build_step(b: Build, facts: Facts, now: Now, limits: Limits) -> BuildStep:
    """Decide the next step of a build from what this look has read so far."""
    for phase in PHASES:
        step = phase(b, facts, now, limits)
        if isinstance(step, TriggerPipeline):
            step = unless_deleted(b, step, facts, now)
        if isinstance(step, TriggerPipeline):
            step = tell_approvals(b, facts, now, limits) or step
        if step is not None:
            return step
    return Finish(due_at=due_again(b, now, limits))


def due_again(b: Build, now: Now, limits: Limits) -> float | None:
    """When the build is looked at next if nothing happens (epoch seconds); None: never.

    Always later than now: what was due by now was done in this look, or couldn't be done.
    """
    times = retry_times(b, now.wall)
    if b.unread and not b.state.ended:
        times.append(now.wall + READ_AGAIN)
    if b.undecided and not b.pipeline_ended and b.pipeline_id is None:
        at = undecided_read_at(b, limits)
        times.append(at if at > now.wall else now.wall + limits.watch)
    if b.state is BuildState.WAITING and b.waits_for:
        times.append(min([now.wall + _patience(b, now, limits), *_until(b, now)]))
    if b.state is not BuildState.EXTERNAL and b.pipeline_id and not b.pipeline_ended:
        at = next_reading_at(b, limits)
        times.append(at if at > now.wall else now.wall + limits.watch)
    times.extend(now.wall + seconds for seconds in _waits_end(b, limits))
    once = (
        rerun_checked_at(b, now, limits),
        late_at(b, now, limits),
    )
    times.extend(at for at in once if at is not None and at > now.wall)
    times.extend(_guard_ends(b, now, limits))
    return min(times, default=None)


def _waits_end(b: Build, limits: Limits) -> list[float]:
    """For each of its waits, the seconds until that has lasted too long."""
    ends = (left(b, wait, limits) for wait in waits_of(b))
    return [seconds for seconds in ends if seconds > 0]


def _patience(b: Build, now: Now, limits: Limits) -> float:
    """Seconds until what it waits for is read again although nothing happened.

    Webhooks tell of checks and of the configuration, people's commands of approvals and unlocks,
    and gates name the moment at which they open. So GitHub is asked less and less often: a long
    wait must not use up the installation's rate limit. Waiting in line costs no call.
    """
    if b.standing is not Listing.ASIDE:
        return limits.watch
    waited = now.wall - (b.created_at or now.wall)
    return max(limits.watch, min(waited / 10, LONGEST_PAUSE))


def _until(b: Build, now: Now) -> list[float]:
    """When the gates that it waits for say that they open (epoch seconds)."""
    named = [one.until for one in b.waits_for if isinstance(one, OpensAt)]
    return [moment for moment in named if moment is not None and moment > now.wall]


def _guard_ends(b: Build, now: Now, limits: Limits) -> list[float]:
    """When each guard that still matters has waited long enough (epoch seconds)."""
    waits: list[tuple[Effect, float]] = []
    trigger = b.guards.get(Effect.TRIGGER)
    if trigger is not None and b.pipeline_id is None and not b.state.ended:
        waits.append((Effect.TRIGGER, limits.lease))
    unsure = trigger is not None and (b.unsure or trigger.ambiguous)
    if unsure and b.state.ended and not b.searched_again:
        waits.append((Effect.TRIGGER, 2 * limits.lease))
    if Effect.MESSAGE in b.guards and b.message_ts is None and b.slack_channelid:
        waits.append((Effect.MESSAGE, limits.lease))
    lengths = {Effect.STATUS: 2.0, Effect.CARD: 2.0, Effect.NOTIFY: 1.0, Effect.COMMENT: 1.0}
    waits += [(name, lengths[name] * limits.lease) for name in lengths if name in b.guards]
    left = [(length - now.waited.get(name, 0.0)) for name, length in waits]
    return [now.wall + seconds for seconds in left if seconds > 0]
