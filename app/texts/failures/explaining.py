"""Sentences for reasons: for one, for several at once, and cut to fit GitHub's descriptions."""

import re
from collections.abc import Iterable

from app.model.reasons.base import BaseReason
from app.model.reasons.typed import UnknownOption
from app.model.triggers import DEPLOYING
from app.texts.failures.failure import ENTRIES
from app.texts.markup import plain

LONGEST_DESCRIPTION = 140
"""GitHub takes so many characters as the description of a deployment status.

https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status
"""

NOTHING_DEPLOYED = "Nothing was deployed."
NOTHING_CHANGED = "Nothing was changed."

_LOOKING = ("help", "config", "list", "status", "diff")

_OR_PRESS = re.compile(r"(?:,? or|[,;] then) press \*\w+\*[.:]")
"""The end of a sentence that names a button to press: ", then press *Retry*." (also `or`)"""
_PIECES = re.compile(r"`[^`]*`|<[^<>]*>|(?P<end>\.(?= |$))")
"""Code and links, where a full stop ends no sentence; `end` matches one that does."""

_PRESSING = re.compile(r"(?<=[.`?] )Press [^.`]*\.(?: |$)")
"""A whole sentence that names a button to press."""


def explain(reason: BaseReason, *, of: str = "") -> str:
    """What to say about one reason (markup); `of` is the name of the command that it stopped."""
    return _ended(*_said(reason, of))


def explain_all(reasons: Iterable[BaseReason], *, of: str = "", waits: bool = False) -> str:
    """What to say about all reasons at once (markup): a single one as it is, several as a list.

    The list is headed "2 problems", unless something only `waits` for what the reasons name.
    """
    said = [_said(reason, of) for reason in reasons]
    if len(said) == 1:
        return _ended(*said[0])
    listed = "\n".join(f"• {text}" for text, _ in said)
    endings = dict.fromkeys(ending for _, each in said for ending in each)
    last = sorted(endings, key=NOTHING_DEPLOYED.__eq__)
    lead = "" if waits else f"{len(said)} problems:\n"
    return _ended(f"{lead}{listed}", tuple(last))


def bullets(reasons: Iterable[BaseReason]) -> str:
    """The reasons for which something still waits, one per line (markup)."""
    return "\n".join(f"• {_said(reason, '')[0]}" for reason in reasons)


def briefly(reason: BaseReason) -> str:
    """Only the first sentence for a reason (markup): what happened, not what to do about it."""
    return _first_sentence(ENTRIES[type(reason)].say(reason))


def describe(reason: BaseReason) -> str:
    """The sentence for a reason, as the description of a status on GitHub."""
    return describe_markup(explain(reason))


def describe_markup(markup: str) -> str:
    """Markup as plain text of at most 140 characters, in whole sentences if possible.

    Parts that name a button are left out: GitHub shows none.
    """
    return shorten(plain(_PRESSING.sub("", _OR_PRESS.sub(".", markup))))


def shorten(text: str, most: int = LONGEST_DESCRIPTION) -> str:
    """Cut plain text after the last whole sentence that fits, or else inside a word."""
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
    """The sentence for one reason, and the endings that come once, after all reasons."""
    entry = ENTRIES[type(reason)]
    stopped = reason.of if isinstance(reason, UnknownOption) else of
    endings = (entry.ending, _not_done(stopped) if entry.undeployed else "")
    return entry.say(reason), tuple(ending for ending in endings if ending)


def _not_done(of: str) -> str:
    """What the command `of` didn't do; empty for a command that only shows something."""
    if not of or of in DEPLOYING:
        return NOTHING_DEPLOYED
    return "" if of in _LOOKING else NOTHING_CHANGED


def _ended(text: str, endings: tuple[str, ...]) -> str:
    last_line = text.rpartition("\n")[2]
    apart = "\n" if text.endswith("```") or last_line.startswith("• ") else " "
    return f"{text}{apart}{' '.join(endings)}" if endings else text
