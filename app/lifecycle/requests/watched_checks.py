"""Asks that are decided again when the checks of a commit change (pure).

Nobody repeats an event that was refused for a red check, so its ask waits for the checks itself.
Each webhook about the commit's checks is counted on the ask; without one, GitHub is not asked
again. The exception is a single look soon after the refusal: a check that changed before the ask
was recorded as watching was not counted on it.
"""

from msgspec import structs

from app.lifecycle.look_types import Become, Finish, Limits, Now
from app.lifecycle.requests.decision import Reply
from app.model.ask import Ask, AskKind, Watch
from app.model.plan import Plan
from app.texts.replies.deployments.confirmation import agreed_to
from app.texts.replies.triggers import going_ahead


def watched(a: Ask, sha: str | None, *, shown: str = "") -> Ask:
    """The ask, to be decided again when the commit's checks change; see `Watch` for `shown`."""
    since = a.tally.total if a.watch is None else a.watch.since
    watch = Watch(events=a.events, since=since, shown=shown, sure=a.watch is not None)
    return structs.replace(a, waiting_sha=sha, watch=watch)


def unwatched(a: Ask) -> Ask:
    """The ask, no longer watching any checks."""
    return structs.replace(a, waiting_sha=None, watch=None)


def done(a: Ask, now: Now) -> Ask:
    """The ask once it is over."""
    return structs.replace(unwatched(a), answered_at=now.wall)


def at_rest(a: Ask, now: Now, limits: Limits) -> Become[Ask] | Finish | None:
    """The step of an ask that is over, or that only waits for checks to change; else None.

    An ask waits for checks as long as a deployment may wait for them (`limits.give_up`).
    """
    if a.answered_at is not None:
        return Finish(due_at=None)
    if a.watch is None or a.answer is not None or a.plan is not None:
        return None
    waited = a.tally.total - a.watch.since
    if waited >= limits.give_up:
        return Become(record=done(a, now))
    until = limits.give_up if a.watch.sure else min(limits.watch, limits.give_up)
    changed = a.events != a.watch.events or waited >= until
    return None if changed else Finish(due_at=now.wall + until - waited)


def says_so_already(a: Ask, reply: Reply) -> Ask | None:
    """The ask, watching on, if its commit shows this answer already; else None."""
    if a.watch is None or reply.until_checks is None or a.watch.shown != reply.answer.text:
        return None
    return watched(a, reply.until_checks, shown=reply.answer.text)


def going_on(a: Ask, plan: Plan) -> Ask:
    """The ask with the plan of the deployment that is created next.

    Its answer takes the place of a refusal that the commit shows, or of a question's buttons.
    """
    shown = a.watch is not None and a.watch.shown
    answer = going_ahead(plan.environment) if shown else a.answer
    if a.confirmed is not None:
        answer = agreed_to(plan, a.confirmed.question)
    return structs.replace(unwatched(a), plan=plan, answer=answer)


def with_deployment(a: Ask, plan: Plan, now: Now) -> Ask:
    """The ask once its deployment's build is recorded; an answer may be left to give.

    If gates were still closed, the deployment may end because of a red check, so an event's ask
    goes on watching the checks.
    """
    rest = structs.replace(a, plan=None)
    if a.kind is AskKind.TRIGGER and not plan.judged:
        return watched(rest, a.deployment_sha or plan.sha)
    return done(a, now) if a.answer is None else rest
