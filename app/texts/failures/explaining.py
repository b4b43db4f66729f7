"""Sentences of reasons: one, several at once, and as GitHub's descriptions show them."""

import re
from collections.abc import Iterable

from app.model.reasons.base import BaseReason
from app.model.reasons.typed import UnknownOption
from app.texts.failures.failure import ENTRIES
from app.texts.markup import plain

LONGEST_DESCRIPTION = 140
"""GitHub's limit for the description of a deployment status."""

NOTHING_DEPLOYED = "Nothing was deployed."
NOTHING_CHANGED = "Nothing was changed."

_DEPLOYING = ("", "deploy", "retry", "rollback", "promote")
_LOOKING = ("help", "config", "list", "status", "diff")

_OR_PRESS = re.compile(r"(?:,? or|[,;] then) press \*\w+\*[.:]")
_PIECES = re.compile(r"`[^`]*`|<[^<>]*>|(?P<end>\.(?= |$))")
"""Code and links, in which a full stop ends nothing, and the end of a sentence."""

_PRESSING = re.compile(r"(?<=[.`?] )Press [^.`]*\.(?: |$)")
"""The end of a sentence, and a whole one, that tells which button to press."""


def explain(reason: BaseReason, *, of: str = "") -> str:
    """What is said about one reason, as markup; `of` is the command that it stopped."""
    return _ended(*_said(reason, of))


def explain_all(reasons: Iterable[BaseReason], *, of: str = "", waits: bool = False) -> str:
    """All reasons at once, as markup: one as it is, several as a list.

    They are problems, unless something only `waits` for what they name.
    """
    said = [_said(reason, of) for reason in reasons]
    if len(said) == 1:
        return _ended(*said[0])
    listed = "\n".join(f"• {text}" for text, _ in said)
    endings = dict.fromkeys(ending for _, each in said for ending in each)
    last = sorted(endings, key=NOTHING_DEPLOYED.__eq__)
    lead = "" if waits else f"{len(said)} problems:\n"
    return _ended(f"{lead}{listed}", tuple(last))


def listed(reasons: Iterable[BaseReason]) -> str:
    """What something still waits for, a line each (markup), below a sentence that says so."""
    return "\n".join(f"• {_said(reason, '')[0]}" for reason in reasons)


def briefly(reason: BaseReason) -> str:
    """The first sentence about a reason, as markup: what happened, and not what to do about it."""
    return _first_sentence(ENTRIES[type(reason)].say(reason))


def describe(reason: BaseReason) -> str:
    """The same as GitHub's description of a status shows it."""
    return describe_markup(explain(reason))


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


def _first_sentence(markup: str) -> str:
    line = markup.partition("\n")[0]
    end = next((found.end() for found in _PIECES.finditer(line) if found["end"]), len(line))
    return line[:end].rstrip(" :")


def _said(reason: BaseReason, of: str) -> tuple[str, tuple[str, ...]]:
    """The sentence of one reason, and what is said once however many there are."""
    entry = ENTRIES[type(reason)]
    stopped = reason.of if isinstance(reason, UnknownOption) else of
    endings = (entry.ending, _not_done(stopped) if entry.undeployed else "")
    return entry.say(reason), tuple(ending for ending in endings if ending)


def _not_done(of: str) -> str:
    """What a command has not done; empty for one that only looks."""
    if of in _DEPLOYING:
        return NOTHING_DEPLOYED
    return "" if of in _LOOKING else NOTHING_CHANGED


def _ended(text: str, endings: tuple[str, ...]) -> str:
    last_line = text.rpartition("\n")[2]
    apart = "\n" if text.endswith("```") or last_line.startswith("• ") else " "
    return f"{text}{apart}{' '.join(endings)}" if endings else text
