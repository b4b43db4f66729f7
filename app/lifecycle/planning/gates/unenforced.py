"""The gate of protections that are written down and that nothing enforces yet (pure)."""

from app.lifecycle.planning.gates.question import Question
from app.lifecycle.planning.gates.verdict import Verdict
from app.model.reasons.gates import ProtectionsUnenforced


def unenforced(question: Question) -> Verdict:
    """What would have been judged by them is refused, but for a rollback."""
    keys = () if question.request.rolls_back else question.rules.unenforced()
    if not keys:
        return Verdict()
    reason = ProtectionsUnenforced(environment=question.environment.name, keys=keys)
    return Verdict(refusals=(reason,))
