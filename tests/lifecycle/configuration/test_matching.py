"""The word that was probably meant."""

import pytest

from app.lifecycle.configuration.matching import MOST_COMPARED, closest


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("depoly", "deploy"),
        ("STATSU", "status"),
        ("prod", "production"),
        ("Status", "status"),
        ("productions", "production"),
        ("xyz", None),
        ("", None),
        ("p", None),
    ],
)
def test_the_closest_word(word: str, meant: str | None):
    """Swapped letters and beginnings are recognised, other words not forced."""
    assert closest(word, ["deploy", "status", "production"]) == meant


def test_a_beginning_goes_before_a_likeness():
    """Of several, the shortest; the name is told as it is written."""
    assert closest("prod", ["prof", "production-eu", "Production"]) == "Production"


def test_many_words_are_not_all_compared():
    """A repository with many branches stays quick."""
    assert closest("last", [*map(str, range(MOST_COMPARED)), "last"]) is None
