"""The configuration's shell globs, in which `*` also matches `/` (pure)."""

from collections.abc import Iterable
from fnmatch import fnmatchcase


def matches(name: str, globs: Iterable[str]) -> bool:
    """Whether a name matches a glob, or equals one (a name may contain brackets)."""
    return any(name == glob or fnmatchcase(name, glob) for glob in globs)
