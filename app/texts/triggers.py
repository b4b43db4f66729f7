"""What each trigger is called: on cards, on GitHub, in `status`, and in a dry run."""

from dataclasses import dataclass

from app.model.triggers import SourceKind, Trigger


@dataclass(frozen=True, kw_only=True)
class Called:
    """Fragments of sentences: "<did> by dana", "v1 <unasked>", "requested by dana<how>"."""

    did: str = "requested"
    unasked: str = "by deploybot"
    how: str = ""


@dataclass(frozen=True, kw_only=True)
class SourceCalled(Called):
    """`subject` is what the event names; `event` what happens to it: "<event> `main` would …"."""

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
    """Of a build's trigger; the plain words for a command, and for what we do not know."""
    return _CALLED.get(trigger, Called())
