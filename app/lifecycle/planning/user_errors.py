"""Reasons that go back to the person who asked, said in words."""

from app.errors import UserMistake
from app.model.build import Reason
from app.texts.failures.catalogue import explain, explain_all


def mistake(name: str, **details: str) -> UserMistake:
    """A mistake of the catalogue with its text."""
    return UserMistake(name, explain(Reason(name=name, details=details)))


class Refusal(UserMistake):
    """A deployment was refused before it was created; `reasons` are all there are."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__(reasons[0].name, explain_all(reasons))
        self.reasons = reasons
