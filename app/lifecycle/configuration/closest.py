"""The closest match for a mistyped word (pure)."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

LONGEST = 100
"""Characters of each word that are compared; names that people type are shorter."""

MOST = 1000
"""Most words that are compared, so that it stays quick in a repository with many branches."""


def closest(word: str, among: Iterable[str]) -> str | None:
    """The word that is most similar to `word`, ignoring case, or None if none is similar.

    A word that begins with it (`production` for `prod`) is preferred to one spelled similarly.
    """
    typed = word.strip().lower()[:LONGEST]
    names = {name.lower()[:LONGEST]: name for name in islice(among, MOST)}
    begun = [name for name in names if len(typed) > 1 and name.startswith(typed)]
    alike = [min(begun, key=len)] if begun else get_close_matches(typed, names, n=1)
    return names[alike[0]] if alike else None
