"""The gate of the hold after a rollback: nothing comes back that nobody asked for (pure)."""

from app.lifecycle.planning.gates.question import Question
from app.lifecycle.planning.gates.verdict import Verdict
from app.model.reasons.gates import HeldAfterRollback


def hold(question: Question) -> Verdict:
    """An automatic deployment waits; `force` does not skip it."""
    held = question.held
    if held is None or not question.request.automatic:
        return Verdict()
    name = question.environment.name
    return Verdict(waits=(HeldAfterRollback(environment=name, by=held.by, since=held.since),))
