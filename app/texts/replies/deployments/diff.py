"""`diff`: what a deployment would change in an environment."""

from collections.abc import Mapping

from msgspec import Struct

from app.model.chat.card import Answer
from app.model.github.commit import IncomingCommit
from app.model.github.live import Comparison, Live
from app.model.github.refs import SHORT_SHA, ref_or_sha
from app.model.github.repository import GITHUB_SITE, page
from app.model.plan import Ticket
from app.texts.links import commits, ticket_link
from app.texts.markup import bold, code, code_link, cut, link, words
from app.texts.phrases import day_time

LONGEST_SUBJECT = 72
MOST_TICKETS = 8

ROOM = 4700
"""How much of an answer the lists may fill, in UTF-16 code units; Slack cuts a longer answer."""


class Side(Struct, frozen=True, kw_only=True):
    """The commits that only one of two has: how many, and the latest, newest first."""

    count: int = 0
    changes: tuple[IncomingCommit, ...] = ()
    tickets: tuple[Ticket, ...] = ()


class Difference(Struct, frozen=True, kw_only=True):
    """A commit compared with what is live in an environment; `ref` is how people named it.

    A deployment would add `brings` and remove `takes`. `compared` is None if both are the same
    commit, or have no common history. `authors` maps GitHub IDs to Slack names, for people who are
    linked.
    """

    repository: str
    environment: str
    ref: str
    sha: str
    live: Live | None = None
    compared: Comparison | None = None
    brings: Side = Side()
    takes: Side = Side()
    authors: Mapping[int, str] = {}


def difference(d: Difference, *, html: str = GITHUB_SITE) -> Answer:
    """The answer to `diff`: what would change, commit by commit."""
    where, what = bold(d.environment), _named(d, d.ref, d.sha, html)
    if d.live is None:
        return Answer(text=f"Nothing is live in {where} yet. {what} would be the first.")
    since = day_time(d.live.since)
    if d.live.sha == d.sha:
        return Answer(text=f"{what} is already live in {where}, since {since}.")
    live = _named(d, d.live.ref, d.live.sha, html)
    if d.compared is None:
        return Answer(
            text=f"{what} and {live}, which is live in {where}, have no common history, so I "
            "can't list what would change."
        )
    changes = [
        f"add {commits(d.brings.count)}" if d.brings.count else "",
        f"remove {commits(d.takes.count)}" if d.takes.count else "",
    ]
    change = " and ".join(one for one in changes if one) or "change nothing"
    return Answer(
        text=f"Deploying {what} to {where} would {change}. "
        f"{live} has been live there since {since}. "
        f"{link(_compared(d, html), 'Compare on GitHub')}",
        lines=(
            *_listed(d, "Added:", d.brings, html),
            *_listed(d, "Removed:", d.takes, html),
        ),
    )


def _listed(d: Difference, title: str, side: Side, html: str) -> tuple[str, ...]:
    """As many commits as there is room for, how many are left out, and the tickets."""
    if not side.count:
        return ()
    room = ROOM // 2 if d.brings.count and d.takes.count else ROOM
    tickets = " · ".join(ticket_link(one) for one in side.tickets[:MOST_TICKETS])
    last = [f"Tickets: {tickets}"] if tickets else []
    room -= sum(map(_size, last)) + _size(_older(side.count)) + _size(title)
    lines: list[str] = []
    for change in side.changes:
        line = _line(d, change, html)
        room -= _size(line)
        if room < 0:
            break
        lines.append(line)
    rest = side.count - len(lines)
    return (title, *lines, *([_older(rest)] if rest else []), *last)


def _older(count: int) -> str:
    return f"…and {count} older {'commit' if count == 1 else 'commits'}."


def _size(line: str) -> int:
    """A line's length as Slack counts it: UTF-16 code units, with the line break."""
    return len(line.encode("utf-16-le", errors="replace")) // 2 + 1


def _line(d: Difference, change: IncomingCommit, html: str) -> str:
    """A commit with its author and the pull request that merged it."""
    commit, pull = change.commit, change.pull_request
    subject = cut(" ".join(commit.subject.split()), LONGEST_SUBJECT)
    sha = code_link(page(html, d.repository, "commit", commit.sha), commit.sha[:SHORT_SHA])
    linked = d.authors.get(commit.author_id) if commit.author_id is not None else None
    by = words(linked or commit.author_login or commit.author_name)
    brought = ""
    if pull is not None:
        number = str(pull.number)
        brought = f" · {link(page(html, d.repository, 'pull', number), f'#{number}')}"
    return f"• {sha} {words(subject)}{f' — by {by}' if by else ''}{brought}"


def _named(d: Difference, ref: str, sha: str, html: str) -> str:
    """A ref with its commit, linked."""
    name, short = ref_or_sha(ref, sha), sha[:SHORT_SHA]
    shown = code_link(page(html, d.repository, "commit", sha), short)
    return shown if name in (sha, short) else f"{code(name)} ({shown})"


def _compared(d: Difference, html: str) -> str:
    """GitHub's comparison, in the direction in which it isn't empty."""
    live = d.live.sha if d.live else ""
    base, head = (live, d.sha) if d.brings.count else (d.sha, live)
    return page(html, d.repository, "compare", f"{base}...{head}")
