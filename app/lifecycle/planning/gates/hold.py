"""The gate of the hold after a rollback, which stops automatic deployments (pure)."""

from app.lifecycle.planning.gates.question import Question
from app.lifecycle.planning.gates.verdict import Verdict
from app.model.reasons.gates import HeldAfterRollback


def hold(question: Question) -> Verdict:
    """Makes automatic deployments wait; `force` doesn't skip it."""
    held = question.held
    if held is None or not question.request.automatic:
        return Verdict()
    name = question.environment.name
    return Verdict(waits=(HeldAfterRollback(environment=name, by=held.by, since=held.since),))
