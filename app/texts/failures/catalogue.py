"""The catalogue of every way to fail: one place to read tone, escaping and completeness."""

import re
from collections.abc import Iterable

import structlog

from app.model.build import Reason
from app.texts.failures.binding import BINDING
from app.texts.failures.circleci import CIRCLECI
from app.texts.failures.deployments import DEPLOYMENTS
from app.texts.failures.failure import Details, Failure
from app.texts.failures.gates import GATES
from app.texts.failures.github import GITHUB
from app.texts.failures.ours import OURS
from app.texts.failures.pipeline import PIPELINE
from app.texts.failures.typed import TYPED
from app.texts.markup import plain

CATALOGUE: tuple[Failure, ...] = (
    *BINDING,
    *TYPED,
    *DEPLOYMENTS,
    *GATES,
    *GITHUB,
    *CIRCLECI,
    *PIPELINE,
    *OURS,
)
"""Every entry, in the order of the generated table."""

LONGEST_DESCRIPTION = 140
"""GitHub's limit for the description of a deployment status."""

NOTHING_DEPLOYED = "Nothing was deployed."
NOTHING_CHANGED = "Nothing was changed."

_DEPLOYING = ("", "deploy", "retry")
_LOOKING = ("help", "config", "list", "status")

_OR_PRESS = re.compile(r"(?:,? or|[,;] then) press \*\w+\*[.:]")
_PRESSING = re.compile(r"(?<=[.`?] )Press [^.`]*\.(?: |$)")
"""The end of a sentence, and a whole one, that tells which button to press."""

_BY_NAME = {failure.name: failure for failure in CATALOGUE}


def explain(reason: Reason) -> str:
    """What is said about one failure, as markup; a name without an entry is logged."""
    return _ended(*_said(reason))


def explain_all(reasons: Iterable[Reason]) -> str:
    """All reasons at once, as markup: one as it is, several as a list."""
    said = [_said(reason) for reason in reasons]
    if len(said) == 1:
        return _ended(*said[0])
    listed = "\n".join(f"• {text}" for text, _ in said)
    endings = dict.fromkeys(ending for _, each in said for ending in each)
    last = sorted(endings, key=NOTHING_DEPLOYED.__eq__)
    return _ended(f"{len(said)} things are in the way:\n{listed}", tuple(last))


def describe(reason: Reason) -> str:
    """The same as GitHub's description of a status shows it."""
    return describe_markup(_ended(*_said(reason)))


def describe_markup(markup: str) -> str:
    """Plain text of at most 140 characters: whole sentences as far as they fit.

    What names a button is left out, since there are none on GitHub.
    """
    return shorten(plain(_PRESSING.sub("", _OR_PRESS.sub(".", markup))))


def shorten(text: str, most: int = LONGEST_DESCRIPTION) -> str:
    """Cut plain text after the last whole sentence that fits, else inside a word."""
    text = " ".join(text.split())
    if len(text) <= most:
        return text
    end = text.rfind(". ", 0, most)
    return text[: end + 1] if end > 0 else f"{text[: most - 1].rstrip()}…"


def _said(reason: Reason) -> tuple[str, tuple[str, ...]]:
    """The sentence of one failure, and what is said once however many there are."""
    failure = _BY_NAME.get(reason.name)
    if failure is None:
        structlog.get_logger(__name__).error("failure_without_text", failure=reason.name)
        failure = _BY_NAME["internal"]
    details = Details(reason.details)
    endings = (failure.ending, _not_done(details.raw("of")) if failure.undeployed else "")
    said = failure.say(details)
    return said, tuple(ending for ending in endings if ending)


def _not_done(of: str) -> str:
    """What a command has not done; empty for one that only looks."""
    if of in _DEPLOYING:
        return NOTHING_DEPLOYED
    return "" if of in _LOOKING else NOTHING_CHANGED


def _ended(text: str, endings: tuple[str, ...]) -> str:
    last_line = text.rpartition("\n")[2]
    apart = "\n" if text.endswith("```") or last_line.startswith("• ") else " "
    return f"{text}{apart}{' '.join(endings)}" if endings else text
