"""The gate of deploy windows: weekly hours outside which nothing is deployed (pure)."""

from datetime import UTC, datetime

from app.lifecycle.planning.gates.question import Question, Verdict
from app.model.reasons.gates import OutsideWindow, WindowClosed


def windows(question: Question) -> Verdict:
    """Outside all windows, refuses people, makes automatic deployments wait; `force` skips it.

    If no window will ever open again, everybody is refused.
    """
    moment = datetime.fromtimestamp(question.date, UTC)
    calendar = question.rules.calendar
    if question.skips or not calendar.outside(moment):
        return Verdict()
    opens = calendar.opens(moment)
    listed = tuple(window.text for window in question.rules.windows)
    if question.request.automatic and opens is not None:
        return Verdict(waits=(WindowClosed(until=opens.timestamp(), windows=listed),))
    refusal = OutsideWindow(
        environment=question.environment.name,
        windows=listed,
        opens=opens.timestamp() if opens else None,
        force=question.rules.force,
        forcing=question.forcing,
    )
    return Verdict(refusals=(refusal,))
