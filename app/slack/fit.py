"""Making text fit Slack's limits without breaking an entity, a link or a code block (pure).

Lengths are counted in UTF-16 units of the escaped text: no way of Slack's counting is
stricter.
"""

import re

from app.texts.markup import esc, visible

_TOKEN = re.compile(r"&(?:amp|lt|gt);|<[^<>\n]*>|.", re.DOTALL)
_UNSENDABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_FENCE = "```"


def length(text: str) -> int:
    """UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def fit(markup: str, limit: int) -> str:
    """Markup of at most `limit` units, cut with `…` between characters, entities and links.

    A code block that is cut is closed again. What cannot be sent at all is left out.
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
    """Plain text, escaped, on one line, of at most `limit` units."""
    return fit(esc(" ".join(visible(text).split())), limit)


def _cut(text: str, limit: int) -> str:
    taken, size = [], 0
    for match in _TOKEN.finditer(text):
        size += length(match[0])
        if size > limit:
            break
        taken.append(match[0])
    return "".join(taken).rstrip()
