"""The deployment's status on GitHub."""

from msgspec import UNSET, structs

from app.lifecycle.backoff import cleared, given_up, left_alone, waits
from app.lifecycle.deployment.answering import ANSWERABLE
from app.lifecycle.deployment.phases.telling.news import NEVER
from app.lifecycle.deployment.statuses import FINAL, carrying, shows, status_of
from app.lifecycle.deployment.step_types import BuildStep, Facts, PostStatus, What
from app.lifecycle.intents import unguarded
from app.lifecycle.look_types import Become, Limits, Now, Read
from app.model.build import Build, BuildState
from app.model.build_parts import PostedStatus
from app.model.chat.reply import SlackAddress
from app.model.effects import Effect
from app.model.github.deployment import StatusSummary
from app.model.github.states import GONE, GitHubState
from app.model.reasons.deployments import DeploymentDeleted, Replaced


def notice(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Learn our own login, which tells which of the statuses in webhooks are ours.

    It is read once a process; until GitHub answers, this is left for later.
    """
    if b.bot or not b.statuses or b.state is BuildState.EXTERNAL:
        return None
    if f.identity is UNSET:
        alone = left_alone(b, ("github",), now.wall, limits.give_up)
        return None if alone else Read(what=What.IDENTITY)
    return Become(record=structs.replace(b, bot=f.identity.bot))


def report(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Post the status on GitHub, once for each change that it shows."""
    if isinstance(b.reason, DeploymentDeleted):
        return None
    ends = b.closed is not None or isinstance(b.reason, Replaced)
    silent = b.notified == NEVER and not ends
    if b.state is BuildState.EXTERNAL or silent or waits(b, "github", now.wall):
        return None
    wanted = status_of(b)
    if wanted is None or given_up(b, "github", limits.give_up):
        return None
    wanted = _not_twice(b, wanted, now)
    told = shows(b.status, wanted)
    landed = Effect.STATUS in b.guards and now.waited.get(Effect.STATUS, 0.0) >= 2 * limits.lease
    if told and b.approval_untold:
        return Become(record=structs.replace(b, approvals_told=b.approvals_told + 1))
    if (told and not _overtaken(b) and not landed) or _said_after_us(b, wanted):
        return None
    if told or Effect.STATUS in b.guards:
        if f.last_status is UNSET:
            return Read(what=What.LAST_STATUS)
        there = _there(b, f.last_status, wanted)
        if there is not None:
            known = unguarded(b, Effect.STATUS) if landed else b
            return Become(record=_posted(known, there))
    return PostStatus(status=carrying(wanted, b.seen_others))


def tell_approvals(b: Build, f: Facts, now: Now, limits: Limits) -> BuildStep | None:
    """Post a status for each approval before the pipeline starts, unless GitHub is down."""
    return report(b, f, now, limits) if b.approval_untold else None


def _said_after_us(b: Build, wanted: PostedStatus) -> bool:
    """Whether somebody else posted a final status after ours, which isn't overwritten."""
    last = b.seen_others
    if last is None or b.status is None or not {last.state, b.status.state, wanted.state} <= FINAL:
        return False
    return last.id > b.status.id > 0


def _there(b: Build, last: StatusSummary | None, wanted: PostedStatus) -> PostedStatus | None:
    """The wanted status if GitHub has it, as the last one or before somebody else's final one.

    GitHub makes a success inactive by itself without telling; the success had landed then.
    """
    if last and last.state in GONE and wanted.state == GitHubState.SUCCESS:
        return structs.replace(wanted, at=last.created_at, id=b.status.id if b.status else 0)
    if last and (last.state, last.description) == (wanted.state, wanted.description):
        return structs.replace(wanted, at=last.created_at, id=last.id)
    ours, others = b.statuses.get(b.bot), b.seen_others
    if last is None or ours is None or others is None or last.id != others.id:
        return None
    if others.state not in FINAL or (ours.state, ours.description) != (
        wanted.state,
        wanted.description,
    ):
        return None
    return structs.replace(wanted, at=last.created_at, id=ours.id)


def _not_twice(b: Build, wanted: PostedStatus, now: Now) -> PostedStatus:
    """The outcome without the channel's problem, while the requester can be told that in Slack."""
    heard = (
        isinstance(b.reply_to, SlackAddress)
        and now.wall - (b.asked_at or b.created_at or 0.0) < ANSWERABLE
    )
    if not b.state.ended or b.status is None or not heard:
        return wanted
    plainly = status_of(structs.replace(b, channel_problem=None))
    return plainly if plainly and shows(b.status, plainly) else wanted


def _overtaken(b: Build) -> bool:
    """Whether an older status of ours landed after the one that we posted last."""
    ours = b.statuses.get(b.bot)
    if b.status is None or ours is None or ours.state == b.status.state:
        return False
    return ours.id > b.status.id


def _posted(b: Build, status: PostedStatus) -> Build:
    return cleared(structs.replace(b, status=status), "github")
