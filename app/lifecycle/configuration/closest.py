"""The word that somebody probably meant (pure)."""

from collections.abc import Iterable
from difflib import get_close_matches
from itertools import islice

LONGEST = 100
"""Characters compared; names that people mistype are shorter."""

MOST = 1000
"""Words compared at most, so that a repository with many branches stays quick."""


def closest(word: str, among: Iterable[str]) -> str | None:
    """The word most like `word`, without regard to case, or None if none is alike.

    A word that begins with the typed one (`production` for `prod`) is preferred to one that is
    spelled alike.
    """
    typed = word.strip().lower()[:LONGEST]
    names = {name.lower()[:LONGEST]: name for name in islice(among, MOST)}
    begun = [name for name in names if len(typed) > 1 and name.startswith(typed)]
    alike = [min(begun, key=len)] if begun else get_close_matches(typed, names, n=1)
    return names[alike[0]] if alike else None
