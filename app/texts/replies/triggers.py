"""What is said on a commit of a deployment that nobody typed."""

from collections.abc import Sequence

from app.model.card import Answer
from app.model.reasons import Reason
from app.texts.markup import bold
from app.texts.replies.refusal import refusal


def red(reasons: Sequence[Reason]) -> Answer:
    """It is refused for a red check, among other things: that can change."""
    later = "I'll deploy it if the checks pass while this is still the latest commit."
    return Answer(text=f"{refusal(*reasons).text} {later}")


def going_ahead(environment: str) -> Answer:
    """What was refused for a red check goes on: the checks have changed."""
    return Answer(text=f"The checks pass now. Deploying to {bold(environment)}.")
