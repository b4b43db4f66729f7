"""The gate of locks, by which people stop deployments to an environment (pure)."""

from app.lifecycle.planning.gates.question import Question, Verdict
from app.model.plan import same_person
from app.model.reasons.locks import Locked, LockedOut
from app.model.slot import EVERYWHERE, Lock, Slot


def lock(question: Question) -> Verdict:
    """Refuses people other than the lock's owner, and makes automatic deployments wait.

    `force` doesn't skip a lock.
    """
    verdict = Verdict()
    for slot in (question.everywhere, question.slot):
        if slot.lock is not None and slot.lock.in_force(question.date):
            verdict += _said(question, slot, slot.lock)
    return verdict


def _said(question: Question, slot: Slot, placed: Lock) -> Verdict:
    request = question.request
    kind = LockedOut if request.automatic else Locked
    reason = kind(
        environment=question.environment.name,
        by=placed.by.display_name,
        since=placed.since,
        locked_for=placed.reason,
        until=placed.until,
        everywhere=slot.name == EVERYWHERE,
    )
    if isinstance(reason, LockedOut):
        return Verdict(waits=(reason,))
    return Verdict() if same_person(request.requester, placed.by) else Verdict(refusals=(reason,))
