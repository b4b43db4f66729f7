"""Finding references to tickets in names of branches, commit messages and pull requests (pure)."""

import re
from collections.abc import Iterable, Iterator

from app.model.plan import Ticket

MOST = 10
"""The most references of one deployment; the commits of a release may name hundreds."""
GITHUB = "https://github.com"

_NUMBER = r"[1-9]\d{0,8}"
_NAME = r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"

_TOKEN = re.compile(
    r"""
      (?P<skipped> (?P<fence>`{3}|~{3}) [\s\S]*? (?:(?P=fence)|\Z)     # code
                 | `[^`\n]*`
                 | <!--[\s\S]*?(?:-->|\Z)                              # a template's hints
                 | \b(?:colou?r|background|fill|stroke)["']?[ ]?[:=][ ]?["']?\#\w+ )
    | (?P<url> https?://[^\s<>"'`()\[\]]+ )
    | (?<![\w/.&\#-]) (?P<full>{name}/{name})\#(?P<there>{number})(?!\w)
    | (?<![\w&\#=]) \#(?P<here>{number})(?!\w)
    """.replace("{name}", _NAME).replace("{number}", _NUMBER),
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
"""What is skipped comes first, so that nothing inside it is found."""

_GITHUB_PATH = re.compile(rf"({_NAME}/{_NAME})/(?:issues|pull)/({_NUMBER})(?!\w)", re.ASCII)
_ASANA = re.compile(
    r"https?://app\.asana\.com/(?:0/[\w-]+/(\d{1,20})|1/\d+/(?:[\w-]+/){0,4}task/(\d{1,20}))(?!\w)",
    re.IGNORECASE | re.ASCII,
)


def find_references(
    texts: Iterable[str], *, repository: str, github: str = GITHUB
) -> tuple[Ticket, ...]:
    """The tickets that the texts name, each once, in order, `MOST` at most.

    `repository` is the `owner/name` that a bare `#12` means, `github` where its pages are.
    """
    found: dict[tuple[str, str], Ticket] = {}
    for text in texts:
        for ticket in _in_text(text, repository, github.rstrip("/")):
            found.setdefault((ticket.system, ticket.key.lower()), ticket)
            if len(found) == MOST:
                return tuple(found.values())
    return tuple(found.values())


def _in_text(text: str, repository: str, github: str) -> Iterator[Ticket]:
    for match in _TOKEN.finditer(text):
        url = match["url"]
        if url is not None:
            ticket = _from_url(url, repository, github)
            if ticket is not None:
                yield ticket
        elif match["there"] is not None:
            yield _issue(match["full"], match["there"], repository, github)
        elif match["here"] is not None:
            yield _issue(repository, match["here"], repository, github)


def _from_url(url: str, repository: str, github: str) -> Ticket | None:
    asana = _ASANA.match(url)
    if asana is not None:
        return Ticket(system="asana", key=asana[1] or asana[2], url=asana[0])
    for start in (github, github.replace("://", "://www.", 1)):
        if url.lower().startswith(f"{start.lower()}/"):
            issue = _GITHUB_PATH.match(url, len(start) + 1)
            return _issue(issue[1], issue[2], repository, github) if issue else None
    return None


def _issue(full_name: str, number: str, repository: str, github: str) -> Ticket:
    """A ticket of GitHub's, which redirects from `/issues/` to `/pull/` by itself."""
    own = full_name.lower() == repository.lower()
    return Ticket(
        system="github",
        key=number if own else f"{full_name}#{number}",
        url=f"{github}/{full_name}/issues/{number}",
    )
