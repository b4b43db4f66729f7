"""Commits and pull requests, their checks, and what we post on them."""

from enum import StrEnum

from msgspec import Struct


class CheckState(StrEnum):
    """The state of a check; GitHub's `neutral` and `skipped` count as green."""

    GREEN = "green"
    PENDING = "pending"
    RED = "red"


class Check(Struct, frozen=True, kw_only=True):
    """A commit status or check run: the latest with its name, app and workflow on a commit.

    `first_seen` is when its latest report appeared (epoch seconds, 0 if unknown), until it is
    replaced by that of the first report, from `app.ports.GitHub.first_seen`. `ours`: our own App
    posted it.
    """

    name: str
    state: CheckState
    url: str = ""
    app_slug: str = ""
    first_seen: float = 0.0
    ours: bool = False


class Commit(Struct, frozen=True, kw_only=True):
    """A commit; `author_login` and `author_id` are None if GitHub does not know the author."""

    sha: str
    message: str = ""
    author_name: str = ""
    author_login: str | None = None
    author_id: int | None = None
    url: str = ""

    @property
    def subject(self) -> str:
        """The first line of its message."""
        return self.message.partition("\n")[0]


class PullRequest(Struct, frozen=True, kw_only=True):
    """The pull request that a commit belongs to."""

    number: int
    title: str = ""
    body: str = ""
    url: str = ""
    branch: str = ""
    is_open: bool = True


class IncomingCommit(Struct, frozen=True, kw_only=True):
    """A commit that would be deployed next, with the pull request that it was merged by."""

    commit: Commit
    pull_request: PullRequest | None = None


class CheckRunReport(Struct, frozen=True, kw_only=True):
    """A completed check run that we post on a commit; `conclusion` is one of GitHub's.

    `annotations` are pairs of a line of the file `path` and a message.
    https://docs.github.com/en/rest/checks/runs
    """

    sha: str
    name: str
    conclusion: str
    title: str
    summary: str
    annotations: tuple[tuple[int, str], ...] = ()
    path: str = ".github/deploybot.yml"


class PullComment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A comment of ours on a pull request: what it should show, and how to find it again.

    `body` is Markdown. `key` (without spaces) tells it from our other comments on the pull request
    `number`. It was written at `since` (epoch seconds) or later. A comment that shows a higher
    `order` is left as it is, unless this is the `last` update. `comment_id` is the comment's id, if
    known. If it is not, the comment is searched for, unless `searched` is false: then there is
    certainly none yet.
    """

    number: int
    key: str
    body: str
    since: float = 0.0
    order: int = 0
    last: bool = False
    comment_id: int | None = None
    searched: bool = True
