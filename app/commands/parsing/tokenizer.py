"""Splitting a typed line into words (pure).

`shlex` cannot be used: it does not know the curved quotes that editors and phones put in, and it
raises an error for a quote that is never closed, as in `don't`.
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
"""Opening quotes, each with the quotes that close it."""

_DOUBLE = '"“”„‟«»″'
_SINGLE = "'‘’‚‛′"
_BRACKETED = re.compile(r"<(https?://[^<>|]+)>")
_MARKS = "`*~"
"""Formatting marks that are dropped around a word; not `_`, which may be part of a branch name."""


class Word(Struct, frozen=True, kw_only=True):
    """A word; `quoted` means that it began with a quote, so that it is not an option or input."""

    text: str
    quoted: bool = False


def words(text: str) -> list[Word]:
    """The words of a line: blanks inside quotes do not split, formatting around words is dropped.

    A quote that is never closed runs to the end of the line.
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
    """The text inside a quote, and the rest of the line.

    If its own closing quote is missing, any other double (or single) quote closes it.
    """
    kind = _DOUBLE if text[0] in _DOUBLE else _SINGLE
    for closing in (_CLOSING[text[0]], kind):
        found = re.search(f"[{closing}]", text[1:])
        if found:
            return text[1 : found.start() + 1].strip(), text[found.end() + 1 :]
    return text[1:].strip(), ""


def _unformatted(word: str) -> str:
    while len(word) > 2 and word[0] in _MARKS and word[0] == word[-1]:
        word = word[1:-1]
    address = _BRACKETED.fullmatch(word)  # as Markdown and e-mail write a link
    return address[1] if address else word
