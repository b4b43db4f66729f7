"""Slack markup as GitHub's Markdown.

Text from other people stays text: it can't mention, link, format or show an image.
https://docs.github.com/en/get-started/writing-on-github
"""

import re
from collections.abc import Iterable

from app.texts.markup import unescape

_TOKENS = re.compile(
    r"```(?P<block>.*?)```|`<(?P<url>https?://[^|<>]*)\|(?P<coded>[^<>]*)>`|(?P<code>`[^`]*`)"
    r"|<!date\^[^|<>]*\|(?P<date>[^<>]*)>|<(?P<to>https?://[^|<>]*)\|(?P<label>[^<>]*)>"
    r"|<(?P<person>[@#])[A-Z0-9]+>",
    re.DOTALL,
)
_BOLD = re.compile(r"(?<![*\w])\*([^*\n]+)\*")
_ITEM = re.compile(r"^• ", re.MULTILINE)
_LAST_ITEM = re.compile(r"^(- [^\n]*\n)(?!- )", re.MULTILINE)
"""A list's last item. Without a blank line below it, Markdown adds the next line to the item."""
_FORMATS = re.compile(r"([\\\[\]|])")
_AT_THE_START = re.compile(r"^([ \t]*)([#+-]|[0-9]+[.)])", re.MULTILINE)
_APART = "\u200b"
"""A zero-width space. After `@`, it keeps a name from being a mention."""
_PEOPLE = {"@": "somebody in Slack", "#": "a channel in Slack"}


def markdown(paragraphs: Iterable[str]) -> str:
    """Turn paragraphs of Slack markup into Markdown."""
    return "\n\n".join(_paragraph(one) for one in paragraphs if one)


def _paragraph(markup: str) -> str:
    said, at = [], 0
    for token in _TOKENS.finditer(markup):
        said += [_text(markup[at : token.start()]), _token(token)]
        at = token.end()
    whole = "".join([*said, _text(markup[at:])])
    return _LAST_ITEM.sub(r"\1\n", _ITEM.sub("- ", whole))


def _token(token: re.Match[str]) -> str:
    found = token.groupdict()
    if found["block"]:  # Slack takes a code block on one line with its fence, Markdown does not
        lines = unescape(found["block"]).strip("\n")
        return f"```\n{lines}\n```"
    if found["url"]:
        return f"[`{unescape(found['coded'])}`]({_target(found['url'])})"
    if found["to"]:
        return f"[{_text(found['label'])}]({_target(found['to'])})"
    if found["date"]:
        return str(found["date"])
    if found["person"]:
        return _PEOPLE[found["person"]]
    return unescape(token[0])  # Markdown decodes no entities in code


def _text(text: str) -> str:
    """Text outside of code. `&amp;` and the like stay, since Markdown decodes them there."""
    plain = _FORMATS.sub(r"\\\1", text).replace("@", f"@{_APART}")
    return _BOLD.sub(r"**\1**", _AT_THE_START.sub(r"\1\\\2", plain))


def _target(url: str) -> str:
    return url.replace("&amp;", "&").replace("(", "%28").replace(")", "%29").replace(" ", "%20")
