"""Reasons that go back to the person who asked, said in words."""

from app.errors import UserMistake
from app.model.build import Reason
from app.texts.failures.catalogue import explain, explain_all


def mistake(name: str, *, command: str = "/cimon", **details: str) -> UserMistake:
    """A mistake of the catalogue with its text; `command` is the slash command people type."""
    return UserMistake(name, explain(Reason(name=name, details=details), command=command))


class Refusal(UserMistake):
    """A deployment was refused before it was created; `reasons` are all there are."""

    def __init__(self, reasons: tuple[Reason, ...], *, command: str = "/cimon") -> None:
        super().__init__(reasons[0].name, explain_all(reasons, command=command))
        self.reasons = reasons
