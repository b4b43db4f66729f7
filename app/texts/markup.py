"""Slack's mrkdwn: how text from others is escaped, and the few constructs that messages use.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime

_BLOCK = re.compile(r"```.*?```", re.DOTALL)
_BOLD = re.compile(r"\*([^*\n]+)\*")
_LABELLED = re.compile(r"<[^<>|]*\|([^<>]*)>")
_BARE = re.compile(r"<([^<>]*)>")
_MARKS = str.maketrans({"`": "ˋ", "*": "∗", "~": "∼"})
"""Characters that format text anywhere, each with a look-alike that doesn't."""
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
"""An underscore at the edge of a word, where it can format. Inside (`my_branch`) it can't."""
_EMOJI = re.compile(r"(?<!:):++(?=[^\s:]+:)")
"""The colons at the start of an emoji's code, such as `:tada:`."""
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Invisible characters that Unicode doesn't class as control or format characters."""
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

LONGEST_LINE = 2900
"""Characters in one block; Slack takes 3,000.

https://docs.slack.dev/reference/block-kit/blocks
"""


def esc(text: str) -> str:
    """Escape text from others, so that it can neither mention nor link."""
    return text.translate(_ESCAPES)


def unescape(text: str) -> str:
    """Decode the three entities that Slack's escaping uses."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def words(text: str) -> str:
    """Text from others on one line: escaped, and without characters that would format it."""
    plain_marks = _one_line(text).translate(_MARKS)
    return _EMOJI.sub(lambda found: "∶" * len(found[0]), _UNDERSCORE.sub("ˍ", plain_marks))


def cut(text: str, most: int) -> str:
    """At most `most` characters of plain text; the last one is `…` if there are more."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def capitalized(text: str) -> str:
    """The text with a capital first letter; unlike `str.capitalize`, the rest stays as it is."""
    return f"{text[:1].upper()}{text[1:]}"


def bold(text: str) -> str:
    """Text in bold on one line, escaped."""
    return f"*{words(text)}*"


def code(text: str) -> str:
    """Text in code style on one line, escaped."""
    return f"`{_one_line(text).replace('`', 'ˋ')}`"


def link(url: str, label: str) -> str:
    """A link, both parts escaped; only the label if the URL isn't http or https."""
    shown = words(label).replace("|", "¦")
    if not url.startswith(("https://", "http://")):
        return shown
    target = "%20".join(visible(url).split()).translate(_ESCAPES)
    target = target.replace("|", "%7C").replace("`", "%60")
    return f"<{target}|{shown}>"


def code_link(url: str, label: str) -> str:
    """A link in code style; only the label in code style if there is no URL."""
    return f"`{link(url, label)}`"


def mention(slack_userid: str) -> str:
    """A mention, which notifies the person."""
    return f"<@{esc(slack_userid)}>"


def channel(slack_channelid: str) -> str:
    """A link to a channel."""
    return f"<#{esc(slack_channelid)}>"


def local_time(epoch: float, form: str = "{time}") -> str:
    """A time (epoch seconds) in the reader's own time zone; `form` is Slack's date format."""
    return f"<!date^{int(epoch)}^{form}|{_utc(epoch, seconds='secs' in form)}>"


def _utc(epoch: float, *, seconds: bool) -> str:
    clock = "%H:%M:%S" if seconds else "%H:%M"
    return datetime.fromtimestamp(int(epoch), UTC).strftime(f"%Y-%m-%d {clock} UTC")


def _one_line(text: str) -> str:
    return esc(" ".join(visible(text).split()))


def visible(text: str) -> str:
    """Remove invisible characters (text directions, zero-width, control), but keep whitespace."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(one for one in text if one.isspace() or not _hidden(one))


def _hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cf", "Cc"} or character in _FILLERS


def plain(markup: str) -> str:
    """Markup as plain text on one line: links' labels and dates' fallbacks, without code blocks."""
    text = _BLOCK.sub(" ", markup)
    text = "".join(part if inside else _BOLD.sub(r"\1", part) for inside, part in _code_spans(text))
    text = _LABELLED.sub(r"\1", text)
    text = _BARE.sub(r"\1", text)
    return " ".join(unescape(text).split())


def _code_spans(text: str) -> list[tuple[bool, str]]:
    return [(index % 2 == 1, part) for index, part in enumerate(text.split("`"))]


def blocks(lines: Sequence[str]) -> tuple[str, ...]:
    """Lines joined into as few blocks as Slack's limit allows."""
    gathered: list[str] = []
    for line in lines:
        if gathered and len(gathered[-1]) + len(line) < LONGEST_LINE:
            gathered[-1] = f"{gathered[-1]}\n{line}"
        else:
            gathered.append(line)
    return tuple(gathered)
