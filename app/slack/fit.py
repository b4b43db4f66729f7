"""Cuts text to Slack's limits without breaking an entity, a link or a code block (pure).

Lengths are counted in UTF-16 units of the escaped text; however Slack counts, it gets no more.
"""

import re

from app.texts.markup import esc, visible

_TOKEN = re.compile(r"&(?:amp|lt|gt);|<[^<>\n]*>|.", re.DOTALL)
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_FENCE = "```"


def length(text: str) -> int:
    """The length of a text in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def fit(markup: str, limit: int) -> str:
    """Markup of at most `limit` UTF-16 units; `…` marks a cut, which splits no entity or link.

    A code block that is cut is closed again. Control characters are dropped.
    """
    clean = _UNSENDABLE.sub("", markup).strip()
    if length(clean) <= limit:
        return clean
    cut = _cut(clean, limit - 1)
    if cut.count(_FENCE) % 2:
        cut = _cut(clean, limit - 1 - len(_FENCE))
        return f"{cut}…{_FENCE}" if cut.count(_FENCE) % 2 else f"{cut}…"
    return f"{cut}…"


def plain(text: str, limit: int) -> str:
    """Plain text, escaped, on one line, of at most `limit` UTF-16 units."""
    return fit(esc(" ".join(visible(text).split())), limit)


def _cut(text: str, limit: int) -> str:
    taken, size = [], 0
    for match in _TOKEN.finditer(text):
        size += length(match[0])
        if size > limit:
            break
        taken.append(match[0])
    return "".join(taken).rstrip()
