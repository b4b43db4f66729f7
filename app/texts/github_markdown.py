"""Markup as GitHub's Markdown, in which nothing that is not ours can mention, link or show.

https://docs.github.com/en/get-started/writing-on-github
"""

import re
from collections.abc import Iterable

from app.texts.markup import unescape

_TOKENS = re.compile(
    r"(?P<block>```.*?```)|`<(?P<url>https?://[^|<>]*)\|(?P<coded>[^<>]*)>`|(?P<code>`[^`]*`)"
    r"|<!date\^[^|<>]*\|(?P<date>[^<>]*)>|<(?P<to>https?://[^|<>]*)\|(?P<label>[^<>]*)>"
    r"|<(?P<person>[@#])[A-Z0-9]+>",
    re.DOTALL,
)
_BOLD = re.compile(r"(?<![*\w])\*([^*\n]+)\*")
_ITEM = re.compile(r"^• ", re.MULTILINE)
_LAST_ITEM = re.compile(r"^(- [^\n]*\n)(?!- )", re.MULTILINE)
"""What follows a list without a blank line would be a part of its last item."""
_FORMATS = re.compile(r"([\\\[\]|])")
_AT_THE_START = re.compile(r"^([ \t]*)([#+-]|[0-9]+[.)])", re.MULTILINE)
_APART = "\u200b"
"""Shows nothing; after `@` it keeps a name from being a mention."""
_PEOPLE = {"@": "somebody in Slack", "#": "a channel in Slack"}


def markdown(paragraphs: Iterable[str]) -> str:
    """Paragraphs of markup as Markdown."""
    return "\n\n".join(_paragraph(one) for one in paragraphs if one)


def _paragraph(markup: str) -> str:
    said, at = [], 0
    for token in _TOKENS.finditer(markup):
        said += [_text(markup[at : token.start()]), _token(token)]
        at = token.end()
    whole = "".join([*said, _text(markup[at:])])
    listed = _ITEM.sub("- ", _BOLD.sub(r"**\1**", whole))
    return _LAST_ITEM.sub(r"\1\n", listed)


def _token(token: re.Match[str]) -> str:
    found = token.groupdict()
    if found["url"]:
        return f"[`{unescape(found['coded'])}`]({_target(found['url'])})"
    if found["to"]:
        return f"[{_text(found['label'])}]({_target(found['to'])})"
    if found["date"]:
        return str(found["date"])
    if found["person"]:
        return _PEOPLE[found["person"]]
    return unescape(token[0])  # code shows entities as they are written


def _text(text: str) -> str:
    """Words outside of code: their entities are GitHub's, too."""
    plain = _FORMATS.sub(r"\\\1", text).replace("@", f"@{_APART}")
    return _AT_THE_START.sub(r"\1\\\2", plain)


def _target(url: str) -> str:
    return url.replace("&amp;", "&").replace("(", "%28").replace(")", "%29").replace(" ", "%20")
