"""GitHub's records, as plain objects that tests and the page can read; times: epoch seconds."""

from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(kw_only=True, eq=False)
class User:
    """An account: a person, a bot (`login` ends in `[bot]`) or an organization."""

    id: int
    node_id: str
    login: str
    type: Literal["User", "Bot", "Organization"] = "User"
    name: str = ""
    email: str = ""


@dataclass(kw_only=True, eq=False)
class AppRecord:
    """A GitHub App: ours, or one of those that post checks."""

    id: int
    node_id: str
    slug: str
    name: str
    owner: User
    bot: User
    client_id: str
    created_at: float
    client_secret: str = field(default="the-sandbox's-client-secret", repr=False)
    callback_url: str = ""
    permissions: dict[str, str] = field(default_factory=dict)
    events: list[str] = field(default_factory=list)


@dataclass(kw_only=True, eq=False)
class Installation:
    """The installation of our App on one account."""

    id: int
    node_id: str
    account: User
    created_at: float
    updated_at: float
    permissions: dict[str, str]
    repository_ids: list[int] = field(default_factory=list)
    suspended_at: float | None = None
    suspended_by: User | None = None


@dataclass(kw_only=True, eq=False)
class Token:
    """An installation token (`installation` set) or a person's own token (`user` set)."""

    value: str
    expires_at: float | None = None
    installation: Installation | None = None
    user: User | None = None
    permissions: dict[str, str] = field(default_factory=dict)
    repository_ids: list[int] | None = None


@dataclass(kw_only=True, eq=False)
class Commit:
    """A commit; `files` is its whole tree (path to blob id), `user` its author if known."""

    sha: str
    node_id: str
    tree: str
    message: str
    name: str
    email: str
    at: float
    repository: "Repository"
    user: User | None = None
    parents: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True, eq=False)
class Blob:
    """A file's content in a repository."""

    sha: str
    node_id: str
    content: bytes
    repository: "Repository"


@dataclass(kw_only=True, eq=False)
class Tag:
    """A tag; an annotated tag has an object of its own (`sha`), a lightweight one has none."""

    name: str
    node_id: str
    commit: str
    repository: "Repository"
    sha: str | None = None
    message: str = ""
    tagger: User | None = None
    at: float = 0.0


@dataclass(kw_only=True, eq=False)
class PullRequest:
    """A pull request, or (`is_issue`) an issue: both share their numbers."""

    id: int
    node_id: str
    number: int
    title: str
    body: str
    user: User
    repository: "Repository"
    created_at: float
    updated_at: float
    is_issue: bool = False
    head_repository: "Repository | None" = None
    head_ref: str = ""
    head_sha: str = ""
    base_ref: str = ""
    base_sha: str = ""
    draft: bool = False
    state: Literal["open", "closed"] = "open"
    merged: bool = False
    closed_at: float | None = None
    comments: list["Comment"] = field(default_factory=list)


@dataclass(kw_only=True, eq=False)
class Comment:
    """A comment on an issue or pull request, perhaps made through an `app`.

    `reactions` maps the id of a user and a reaction's content to its id and its time.
    """

    id: int
    node_id: str
    user: User
    body: str
    issue: PullRequest
    created_at: float
    updated_at: float
    app: "AppRecord | None" = None
    reactions: dict[tuple[int, str], tuple[int, float]] = field(default_factory=dict)


@dataclass(kw_only=True, eq=False)
class CommitStatus:
    """A commit status; the newest one of each context counts."""

    id: int
    node_id: str
    context: str
    state: str
    description: str | None
    target_url: str | None
    creator: User
    created_at: float


@dataclass(kw_only=True, eq=False)
class CheckSuite:
    """The check runs of one app on one commit; Actions has a suite for each workflow run."""

    id: int
    node_id: str
    app: AppRecord
    sha: str
    branch: str | None
    repository: "Repository"
    created_at: float
    updated_at: float
    workflow: str = ""
    runs: list["CheckRun"] = field(default_factory=list)


@dataclass(kw_only=True, eq=False)
class CheckRun:
    """A check run; it has a `conclusion` only when it is `completed`."""

    id: int
    node_id: str
    name: str
    status: str
    conclusion: str | None
    details_url: str
    external_id: str
    output: dict[str, Any]
    suite: CheckSuite
    started_at: float
    completed_at: float | None


@dataclass(kw_only=True, eq=False)
class DeploymentStatus:
    """One status of a deployment."""

    id: int
    node_id: str
    deployment: "Deployment"
    state: str
    description: str
    environment: str
    log_url: str
    environment_url: str
    creator: User
    created_at: float
    app: AppRecord | None = None


@dataclass(kw_only=True, eq=False)
class Deployment:
    """A deployment; `payload` is any JSON, `statuses` oldest first."""

    id: int
    node_id: str
    repository: "Repository"
    sha: str
    ref: str
    task: str
    payload: Any
    original_environment: str
    environment: str
    description: str | None
    creator: User
    created_at: float
    updated_at: float
    transient: bool = False
    production: bool = False
    app: AppRecord | None = None
    workflow_run: int | None = None
    statuses: list[DeploymentStatus] = field(default_factory=list)

    @property
    def state(self) -> str:
        """The state of the latest status; empty if there is none."""
        return self.statuses[-1].state if self.statuses else ""


@dataclass(kw_only=True, eq=False)
class Environment:
    """An environment that GitHub lists for a repository."""

    id: int
    node_id: str
    name: str
    created_at: float


@dataclass(kw_only=True, eq=False)
class Repository:
    """A repository with everything in it; the next issue's number is above `numbered`."""

    id: int
    node_id: str
    owner: User
    name: str
    created_at: float
    pushed_at: float
    private: bool = True
    archived: bool = False
    default_branch: str = "main"
    parent: "Repository | None" = None
    numbered: int = 0
    commits: dict[str, Commit] = field(default_factory=dict)
    blobs: dict[str, Blob] = field(default_factory=dict)
    branches: dict[str, str] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    issues: dict[int, PullRequest] = field(default_factory=dict)
    deployments: dict[int, Deployment] = field(default_factory=dict)
    statuses: dict[str, list[CommitStatus]] = field(default_factory=dict)
    suites: dict[str, list[CheckSuite]] = field(default_factory=dict)
    environments: dict[str, Environment] = field(default_factory=dict)
    collaborators: dict[str, str] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner.login}/{self.name}"

    @property
    def pulls(self) -> list[PullRequest]:
        """The pull requests, newest first."""
        return [item for item in reversed(self.issues.values()) if not item.is_issue]
