"""Typed text, as Slack sends it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.slack.entrances.command import clean
from app.texts.markup import esc, unescape


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("deploy production", "deploy production"),
        ("  deploy \t production\n", "deploy production"),
        ("deploy\u00a0production\u200b", "deploy production"),
        ("deploy production —reason “it’s «late»”", "deploy production —reason “it’s «late»”"),
        ("lock all fix &lt;script&gt; tag", "lock all fix <script> tag"),
        ("setup <https://github.com/acme/shop>", "setup https://github.com/acme/shop"),
        (
            "setup <https://github.com/acme/shop|github.com/acme/shop>",
            "setup github.com/acme/shop",
        ),
        (
            "setup <https://github.com/acme/shop|The shop of Acme>",
            "setup https://github.com/acme/shop",
        ),
        ("deploy <http://v1.4.io|v1.4.io> to production", "deploy v1.4.io to production"),
        ("lock all ask <@U123|bob>", "lock all ask @U123"),
        ("lock all ask <@U123>", "lock all ask @U123"),
        ("lock all see <#C123|general>", "lock all see #C123"),
        ("lock all <!channel>", "lock all @channel"),
        ("lock all <!subteam^S1|@ops>", "lock all @ops"),
        ("lock all <!here|here>", "lock all @here"),
        ("lock all <mailto:a@b.example|a@b.example>", "lock all a@b.example"),
        ("lock all a &lt;b&gt; &amp;amp; c", "lock all a <b> &amp; c"),
        ("", ""),
    ],
)
def test_clean(sent: str, meant: str) -> None:
    """What Slack puts in is taken out; what was typed stays."""
    assert clean(sent) == meant


@given(st.text())
def test_unescape(text: str) -> None:
    """Unescaping undoes escaping."""
    assert unescape(esc(text)) == text


@given(st.text(alphabet="abc-_/.=:0123456789 "))
def test_plain_stays(text: str) -> None:
    """Text that Slack did not change stays, but for its spaces."""
    assert clean(esc(text)) == " ".join(text.split())
