"""Splitting what a chat or a comment hands us into words, as their author meant them (pure)."""

import re
from html import unescape

from msgspec import Struct

_QUOTES = {
    '"': '"',
    "'": "'",
    "“": "”“",
    "„": "“”",
    "«": "»",
    "‘": "’‘",
    "‚": "‘’",
}
"""Opening quotes, each with what closes it; editors and phones put curved ones by themselves."""

_INSERTED = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_ENTITY = re.compile(r"&(?:amp|lt|gt);")
_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)")


class Word(Struct, frozen=True, kw_only=True):
    """A word; `quoted` says that it began with a quote, so that it is no option or input."""

    text: str
    quoted: bool = False


def words(text: str) -> list[Word]:
    """The words of a line: quotes hold blanks, links and mentions are as they were typed.

    A quote that nobody closes holds the rest of the line.
    """
    rest = _typed(text)
    found = []
    while rest := rest.lstrip():
        word, rest = _next(rest)
        found.append(word)
    return found


def _next(text: str) -> tuple[Word, str]:
    if text[0] in _QUOTES:
        inside, rest = _quoted(text)
        return Word(text=inside, quoted=True), rest
    end = 0
    while end < len(text) and not text[end].isspace():
        if text[end] in _QUOTES and end and text[end - 1] == "=":
            inside, rest = _quoted(text[end:])
            return Word(text=text[:end] + inside), rest
        end += 1
    return Word(text=text[:end]), text[end:]


def _quoted(text: str) -> tuple[str, str]:
    closing = _QUOTES[text[0]]
    for index, character in enumerate(text[1:], start=1):
        if character in closing:
            return text[1:index].strip(), text[index + 1 :]
    return text[1:].strip(), ""


def _typed(text: str) -> str:
    """Undo what Slack inserts: https://docs.slack.dev/messaging/formatting-message-text."""
    return _ENTITY.sub(lambda found: unescape(found[0]), _INSERTED.sub(_as_typed, text))


def _as_typed(found: re.Match[str]) -> str:
    target, label = found[1], found[2]
    if target.startswith(("@", "#", "!")):
        return f"<{target}>"
    if label and _SCHEME.sub("", target, count=1) == label:
        return label
    return target
