"""The resolver of each GraphQL field."""

from collections.abc import Callable
from typing import Any

from sandbox.github.graphql import checks, deployments, git, repository
from sandbox.github.graphql.context import Context, web_path
from sandbox.github.payloads.accounts import WEB, iso
from sandbox.github.records import (
    AppRecord,
    Blob,
    CheckRun,
    CheckSuite,
    Commit,
    CommitStatus,
    Deployment,
    DeploymentStatus,
    Environment,
    PullRequest,
    Repository,
    Tag,
    User,
)

__all__ = ["FIELDS", "Context", "type_name"]

LARGEST_INT = 2**31 - 1
"""The greatest `Int` in GraphQL, which has 32 bits; a greater number becomes null."""

TYPES: dict[type, str] = {
    Repository: "Repository",
    Commit: "Commit",
    Blob: "Blob",
    Tag: "Tag",
    git.Tree: "Tree",
    git.Ref: "Ref",
    checks.Rollup: "StatusCheckRollup",
    CheckRun: "CheckRun",
    CheckSuite: "CheckSuite",
    CommitStatus: "StatusContext",
    checks.StatusContext: "StatusContext",
    Deployment: "Deployment",
    DeploymentStatus: "DeploymentStatus",
    PullRequest: "PullRequest",
    Environment: "Environment",
    AppRecord: "App",
}


def type_name(value: Any) -> str | None:
    """The GraphQL type of a record."""
    return value.type if isinstance(value, User) else TYPES.get(type(value))


def _login(user: User, _: Context) -> str:
    """An account's login; in GraphQL a bot's is without the `[bot]` that REST shows."""
    return user.login.removesuffix("[bot]")


def _account_url(user: User, _: Context) -> str:
    return f"{WEB}{web_path(user)}"


COMMON: dict[str, Callable[..., Any]] = {
    "id": lambda item, _: item.node_id,
    "databaseId": lambda item, _: item.id if item.id <= LARGEST_INT else None,
    "createdAt": lambda item, _: iso(item.created_at),
    "updatedAt": lambda item, _: iso(item.updated_at),
}

ACCOUNT: dict[str, Callable[..., Any]] = {
    "login": _login,
    "url": _account_url,
    "resourcePath": lambda user, _: web_path(user),
    "name": lambda user, _: user.name or None,
    "email": lambda user, _: user.email,
    "avatarUrl": lambda user, _, **__: f"https://avatars.githubusercontent.com/u/{user.id}?v=4",
}


def _table() -> dict[tuple[str, str], Callable[..., Any]]:
    table = {("", name): resolver for name, resolver in COMMON.items()}
    for kind in ("User", "Bot", "Organization"):
        table |= {(kind, name): resolver for name, resolver in ACCOUNT.items()}
    app = {"url": lambda item, _: f"{WEB}/apps/{item.slug}"}
    groups = [{"App": app}, repository.FIELDS, git.FIELDS, checks.FIELDS, deployments.FIELDS]
    for group in groups:
        for kind, fields in group.items():
            table |= {(kind, name): resolver for name, resolver in fields.items()}
    return table


FIELDS = _table()
