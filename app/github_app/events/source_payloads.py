"""Payloads of the events that may deploy: `push`, `create` and `pull_request` (pure).

https://docs.github.com/en/webhooks/webhook-events-and-payloads
"""

from datetime import datetime

from msgspec import Struct, field, structs, to_builtins

from app.github_app.api.shapes.rest import Account, InstallationFacts, RepositoryFacts, epoch
from app.model.ask import Ask, AskKind
from app.model.chat.reply import CommitAddress
from app.model.configuration.file import CONFIG_PATHS
from app.model.github.source_event import Closed, SourceEvent
from app.model.plan import Person, RepositoryRef
from app.model.triggers import SourceKind

_QUEUE = "refs/heads/gh-readonly-queue/"
"""Temporary branches of GitHub's merge queue, which are never deployed."""

_DEPLOYING = ("opened", "reopened", "synchronize", "ready_for_review")
"""Actions on a pull request that may deploy it."""


class PushedCommit(Struct, frozen=True, gc=False):
    """A commit of a push, with the files that it changes."""

    id: str = ""
    added: list[str] = []
    modified: list[str] = []
    removed: list[str] = []


class PushEvent(Struct, frozen=True, gc=False):
    """`push`: of a branch or a tag."""

    ref: str
    repository: RepositoryFacts
    after: str = ""
    deleted: bool = False
    forced: bool = False
    commits: list[PushedCommit] = []
    head_commit: PushedCommit | None = None
    sender: Account | None = None
    installation: InstallationFacts | None = None

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


class CreateEvent(Struct, frozen=True, gc=False):
    """`create`: a new branch or tag, without its commit."""

    ref: str
    ref_type: str
    repository: RepositoryFacts
    sender: Account | None = None
    installation: InstallationFacts | None = None


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


class PullRequestEvent(Struct, frozen=True, gc=False):
    """`pull_request`."""

    action: str
    repository: RepositoryFacts
    pull: PullRequestFacts = field(name="pull_request")
    sender: Account | None = None
    installation: InstallationFacts | None = None


def pushed(data: PushEvent) -> SourceEvent | None:
    """What was pushed; None for a deletion, and for a branch of GitHub's merge queue."""
    if data.deleted or data.ref.startswith(_QUEUE):
        return None
    tag = data.ref.startswith("refs/tags/")
    name = data.ref.removeprefix("refs/tags/").removeprefix("refs/heads/")
    pushed_at = data.repository.pushed_at
    return SourceEvent(
        kind=SourceKind.TAG if tag else SourceKind.PUSH,
        name=name,
        default_branch=data.repository.default_branch or "",
        sha=(data.head_commit.id if data.head_commit else "") or data.after,
        at=_moment(pushed_at),
        stamp="" if tag else str(pushed_at or ""),
        by=_person(data.sender),
    )


def created(data: CreateEvent) -> SourceEvent | None:
    """The new tag; None for a new branch, whose push tells more."""
    if data.ref_type != "tag":
        return None
    return SourceEvent(
        kind=SourceKind.TAG,
        name=data.ref,
        default_branch=data.repository.default_branch or "",
        at=_moment(data.repository.pushed_at),
        by=_person(data.sender),
    )


def proposed(data: PullRequestEvent) -> SourceEvent | None:
    """The pull request; None where the action deploys nothing."""
    pull = data.pull
    if data.action not in _DEPLOYING:
        return None
    repo = pull.head.repo
    return SourceEvent(
        kind=SourceKind.PULL_REQUEST,
        name=f"pull/{pull.number}/head",
        default_branch=data.repository.default_branch or "",
        sha=pull.head.sha,
        at=epoch(pull.updated_at) or 0.0,
        stamp=pull.updated_at.isoformat() if pull.updated_at else "",
        by=_person(data.sender),
        number=pull.number,
        from_fork=repo is None or repo.id != data.repository.id,
        draft=pull.draft,
    )


def closed(data: PullRequestEvent) -> Closed | None:
    """The end of the pull request; None where the action was another one."""
    if data.action != "closed":
        return None
    pull = data.pull
    return Closed(number=pull.number, at=epoch(pull.updated_at) or 0.0, merged=pull.merged)


def closed_ask(data: PullRequestEvent, what: Closed, *, delivery: str, at: float) -> Ask:
    """An ask to end a pull request's deployments; `at` (epoch seconds) is when the event came."""
    repository = _repository(data)
    return Ask(
        ask_id=delivery,
        kind=AskKind.GITHUB_EVENT,
        asked_at=at,
        repository_id=repository.id,
        reply_to=CommitAddress(repository=repository, sha=data.pull.head.sha),
        body={"event": "closed", "closed": to_builtins(what)},
    )


def source_ask(
    data: PushEvent | CreateEvent | PullRequestEvent,
    source: SourceEvent,
    *,
    event: str,
    delivery: str,
    at: float,
) -> Ask:
    """An ask to deploy what an event brought, if the configuration says so.

    `at` (epoch seconds) is when the event came.
    """
    repository = _repository(data)
    configures = isinstance(data, PushEvent) and data.configures
    ask = Ask(
        ask_id=delivery,
        kind=AskKind.GITHUB_EVENT,
        asked_at=at,
        repository_id=repository.id,
        body={"event": event, "source": to_builtins(source), "configures": configures},
    )
    if source.sha is None:
        return ask
    return structs.replace(ask, reply_to=CommitAddress(repository=repository, sha=source.sha))


def _repository(data: PushEvent | CreateEvent | PullRequestEvent) -> RepositoryRef:
    return RepositoryRef(
        id=data.repository.id,
        full_name=data.repository.full_name,
        installation_id=data.installation.id if data.installation else None,
    )


def _moment(pushed_at: int | str | None) -> float:
    """Epoch seconds; `pushed_at` is a number in `push`, and text in every other event."""
    if isinstance(pushed_at, str):
        return datetime.fromisoformat(pushed_at).timestamp()
    return float(pushed_at or 0)


def _person(sender: Account | None) -> Person:
    if sender is None:
        return Person()
    return Person(name=sender.login, login=sender.login or None, github_id=sender.id)
