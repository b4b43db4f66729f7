"""Shell globs of the configuration, in which `*` also matches `/` (pure)."""

from collections.abc import Iterable
from fnmatch import fnmatchcase


def matches(name: str, globs: Iterable[str]) -> bool:
    """Whether a name is one of the globs or matches one; names may hold brackets themselves."""
    return any(name == glob or fnmatchcase(name, glob) for glob in globs)
