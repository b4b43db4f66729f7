"""Commits, their checks, the refs that point to them, and their pull requests."""

from enum import StrEnum

from msgspec import Struct

from app.model.plan import RefKind


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


class ResolvedRef(Struct, frozen=True, kw_only=True):
    """A ref that exists; `name` is a branch, a tag, `pull/<n>/head` or a full SHA.

    `sha` is the commit to deploy (for an annotated tag, the commit it points to). `from_fork`: it
    is the head of a fork's pull request. `held`: a pull request whose branch is in this repository
    contains the commit.
    """

    kind: RefKind
    name: str
    sha: str
    pull_request: int | None = None
    from_fork: bool = False
    held: bool = False


class Reach(Struct, frozen=True, kw_only=True):
    """Evidence that a commit belongs to the repository and not to a fork.

    `by_ref`: a branch or tag contains it. `succeeded_in` are environments where it was deployed
    successfully; they are only read if no ref contains it.
    """

    by_ref: bool = False
    succeeded_in: tuple[str, ...] = ()


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
