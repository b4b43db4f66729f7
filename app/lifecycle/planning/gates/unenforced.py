"""The gate of protections that are written down and that nothing enforces yet (pure)."""

from app.lifecycle.planning.gates.question import Question
from app.lifecycle.planning.gates.verdict import Verdict
from app.model.reasons.gates import ProtectionsUnenforced


def unenforced(question: Question) -> Verdict:
    """What would have been judged by them is refused.

    `force` judges forced deployments only; a rollback is judged by `allow` alone.
    """
    forced, back = question.request.force, question.request.rolls_back
    keys = tuple(
        key
        for key in question.rules.unenforced()
        if (forced or key != "force") and (key == "allow" or not back)
    )
    if not keys:
        return Verdict()
    reason = ProtectionsUnenforced(environment=question.environment.name, keys=keys)
    return Verdict(refusals=(reason,))
