"""Text from others can be read in our messages, but does nothing."""

import re
import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from app.slack.fit import plain as plain_text
from app.texts.markup import bold, code, link, words

MARKS = "*_~`<>&|:@#!^\\/ \n"
HIDDEN = "\u200b\u200d\u200e\u202e\u2066\u2069\u061c\ufeff\u00ad\u3164\u2028\x00\x1b"
LETTERS = "aZ0é漢"
ACTING = re.compile(r"[*`~<>]|&(?!(?:amp|lt|gt);)|(?<![^\W_])_|_(?![^\W_])|:[^\s:]+:")
OTHERS = st.lists(
    st.sampled_from(MARKS) | st.sampled_from(HIDDEN) | st.sampled_from(LETTERS), max_size=20
).map("".join) | st.text(max_size=20)


def hidden(text: str) -> list[str]:
    """The invisible characters of a text."""
    return [one for one in text if unicodedata.category(one) in {"Cf", "Cc"} or one == "\u3164"]


@given(OTHERS)
@example("_deployed_ by ~nobody~ :tada: <!channel> <https://evil.example|ok>")
@example("\u202egnp.exe")
@example("::*:")
def test_words_do_nothing(text: str) -> None:
    """Nothing formats, links, mentions or shows an emoji; letters and digits stay."""
    shown = words(text)
    assert ACTING.search(shown) is None
    assert hidden(shown) == []
    assert "\n" not in shown
    assert re.findall(f"[{LETTERS}]", re.sub("&(amp|lt|gt);", "&", shown)) == re.findall(
        f"[{LETTERS}]", text
    )


@given(OTHERS)
def test_code_and_bold_are_not_left(text: str) -> None:
    """Text in code style or bold can't end it early."""
    assert ACTING.search(bold(text)[1:-1]) is None
    assert re.search(r"[`<>\n]", code(text)[1:-1]) is None
    assert hidden(code(text)) == []


@given(OTHERS, OTHERS)
def test_a_link_is_one(address: str, label: str) -> None:
    """Neither the URL nor the label ends the link early or starts another."""
    shown = link(f"https://x.example/{address}", label)
    assert re.fullmatch(r"<https://[^<>|\s`]*\|[^<>|\n]*>", shown)
    assert hidden(shown) == []


@given(OTHERS)
def test_buttons_are_plain(text: str) -> None:
    """A label has no invisible characters."""
    assert hidden(plain_text(text, 75)) == []


def test_names_stay_as_they_are() -> None:
    """Names can be copied from a message and typed again."""
    for name in ("feature_x/my_branch", "v1.4.0-rc_1", "release-2", "12:30", "a: b: c"):
        assert words(name) == name
