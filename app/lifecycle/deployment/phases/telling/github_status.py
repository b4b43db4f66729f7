"""The deployment's status on GitHub."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import cleared, given_up, waits
from app.lifecycle.deployment.answering import ANSWERABLE
from app.lifecycle.deployment.phases.telling.news import NEVER
from app.lifecycle.deployment.statuses import status_of
from app.lifecycle.deployment.step_types import BuildStep, Facts, PostStatus, What
from app.lifecycle.intents import unguarded
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.model.build import Build, BuildState, PostedStatus
from app.model.effects import Effect
from app.model.reasons.deployments import DeploymentDeleted
from app.model.reply import SlackAddress

WHOLE_SECOND = 1.0
"""GitHub's times are whole seconds."""


def report(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """The status on GitHub, once for each change that it shows."""
    if isinstance(b.reason, DeploymentDeleted):
        return None
    if b.state is BuildState.EXTERNAL or b.notified == NEVER or waits(b, "github", now.wall):
        return None
    wanted = status_of(b)
    if wanted is None or given_up(b, "github", limits.give_up):
        return None
    wanted = _not_twice(b, wanted, now)
    told = b.status is not None and structs.replace(b.status, at=0.0) == wanted
    landed = Effect.STATUS in b.guards and now.waited.get(Effect.STATUS, 0.0) >= 2 * limits.lease
    if told and not _overtaken(b) and not landed:
        return None
    if told or b.status_unsure:
        if f.last_status is UNSET:
            return Read(what=What.LAST_STATUS)
        last = f.last_status
        if last and (last.state, last.description) == (wanted.state, wanted.description):
            known = unguarded(b, Effect.STATUS) if landed else b
            return Become(build=_posted(known, structs.replace(wanted, at=last.created_at)))
    return PostStatus(status=wanted)


def _not_twice(b: Build, wanted: PostedStatus, now: Now) -> PostedStatus:
    """What is on GitHub, where only a problem of the channel's would be added to an outcome.

    The person who asked is told that by the command's answer, while Slack takes one.
    """
    heard = (
        isinstance(b.reply_to, SlackAddress)
        and now.wall - (b.asked_at or b.created_at or 0.0) < ANSWERABLE
    )
    if not b.state.ended or b.status is None or not heard:
        return wanted
    plainly = status_of(structs.replace(b, channel_problem=None))
    return plainly if plainly and structs.replace(b.status, at=0.0) == plainly else wanted


def _overtaken(b: Build) -> bool:
    """Whether GitHub told of another status than ours that is younger: one of ours landed late."""
    if b.status is None or b.status_seen_at is None or b.status_seen in ("", b.status.state):
        return False
    return b.status_seen_at >= b.status.at - WHOLE_SECOND


def _posted(b: Build, status: PostedStatus) -> Build:
    posted = structs.replace(b, status=status, status_unsure=False, status_seen="")
    return cleared(posted, "github")
