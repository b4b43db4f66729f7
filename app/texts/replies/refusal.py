"""The answer that refuses a command."""

from app.model.chat.card import Answer
from app.model.reasons import Reason
from app.model.reasons.gates import ConfigurationInvalid
from app.texts.failures.catalogue import explain_all


def refusal(*reasons: Reason, of: str = "") -> Answer:
    """All reasons at once; `of` is the name of the command that they stopped."""
    invalid = any(isinstance(reason, ConfigurationInvalid) for reason in reasons)
    return Answer(text=explain_all(reasons, of=of), invalid_file=invalid)
