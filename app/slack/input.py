"""Undoes what Slack does to typed text: links, mentions and entities become plain again (pure).

https://docs.slack.dev/messaging/formatting-message-text
"""

import re

from app.texts.markup import unescape

_MARKUP = re.compile(r"<([^<>]*)>")
_BLANK = re.compile(r"\s")
_INVISIBLE = str.maketrans(dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", ""))


def clean(text: str) -> str:
    """The text as it was typed: plain, on one line, single spaces, mentions as `@U123`."""
    return " ".join(unescape(_MARKUP.sub(_plain, text)).translate(_INVISIBLE).split())


def _plain(match: re.Match[str]) -> str:
    """A mention, a link's label or, if that has blanks (is a title), the link's address."""
    target, _, label = match[1].partition("|")
    if target.startswith(("@", "#")):
        return target
    if target.startswith("!"):
        name = label or target[1:].partition("^")[0]
        return name if name.startswith("@") or "^" in target else f"@{name}"
    return label if label and not _BLANK.search(label) else target
