"""Matching names against globs, and mistyped words against what may have been meant (pure)."""

from collections.abc import Iterable
from difflib import get_close_matches
from fnmatch import fnmatchcase
from itertools import islice

LONGEST_COMPARED = 100
"""Characters of each word that are compared; names that people type are shorter."""

MOST_COMPARED = 1000
"""Most words that are compared, so that it stays quick in a repository with many branches."""


def matches(name: str, globs: Iterable[str]) -> bool:
    """Whether a name matches a glob, or equals one (a name may contain brackets).

    They are shell globs, except that `*` also matches `/`.
    """
    return any(name == glob or fnmatchcase(name, glob) for glob in globs)


def closest(word: str, among: Iterable[str]) -> str | None:
    """The word that is most similar to `word`, ignoring case, or None if none is similar.

    A word that begins with it (`production` for `prod`) is preferred to one spelled similarly.
    """
    typed = word.strip().lower()[:LONGEST_COMPARED]
    names = {name.lower()[:LONGEST_COMPARED]: name for name in islice(among, MOST_COMPARED)}
    begun = [name for name in names if len(typed) > 1 and name.startswith(typed)]
    alike = [min(begun, key=len)] if begun else get_close_matches(typed, names, n=1)
    return names[alike[0]] if alike else None
