"""How sentences show a reason's facts: escaped, shortened, and left out if they are empty.

Text from people and providers is escaped here. `otherwise` (shown in place of an empty value),
`lead` and labels are our own words and shown as they are.
"""

from collections.abc import Sequence

from app.model.github.refs import SHORT_SHA, shown_ref
from app.model.reasons.base import Linked
from app.texts.markup import bold, code, code_link, link, local_time, words
from app.texts.speech import typed, word

_MINUTE, _HOUR, _DAY = 60, 3600, 86400

LONGEST_QUOTE = 300
"""Characters that are shown of text from others; the rest is cut."""


def text(value: str, otherwise: str = "") -> str:
    """The value on one line, or `otherwise` if it is empty."""
    return words(_short(value)) or otherwise


def coded(value: str, otherwise: str = "") -> str:
    """The value in code style, or `otherwise` if it is empty."""
    return code(shown) if (shown := _short(value)) else otherwise


def strong(value: str, otherwise: str = "") -> str:
    """The value in bold, or `otherwise` if it is empty."""
    return bold(shown) if (shown := _short(value)) else otherwise


def deployment(ref: str, environment: str) -> str:
    """A deployment at the beginning of a sentence, such as "`v1.4.0` to *production*"."""
    what = code(shown_ref(ref)) if ref.strip() else "This deployment"
    return f"{what} to {where}" if (where := strong(environment)) else what


def known_as(number: int, *, ref: str, by: str, url: str, sha: str = "") -> str:
    """A deployment as people know it: "Dana's `main`", linked; with its commit if `sha` is given.

    Its number is shown only if it isn't known whose it is.
    """
    name = shown_ref(ref)
    commit = f" ({code(sha[:SHORT_SHA])})" if sha and ref != sha else ""
    if by and name:
        return f"{words(by)}'s {code_link(url, name)}{commit}"
    if by:
        return f"{words(by)}'s {link(url, 'deployment')}"
    of = f" of {code(name)}{commit}" if name else ""
    return f"{link(url, f'deployment {number}')}{of}"


def day_time(epoch: float | None, otherwise: str = "") -> str:
    """A time (epoch seconds) with its day, in the reader's zone.

    The day may read "today" or "Jan 5, 2026": "until", "after", "before" and "since" fit both, "on"
    and "at" don't.
    """
    return otherwise if epoch is None else local_time(epoch, "{date_short_pretty} {time}")


HALF_A_DAY = 12 * 3600.0
"""Seconds. Within them, a time without a day can't be mistaken for another day's."""


def later_time(epoch: float, after: float) -> str:
    """A time after another one whose day is shown (both epoch seconds); with its day if needed."""
    return at_time(epoch) if 0 <= epoch - after <= HALF_A_DAY else day_time(epoch)


def at_time(epoch: float | None, otherwise: str = "") -> str:
    """A time (epoch seconds) without its day, in the reader's zone, for a time of today."""
    return otherwise if epoch is None else local_time(epoch)


def codes(items: Sequence[str], otherwise: str = "", *, most: int = 10) -> str:
    """The items in code style, separated by commas; at most `most` of them."""
    named = [item for item in items if item.strip()]
    shown = ", ".join(coded(item) for item in named[:most])
    rest = f" and {len(named) - most} more" if len(named) > most else ""
    return f"{shown}{rest}" or otherwise


def links(items: Sequence[Linked]) -> str:
    """The items separated by commas, each linked if it has a page."""
    return ", ".join(
        link(item.url.strip(), item.name) if item.url.strip() else code(item.name)
        for item in items
        if item.name.strip()
    )


def quote(message: str, lead: str = ": ") -> str:
    """Text from others, quoted after `lead`, and a full stop; without text, only a full stop."""
    value = _short(message).rstrip(". ")
    return f"{lead}{code(value)}." if value else "."


def _short(value: str) -> str:
    return value.strip()[:LONGEST_QUOTE]


def anyway(force: tuple[str, ...], forcing: tuple[str, ...]) -> str:
    """The sentence about `--force` (markup).

    `force` names who may use it; if empty, anybody who may deploy. `forcing` is the environment and
    the ref, for deployments that nobody typed: then the whole command is shown.
    """
    who = ", ".join(text(person) for person in force)
    if forcing:
        line = typed(" ".join(["deploy", *map(word, forcing), "--force"]))
        return f"{who} can deploy anyway: {line}." if who else f"To deploy anyway: {line}."
    if who:
        return f"{who} can deploy anyway with {code('--force')}."
    return f"To deploy anyway, add {code('--force')}."


def duration(seconds: float) -> str:
    """A rounded duration of so many seconds: `45 s`, `4 m 12 s`, `1 h 3 m`, `2 d 3 h`."""
    whole = max(0, round(seconds))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        return _two(whole // _MINUTE, "m", whole % _MINUTE, "s")
    if whole < _DAY:
        return _two(whole // _HOUR, "h", whole % _HOUR // _MINUTE, "m")
    return _two(whole // _DAY, "d", whole % _DAY // _HOUR, "h")


def _two(big: int, large: str, rest: int, small: str) -> str:
    return f"{big} {large} {rest} {small}" if rest else f"{big} {large}"
