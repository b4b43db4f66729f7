"""The word that somebody probably meant (pure)."""

from collections.abc import Iterable
from difflib import SequenceMatcher

ALIKE = 0.6
"""How alike two words must be (0 to 1) for one to be offered for the other."""

LONGEST = 100
"""Characters compared; names that people mistype are shorter."""

MOST = 1000
"""Words compared at most, so that a repository with many branches stays quick."""


def closest(word: str, among: Iterable[str]) -> str | None:
    """The word most like `word`, without regard to case, or None if none is alike enough.

    A word that the typed one begins (`prod` for `production`) counts as alike.
    """
    typed = word.strip().lower()[:LONGEST]
    best, best_score = None, 0.0
    for _, candidate in zip(range(MOST), among, strict=False):
        score = _alike(typed, candidate.lower()[:LONGEST])
        if score > best_score:
            best, best_score = candidate, score
    return best if best_score >= ALIKE else None


def _alike(typed: str, candidate: str) -> float:
    if not typed or not candidate:
        return 0.0
    if typed == candidate:
        return 1.0
    score = SequenceMatcher(None, typed, candidate).ratio()
    begins = len(typed) > 1 and (candidate.startswith(typed) or typed.startswith(candidate))
    return max(score, 0.9) if begins else score
