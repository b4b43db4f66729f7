"""Answers that refuse a command."""

from app.model.chat.card import Answer, Button
from app.model.reasons import Reason
from app.model.reasons.deployments import SameCommitRunning
from app.model.reasons.gates import ConfigurationInvalid
from app.model.reasons.locks import Locked
from app.texts.failures.catalogue import explain, explain_all

TELL_ME = "tell_me"
"""The action of the button that asks to be told when a lock ends."""


def refusal(*reasons: Reason, of: str = "") -> Answer:
    """All reasons at once; `of` is the name of the command that they stopped."""
    invalid = any(isinstance(reason, ConfigurationInvalid) for reason in reasons)
    return Answer(text=explain_all(reasons, of=of), invalid_file=invalid)


def running_already(reason: SameCommitRunning, *, action: str, value: str) -> Answer:
    """The same commit is being deployed already; the button deploys it again afterwards."""
    button = Button(label="Deploy again", action=action, value=value)
    return Answer(text=f"{explain(reason)} Deploy it again afterwards?", buttons=(button,))


def refusal_by_lock(reasons: tuple[Reason, ...], lock: Locked, *, of: str = "") -> Answer:
    """A refusal because of a lock, with the button *Tell me*."""
    button = Button(label="Tell me", action=TELL_ME, value=lock.environment)
    return Answer(text=explain_all(reasons, of=of), buttons=(button,))
