"""Which values an input takes, typed or as JSON."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lifecycle.configuration.input_values import accepted
from app.model import Json

OPTIONS = ("eu", "us west")


@pytest.mark.parametrize(
    ("kind", "value", "found"),
    [
        ("boolean", "true", True),
        ("boolean", "False", False),
        ("boolean", True, True),
        ("boolean", "", None),
        ("boolean", "yes", None),
        ("boolean", 1, None),
        ("boolean", None, None),
        ("integer", "3", 3),
        ("integer", "-12", -12),
        ("integer", "007", 7),
        ("integer", 3, 3),
        ("integer", "9" * 15, 999_999_999_999_999),
        ("integer", "9" * 16, None),
        ("integer", "9" * 5000, None),
        ("integer", 10**15, None),
        ("integer", 10**400, None),
        ("integer", "٣", None),
        ("integer", "²", None),
        ("integer", "1_000", None),
        ("integer", " 3", None),
        ("integer", "3\n", None),
        ("integer", "+3", None),
        ("integer", "3.0", None),
        ("integer", "1e3", None),
        ("integer", "0x10", None),
        ("integer", "", None),
        ("integer", True, None),
        ("integer", 3.0, None),
        ("integer", float("nan"), None),
        ("enum", "eu", "eu"),
        ("enum", "us west", "us west"),
        ("enum", "EU", None),
        ("enum", "", None),
        ("enum", ["eu"], None),
        ("string", "a=b, c", "a=b, c"),
        ("string", "", ""),
        ("string", "true", "true"),
        ("string", "héllo 🎩", "héllo 🎩"),
        ("string", "x" * 512, "x" * 512),
        ("string", "x" * 513, None),
        ("string", "a\nb", None),
        ("string", "a\x00b", None),
        ("string", "\x1b[31m", None),
        ("string", "abc\u202etxt", None),
        ("string", "\ud800", None),
        ("string", 3, None),
        ("string", True, None),
        ("string", {"a": 1}, None),
    ],
)
def test_values(kind: str, value: Json, found: str | int | bool | None) -> None:
    """Whole numbers in ASCII digits, of a size that survives JSON; text on one line."""
    taken = accepted(kind, OPTIONS if kind == "enum" else (), value)
    assert (taken, type(taken)) == (found, type(found))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=600),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.sampled_from(["boolean", "integer", "enum", "string"]), JSON)
def test_what_is_taken_is_taken_again(kind: str, value: Json) -> None:
    """Whatever came; what was read from text is the value that is repeated."""
    taken = accepted(kind, OPTIONS, value)
    assert taken is None or accepted(kind, OPTIONS, taken) == taken
