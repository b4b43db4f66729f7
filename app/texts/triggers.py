"""The words for what triggered a deployment: on cards, on GitHub, in `status` and in dry runs."""

from dataclasses import dataclass

from app.model.triggers import SourceKind, Trigger


@dataclass(frozen=True, kw_only=True)
class Called:
    """Parts of sentences: "<did> by dana", "v1, <unasked>", "requested by dana<how>"."""

    did: str = "requested"
    unasked: str = "by deploybot"
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class SourceCalled(Called):
    """Also for events: "<subject> `main` wasn't deployed", "<event> `main` would now deploy"."""

    subject: str
    event: str


SOURCES = {
    SourceKind.PUSH: SourceCalled(
        did="pushed", unasked="by a push", subject="Branch", event="A push to"
    ),
    SourceKind.TAG: SourceCalled(did="tagged", unasked="by a tag", subject="Tag", event="A tag"),
    SourceKind.PULL_REQUEST: SourceCalled(
        unasked="by its pull request", subject="Pull request", event="A pull request"
    ),
}

_ASKED: dict[str, Called] = {
    Trigger.API: Called(how=" with GitHub's API"),
    Trigger.COMMENT: Called(how=" in a comment"),
    Trigger.PROMOTE: Called(how=" as a promotion"),
    Trigger.RETRY: Called(how=" as a retry"),
    Trigger.ROLLBACK: Called(how=" as a rollback"),
}

_CALLED = _ASKED | {str(kind): words for kind, words in SOURCES.items()}


def called(trigger: str) -> Called:
    """The words for a build's trigger; those for a command if the trigger is unknown."""
    return _CALLED.get(trigger, Called())
