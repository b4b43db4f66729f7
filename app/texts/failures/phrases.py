"""How sentences show the facts of a reason: escaped, shortened, and left out where they are empty.

What comes from people and providers is escaped here; `otherwise`, `lead` and labels are ours and
shown as they are.
"""

from collections.abc import Sequence

from app.model.reasons.base import Linked
from app.model.ref_names import SHORT_SHA, shown_ref
from app.texts.markup import bold, code, code_link, link, local_time, words

LONGEST_QUOTE = 300
"""Characters of somebody else's words that are quoted; the rest is cut."""


def text(value: str, otherwise: str = "") -> str:
    """The value on one line."""
    return words(_short(value)) or otherwise


def coded(value: str, otherwise: str = "") -> str:
    """The value in code style."""
    return code(shown) if (shown := _short(value)) else otherwise


def strong(value: str, otherwise: str = "") -> str:
    """The value in bold."""
    return bold(shown) if (shown := _short(value)) else otherwise


def deployment(ref: str, environment: str) -> str:
    """A deployment as people know it, at the beginning of a sentence."""
    what = code(shown_ref(ref)) if ref.strip() else "This deployment"
    return f"{what} to {where}" if (where := strong(environment)) else what


def known_as(number: int, *, ref: str, by: str, url: str, sha: str = "") -> str:
    """A deployment as people know it: "Dana's `main`", with `sha` its commit, too; linked.

    Its number is said only where nobody knows whose it is.
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
    and "at" do not.
    """
    return otherwise if epoch is None else local_time(epoch, "{date_short_pretty} {time}")


HALF_A_DAY = 12 * 3600.0
"""Seconds within which a time of day can be one day's only."""


def later_time(epoch: float, after: float) -> str:
    """A time after one whose day is said (both epoch seconds): its own day only where needed."""
    return at_time(epoch) if 0 <= epoch - after <= HALF_A_DAY else day_time(epoch)


def at_time(epoch: float | None, otherwise: str = "") -> str:
    """A time (epoch seconds) without its day, in the reader's zone, for what is near."""
    return otherwise if epoch is None else local_time(epoch)


def clock(epoch: float | None, otherwise: str = "") -> str:
    """A time (epoch seconds) to the second, for what is soon."""
    return otherwise if epoch is None else local_time(epoch, "{time_secs}")


def codes(items: Sequence[str], otherwise: str = "", *, most: int = 10) -> str:
    """The items of a list in code style, separated by commas."""
    named = [item for item in items if item.strip()]
    shown = ", ".join(coded(item) for item in named[:most])
    rest = f" and {len(named) - most} more" if len(named) > most else ""
    return f"{shown}{rest}" or otherwise


def links(items: Sequence[Linked]) -> str:
    """The items of a list, each linked where it has a page."""
    return ", ".join(
        link(item.url.strip(), item.name) if item.url.strip() else code(item.name)
        for item in items
        if item.name.strip()
    )


def quote(message: str, lead: str = ": ") -> str:
    """Somebody else's words, quoted once, after `lead`; a full stop without any."""
    value = _short(message).rstrip(". ")
    return f"{lead}{code(value)}." if value else "."


def _short(value: str) -> str:
    return value.strip()[:LONGEST_QUOTE]
