"""The gate of the hold after a rollback, which stops automatic deployments (pure)."""

from app.lifecycle.planning.gates.question import Question, Verdict
from app.model.reasons.gates import HeldAfterRollback


def hold(question: Question) -> Verdict:
    """Makes automatic deployments wait; `force` doesn't skip it."""
    placed = question.hold
    if placed is None or not question.request.automatic:
        return Verdict()
    name = question.environment.name
    return Verdict(waits=(HeldAfterRollback(environment=name, by=placed.by, since=placed.since),))
