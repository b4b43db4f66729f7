"""Slack markup as Markdown: our constructs are converted, and text from others formats nothing."""

import pytest

from app.texts.github_markdown import markdown
from app.texts.markup import bold, code, code_link, link, local_time, mention, words


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        (bold("preview"), "**preview**"),
        (code("a < b"), "`a < b`"),
        (code_link("https://x.test/a", "3f9c2d1"), "[`3f9c2d1`](https://x.test/a)"),
        (link("https://x.test/?a=1&b=(2)", "logs"), "[logs](https://x.test/?a=1&b=%282%29)"),
        (local_time(0.0, "{date}"), "1970-01-01 00:00 UTC"),
        (mention("U1"), "somebody in Slack"),
        ("One:\n• a\n• b\nTwo", "One:\n- a\n- b\n\nTwo"),
        ("Add:\n```a:\n  b: [c]```\nThen", "Add:\n```\na:\n  b: [c]\n```\nThen"),
        (f"{code('a/*')} and {code('b/*')}", "`a/*` and `b/*`"),
        (words("![x](https://evil.test) @acme/all"), "!\\[x\\](https://evil.test) @\u200bacme/all"),
        (words("# Big"), "\\# Big"),
        (words("1. Fix <b>"), "\\1. Fix &lt;b&gt;"),
        (link("https://x.test", "[evil](x)"), "[\\[evil\\](x)](https://x.test)"),
    ],
)
def test_each_shape(markup: str, shown: str) -> None:
    """Every construct reads on GitHub as it does in Slack."""
    assert markdown((markup,)) == shown


def test_paragraphs() -> None:
    """Paragraphs are separated by a blank line; empty ones are left out."""
    assert markdown(("a", "", "b")) == "a\n\nb"
