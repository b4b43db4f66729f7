"""Text that fits Slack's limits."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.slack.fit import fit, length, plain

ENTITY_OR_LINK = re.compile(r"&(?:amp|lt|gt);|<[^<>\n]*>")


@pytest.mark.parametrize(
    ("markup", "limit", "expected"),
    [
        ("short", 10, "short"),
        ("exactly-10", 10, "exactly-10"),
        ("one character more", 10, "one chara…"),
        ("abc &amp; def", 8, "abc…"),
        ("abc &amp; def", 10, "abc &amp;…"),
        ("see <https://x.example|the log> now", 20, "see…"),
        ("😀😀😀", 4, "😀…"),
        ("a\x00b\ud800c\x1bd", 10, "abcd"),
        ("  \n ", 10, ""),
    ],
)
def test_fit(markup: str, limit: int, expected: str) -> None:
    """Cuts fall between characters, entities and links, and say that they are there."""
    assert fit(markup, limit) == expected


def test_code_block_closed() -> None:
    """A code block that is cut ends, so that the rest of the message is no code."""
    cut = fit("Declare:\n```parameters:\n  sha: {type: string}```", 30)
    assert cut == "Declare:\n```parameters:…```"
    assert length(cut) <= 30


@given(st.text(), st.integers(1, 50))
def test_plain_is_escaped_and_fits(text: str, limit: int) -> None:
    """Whatever the text, it fits and holds no control character but whole entities."""
    fitted = plain(text, limit)
    assert length(fitted) <= limit
    assert not re.search(r"[<>\n\x00\ud800-\udfff]|&(?!(?:amp|lt|gt);)", fitted)


@given(
    st.lists(
        st.sampled_from(["&amp;", "&lt;", "<@U1>", "<https://x.example|y>", "a", "😀", "```"])
    ),
    st.integers(1, 40),
)
def test_markup_stays_whole(parts: list[str], limit: int) -> None:
    """Markup that is cut holds whole entities and links only, and no open code block."""
    fitted = fit("".join(parts), limit)
    assert length(fitted) <= limit
    assert not re.search(r"[<>&]", ENTITY_OR_LINK.sub("", fitted))
    if fitted.endswith("…"):
        assert fitted.count("```") % 2 == 0
