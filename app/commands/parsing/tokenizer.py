"""Splitting a typed line into words (pure).

`shlex` does not serve: its quotes have one form, so that the curved quotes of editors stay in the
words, and it refuses a quote that nobody closes, as in `don't`.
"""

import re

from msgspec import Struct

_CLOSING = {
    '"': '"',
    "'": "'",
    "“": "”“",
    "„": "“”",
    "‟": "”“",
    "«": "»",
    "»": "«»",
    "″": "″",
    "‘": "’‘",
    "‚": "‘’",
    "‛": "’‘",
    "′": "′",
}
"""Quotes that open, each with those that close it; editors and phones put in curved ones."""

_DOUBLE = '"“”„‟«»″'
_SINGLE = "'‘’‚‛′"
_BRACKETED = re.compile(r"<(https?://[^<>|]+)>")
_MARKS = "`*~"
"""Formatting around a whole word; not `_`, which may belong to the name of a branch."""


class Word(Struct, frozen=True, kw_only=True):
    """A word; `quoted` says that it began with a quote, so that it is no option or input."""

    text: str
    quoted: bool = False


def words(text: str) -> list[Word]:
    """The words of a line: quotes hold blanks, and formatting around a word is dropped.

    A quote that nobody closes holds the rest of the line.
    """
    rest = text
    found = []
    while rest := rest.lstrip():
        word, rest = _next(rest)
        found.append(word)
    return found


def _next(text: str) -> tuple[Word, str]:
    if text[0] in _CLOSING:
        inside, rest = _quoted(text)
        return Word(text=inside, quoted=True), rest
    end = 0
    while end < len(text) and not text[end].isspace():
        if text[end] in _CLOSING and end and text[end - 1] == "=":
            inside, rest = _quoted(text[end:])
            return Word(text=text[:end] + inside), rest
        end += 1
    return Word(text=_unformatted(text[:end])), text[end:]


def _quoted(text: str) -> tuple[str, str]:
    """What a quote holds, and the rest; another quote of its kind closes it if its own does not."""
    kind = _DOUBLE if text[0] in _DOUBLE else _SINGLE
    for closing in (_CLOSING[text[0]], kind):
        found = re.search(f"[{closing}]", text[1:])
        if found:
            return text[1 : found.start() + 1].strip(), text[found.end() + 1 :]
    return text[1:].strip(), ""


def _unformatted(word: str) -> str:
    while len(word) > 2 and word[0] in _MARKS and word[0] == word[-1]:
        word = word[1:-1]
    address = _BRACKETED.fullmatch(word)  # as Markdown and mail write one
    return address[1] if address else word
