"""GitHub's state: accounts, repositories, installations, and how each is found."""

import base64
import itertools
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from sandbox.github.records import (
    AppRecord,
    Commit,
    CommitStatus,
    Installation,
    Repository,
    Token,
    User,
)

FIRST_ID = 186_853_002
"""The first id; as large as GitHub's ids have been for years."""

FIRST_DEPLOYMENT = 3_186_853_002
"""The first deployment's id; too large for 32 bits, so its `databaseId` in GraphQL is null."""


@dataclass(kw_only=True)
class Quota:
    """How many of an hour's calls a caller has used."""

    limit: int
    used: int = 0
    reset: float = 0.0


@dataclass(kw_only=True)
class State:
    """Everything that GitHub stores; each caller has `hourly` calls an hour."""

    hourly: int = 5000
    now: Callable[[], float] = time.time
    users: dict[str, User] = field(default_factory=dict)
    apps: dict[str, AppRecord] = field(default_factory=dict)
    repositories: dict[int, Repository] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    installations: dict[int, Installation] = field(default_factory=dict)
    teams: dict[tuple[str, str], list[User]] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    nodes: dict[str, Any] = field(default_factory=dict)
    quotas: dict[str, Quota] = field(default_factory=dict)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_ID))
    _deployments: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_DEPLOYMENT))

    def new_id(self) -> int:
        """A new id, greater than all before."""
        return next(self._ids)

    def new_deployment_id(self) -> int:
        """A new deployment's id, greater than all before."""
        return next(self._deployments)

    def node_id(self, prefix: str, *numbers: int) -> str:
        """A global node id: base64 of msgpack `[0, …]`; a deployment's has its repository's id."""
        packed = msgspec.msgpack.encode([0, *numbers])
        return f"{prefix}_{base64.urlsafe_b64encode(packed).decode().rstrip('=')}"

    def remember(self, record: Any) -> Any:
        """Make a record findable by its node id."""
        self.nodes[record.node_id] = record
        return record

    def user(
        self, login: str, *, kind: Literal["User", "Bot", "Organization"] = "User", name: str = ""
    ) -> User:
        """The account with that login; it is made if there is none yet."""
        known = self.users.get(login.lower())
        if known is not None:
            return known
        number = self.new_id()
        prefix = {"User": "U", "Bot": "BOT", "Organization": "O"}[kind]
        made = User(
            id=number,
            node_id=self.node_id(prefix, number),
            login=login,
            type=kind,
            name=name or login,
            email=f"{number}+{login}@users.noreply.github.com",
        )
        self.users[login.lower()] = made
        self.remember(made)
        return made

    def account(self, login: str) -> User:
        """A person's account, or a bot's if the login ends in `[bot]`."""
        return self.user(login, kind="Bot" if login.endswith("[bot]") else "User")

    def app(self, slug: str, *, owner: User | None = None, name: str = "") -> AppRecord:
        """The App with that slug; it and its bot are made if there is none yet."""
        known = self.apps.get(slug)
        if known is not None:
            return known
        number = self.new_id()
        made = AppRecord(
            id=number,
            node_id=self.node_id("A", number),
            slug=slug,
            name=name or slug,
            owner=owner or self.user(slug, kind="Organization"),
            bot=self.user(f"{slug}[bot]", kind="Bot"),
            client_id=f"Iv23li{secrets.token_hex(7)}",
            created_at=self.now(),
        )
        self.apps[slug] = made
        self.remember(made)
        return made

    def repository(self, full_name: str) -> Repository:
        """The repository with that name, or that earlier name; raises `KeyError` without one."""
        return self.repositories[self.names[full_name.lower()]]

    def installation_of(self, repository: Repository) -> Installation | None:
        """Our App's installation that covers a repository."""
        return next(
            (
                installation
                for installation in self.installations.values()
                if repository.id in installation.repository_ids
            ),
            None,
        )

    def resolve(self, repository: Repository, ref: str) -> str | None:
        """The SHA that a ref means: branch, tag, pull request or SHA, qualified or not."""
        name = ref.removeprefix("refs/")
        pull = _pull_head(repository, name)
        if pull is not None:
            return pull
        branch = repository.branches.get(name.removeprefix("heads/"))
        tag = repository.tags.get(name.removeprefix("tags/"))
        if branch is not None and not name.startswith("tags/"):
            return branch
        if tag is not None and not name.startswith("heads/"):
            return tag.commit
        return next(self._by_sha(repository, name), None)

    def _by_sha(self, repository: Repository, name: str) -> Iterator[str]:
        if len(name) >= 7:
            yield from (sha for sha in repository.commits if sha.startswith(name.lower()))

    def history(self, repository: Repository, sha: str) -> list[Commit]:
        """A commit and its ancestors, newest first, each once."""
        seen: dict[str, Commit] = {}
        todo = [sha]
        while todo:
            current = todo.pop(0)
            if current not in seen and current in repository.commits:
                seen[current] = repository.commits[current]
                todo += repository.commits[current].parents
        return list(seen.values())


def latest_statuses(repository: Repository, sha: str) -> list[CommitStatus]:
    """The newest commit status of each context, in the order in which they first appeared."""
    return list({item.context: item for item in repository.statuses.get(sha, [])}.values())


def combined_state(statuses: list[CommitStatus]) -> str:
    """GitHub's combined status: failure if one failed, pending if there are none."""
    states = {item.state for item in statuses}
    if states & {"failure", "error"}:
        return "failure"
    return "success" if states == {"success"} else "pending"


def _pull_head(repository: Repository, name: str) -> str | None:
    parts = name.split("/")
    if len(parts) == 3 and parts[0] == "pull" and parts[2] == "head" and parts[1].isdigit():
        pull = repository.issues.get(int(parts[1]))
        return pull.head_sha if pull is not None and not pull.is_issue else None
    return None
