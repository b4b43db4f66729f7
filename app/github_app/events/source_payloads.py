"""Payloads of the events that may deploy: `push`, `create` and `pull_request` (pure).

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from datetime import datetime

from msgspec import Struct, field, to_builtins

from app.github_app.api.shapes.rest import Account, EventPayload, epoch
from app.model.ask import Ask, AskKind
from app.model.chat.reply import CommitAddress
from app.model.configuration.file import CONFIG_PATHS
from app.model.github.source_event import Closed, SourceEvent
from app.model.plan import Person
from app.model.triggers import SourceKind

_QUEUE = "refs/heads/gh-readonly-queue/"
"""Temporary branches of GitHub's merge queue, which are never deployed."""

_DEPLOYING = ("opened", "reopened", "synchronize", "ready_for_review")
"""Actions on a pull request that may deploy it."""


class _SourcePayload(EventPayload, frozen=True, kw_only=True, gc=False):
    """What the payloads of events that may deploy share."""

    sender: Account | None = None

    @property
    def configures(self) -> bool:
        """Whether the configuration may have changed."""
        return False

    @property
    def default_branch(self) -> str:
        """The repository's default branch; empty if the event does not name it."""
        return self.repository.default_branch or ""

    @property
    def by(self) -> Person:
        """Who caused the event."""
        if self.sender is None:
            return Person()
        login = self.sender.login
        return Person(name=login, login=login or None, github_id=self.sender.id)


class PushedCommit(Struct, frozen=True, gc=False):
    """A commit of a push, with the files that it changes."""

    id: str = ""
    added: list[str] = []
    modified: list[str] = []
    removed: list[str] = []


class PushEvent(_SourcePayload, frozen=True, kw_only=True, gc=False):
    """`push`: of a branch or a tag."""

    ref: str
    after: str = ""
    deleted: bool = False
    forced: bool = False
    commits: tuple[PushedCommit, ...] = ()
    head_commit: PushedCommit | None = None

    @property
    def source(self) -> SourceEvent | None:
        """What was pushed; None for a deletion, and for a branch of GitHub's merge queue."""
        if self.deleted or self.ref.startswith(_QUEUE):
            return None
        tag = self.ref.startswith("refs/tags/")
        pushed_at = self.repository.pushed_at
        return SourceEvent(
            kind=SourceKind.TAG if tag else SourceKind.PUSH,
            name=self.ref.removeprefix("refs/tags/").removeprefix("refs/heads/"),
            default_branch=self.default_branch,
            sha=(self.head_commit.id if self.head_commit else "") or self.after,
            at=_moment(pushed_at),
            stamp="" if tag else str(pushed_at or ""),
            by=self.by,
        )

    @property
    def to_default_branch(self) -> bool:
        """Whether the default branch moved."""
        return self.ref == f"refs/heads/{self.repository.default_branch}"

    @property
    def configures(self) -> bool:
        """Whether the configuration may have changed; a forced push does not list all files."""
        return self.to_default_branch and (
            self.forced
            or any(
                path in CONFIG_PATHS
                for commit in self.commits
                for path in (*commit.added, *commit.modified, *commit.removed)
            )
        )


class CreateEvent(_SourcePayload, frozen=True, kw_only=True, gc=False):
    """`create`: a new branch or tag, without its commit."""

    ref: str
    ref_type: str

    @property
    def source(self) -> SourceEvent | None:
        """The new tag; None for a new branch, whose `push` says more."""
        if self.ref_type != "tag":
            return None
        return SourceEvent(
            kind=SourceKind.TAG,
            name=self.ref,
            default_branch=self.default_branch,
            at=_moment(self.repository.pushed_at),
            by=self.by,
        )


class HeadRepository(Struct, frozen=True, gc=False):
    """The repository that a pull request comes from."""

    id: int


class Head(Struct, frozen=True, gc=False):
    """The head of a pull request; `repo` is None once the fork that it came from is deleted."""

    sha: str
    repo: HeadRepository | None = None


class PullRequestFacts(Struct, frozen=True, gc=False):
    """A pull request."""

    number: int
    head: Head
    draft: bool = False
    merged: bool = False
    updated_at: datetime | None = None


class PullRequestEvent(_SourcePayload, frozen=True, kw_only=True, gc=False):
    """`pull_request`."""

    action: str
    pull: PullRequestFacts = field(name="pull_request")

    @property
    def source(self) -> SourceEvent | None:
        """The pull request; None if the action deploys nothing."""
        pull, repo = self.pull, self.pull.head.repo
        if self.action not in _DEPLOYING:
            return None
        return SourceEvent(
            kind=SourceKind.PULL_REQUEST,
            name=f"pull/{pull.number}/head",
            default_branch=self.default_branch,
            sha=pull.head.sha,
            at=epoch(pull.updated_at) or 0.0,
            stamp=pull.updated_at.isoformat() if pull.updated_at else "",
            by=self.by,
            number=pull.number,
            from_fork=repo is None or repo.id != self.repository.id,
            draft=pull.draft,
        )

    @property
    def closed(self) -> Closed | None:
        """The end of the pull request; None for any other action."""
        if self.action != "closed":
            return None
        pull = self.pull
        return Closed(number=pull.number, at=epoch(pull.updated_at) or 0.0, merged=pull.merged)


SourcePayload = PushEvent | CreateEvent | PullRequestEvent
"""The payload of an event that may deploy; its `source` is what, None if nothing."""

SOURCE_PAYLOADS: dict[str, type[SourcePayload]] = {
    "push": PushEvent,
    "create": CreateEvent,
    "pull_request": PullRequestEvent,
}
"""The events that may deploy by themselves, and their payloads."""


def source_ask(
    data: SourcePayload, source: SourceEvent, *, event: str, delivery: str, at: float
) -> Ask:
    """An ask to deploy what an event brought, if the configuration says so.

    `at` (epoch seconds) is when the event came.
    """
    repository, sha = data.repository_ref, source.sha
    return Ask(
        ask_id=delivery,
        kind=AskKind.GITHUB_EVENT,
        asked_at=at,
        repository_id=repository.id,
        reply_to=None if sha is None else CommitAddress(repository=repository, sha=sha),
        body={"event": event, "source": to_builtins(source), "configures": data.configures},
    )


def closed_ask(data: PullRequestEvent, what: Closed, *, delivery: str, at: float) -> Ask:
    """An ask to end a pull request's deployments; `at` (epoch seconds) is when the event came."""
    repository = data.repository_ref
    return Ask(
        ask_id=delivery,
        kind=AskKind.GITHUB_EVENT,
        asked_at=at,
        repository_id=repository.id,
        reply_to=CommitAddress(repository=repository, sha=data.pull.head.sha),
        body={"event": "closed", "closed": to_builtins(what)},
    )


def _moment(pushed_at: int | str | None) -> float:
    """Epoch seconds; `pushed_at` is a number in `push`, and text in every other event."""
    if isinstance(pushed_at, str):
        return datetime.fromisoformat(pushed_at).timestamp()
    return float(pushed_at or 0)
