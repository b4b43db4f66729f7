"""The answer that refuses: every reason, as it is said to the person who asked."""

from app.model.card import Answer
from app.model.reasons import Reason
from app.texts.failures.catalogue import explain_all


def refusal(*reasons: Reason, of: str = "") -> Answer:
    """All reasons at once; `of` is the command that they stopped."""
    return Answer(text=explain_all(reasons, of=of))
