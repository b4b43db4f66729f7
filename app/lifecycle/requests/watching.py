"""Asks that watch the checks of a commit: they are decided again when these change (pure).

An event that was refused for a red check is not asked for again by anybody, so it waits by itself.
Each event of the commit's checks is counted on the ask; where none came, nothing is asked, but
for once soon after the refusal: what changed before the ask was known to watch has told nobody.
"""

from msgspec import structs

from app.lifecycle.look_types import BecomeAsk, Finish, Limits, Now
from app.lifecycle.requests.decision import Reply
from app.model.ask import Ask, AskKind, Watch
from app.model.plan import Plan
from app.texts.replies.confirmation import agreed_to
from app.texts.replies.triggers import going_ahead


def watched(a: Ask, sha: str | None, *, shown: str = "") -> Ask:
    """The ask that is decided again when the checks of a commit change."""
    since = a.tally.total if a.watch is None else a.watch.since
    watch = Watch(events=a.events, since=since, shown=shown, sure=a.watch is not None)
    return structs.replace(a, waiting_sha=sha, watch=watch)


def unwatched(a: Ask) -> Ask:
    """The ask that is not decided again for any check."""
    return structs.replace(a, waiting_sha=None, watch=None)


def done(a: Ask, now: Now) -> Ask:
    """The ask, over."""
    return structs.replace(unwatched(a), answered_at=now.wall)


def at_rest(a: Ask, now: Now, limits: Limits) -> BecomeAsk | Finish | None:
    """It is over, or waits for an event of the checks, as long as any check is waited for.

    None where nothing is watched, there was an event, or what came of it is not done yet.
    """
    if a.answered_at is not None:
        return Finish(due_at=None)
    if a.watch is None or a.answer is not None or a.plan is not None:
        return None
    waited = a.tally.total - a.watch.since
    if waited >= limits.give_up:
        return BecomeAsk(ask=done(a, now))
    until = limits.give_up if a.watch.sure else min(limits.watch, limits.give_up)
    changed = a.events != a.watch.events or waited >= until
    return None if changed else Finish(due_at=now.wall + until - waited)


def says_so_already(a: Ask, reply: Reply) -> Ask | None:
    """The ask that watches on, where the commit says already what it would be answered."""
    if a.watch is None or reply.until_checks is None or a.watch.shown != reply.answer.text:
        return None
    return watched(a, reply.until_checks, shown=reply.answer.text)


def going_on(a: Ask, plan: Plan) -> Ask:
    """The ask whose deployment is about to be created.

    A commit that shows a refusal is told; a question that was agreed to loses its buttons.
    """
    shown = a.watch is not None and a.watch.shown
    answer = going_ahead(plan.environment) if shown else a.answer
    if a.confirmed is not None:
        answer = agreed_to(plan, a.confirmed.question)
    return structs.replace(unwatched(a), plan=plan, answer=answer)


def with_deployment(a: Ask, plan: Plan, now: Now) -> Ask:
    """The ask once its deployment has a record; what it owes besides is an answer, at most.

    A deployment that still waits may end for a red check: an event watches on for that.
    """
    rest = structs.replace(a, plan=None)
    if a.kind is AskKind.TRIGGER and not plan.judged:
        return watched(rest, a.deployment_sha or plan.sha)
    return done(a, now) if a.answer is None else rest
