"""Commits: the refs that mean one, its checks, and the pull request it belongs to."""

from enum import StrEnum

from msgspec import Struct

from app.model.plan import RefKind


class CheckState(StrEnum):
    """A check, judged: `neutral` and `skipped` are green."""

    GREEN = "green"
    PENDING = "pending"
    RED = "red"


class Check(Struct, frozen=True, kw_only=True):
    """A commit status or check run on a commit, the latest of its name, app and workflow.

    `first_seen`: when the latest report of it came, 0 for unknown; GitHub's history
    (`app.ports.GitHub.first_seen`) knows when the first did. `ours`: our own App posted it.
    """

    name: str
    state: CheckState
    url: str = ""
    app_slug: str = ""
    first_seen: float = 0.0
    ours: bool = False


class ResolvedRef(Struct, frozen=True, kw_only=True):
    """A ref that exists: `name` is the branch, the tag, `pull/<n>/head` or the full SHA.

    `sha` is the commit that a deployment of it gets (a tag is peeled). `from_fork`: it is the head
    of a fork's pull request; `held`: a pull request from the repository itself holds the commit.
    """

    kind: RefKind
    name: str
    sha: str
    pull_request: int | None = None
    from_fork: bool = False
    held: bool = False


class Reach(Struct, frozen=True, kw_only=True):
    """What of a repository speaks for a commit: a branch or tag that reaches it (`by_ref`).

    `succeeded_in` are environments where it was deployed; looked for only where no ref is found.
    """

    by_ref: bool = False
    succeeded_in: tuple[str, ...] = ()


class Commit(Struct, frozen=True, kw_only=True):
    """A commit; `author_login` and `author_id` only where GitHub knows the author."""

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


class Change(Struct, frozen=True, kw_only=True):
    """A commit that one history has and another lacks, with the pull request that brought it."""

    commit: Commit
    pull_request: PullRequest | None = None


class CheckRunReport(Struct, frozen=True, kw_only=True):
    """A check run of ours on a commit, completed; `annotations` are `(line, message)`.

    `conclusion` is GitHub's word; `path` is the file that the annotations are about.
    """

    sha: str
    name: str
    conclusion: str
    title: str
    summary: str
    annotations: tuple[tuple[int, str], ...] = ()
    path: str = ".github/deploybot.yml"
