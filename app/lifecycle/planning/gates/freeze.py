"""The gate of frozen days, on which nothing is deployed (pure)."""

from datetime import UTC, datetime

from app.lifecycle.planning.gates.question import Question, Verdict
from app.model.reasons.gates import Frozen, FrozenUntil


def freeze(question: Question) -> Verdict:
    """On a frozen day, refuses people and makes automatic deployments wait; `force` skips it."""
    moment = datetime.fromtimestamp(question.date, UTC)
    calendar = question.rules.calendar
    days = calendar.frozen(moment)
    if question.skips or days is None:
        return Verdict()
    opens = calendar.opens(moment)
    if question.request.automatic and opens is not None:
        return Verdict(waits=(FrozenUntil(until=opens.timestamp(), days=days.text),))
    refusal = Frozen(
        environment=question.environment.name,
        days=days.text,
        opens=opens.timestamp() if opens else None,
        force=question.rules.force,
        forcing=question.forcing,
    )
    return Verdict(refusals=(refusal,))
