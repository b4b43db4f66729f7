"""What all GraphQL fields share: the query's caller, and the rules of connections."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sandbox.github.auth import Caller
from sandbox.github.errors import GraphQLFault
from sandbox.github.hub import Hub
from sandbox.github.records import Repository, User
from sandbox.github.state import Quota

LARGEST_PAGE = 100


@dataclass(frozen=True, kw_only=True)
class Context:
    """One query's caller and their rate limit; `spent` counts the nodes returned so far."""

    hub: Hub
    caller: Caller
    quota: Quota
    spent: list[int] = field(default_factory=list)

    def visible(self, repository: Repository | None) -> bool:
        """Whether the caller can see a repository."""
        return repository is not None and self.caller.sees(repository)


def web_path(user: User) -> str:
    """An account's path on GitHub's website."""
    if user.type == "Bot":
        return f"/apps/{user.login.removesuffix('[bot]')}"
    return f"/{user.login}"


def connection(name: str, items: Sequence[Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """A page of a connection; `first` or `last` is required, and must be at most 100.

    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        raise GraphQLFault(
            "MISSING_PAGINATION_BOUNDARIES",
            f"You must provide a `first` or `last` value to properly paginate the `{name}` "
            "connection.",
        )
    for word, size in (("first", first), ("last", last)):
        if size is not None and size > LARGEST_PAGE:
            raise GraphQLFault(
                "EXCESSIVE_PAGINATION",
                f"Requesting {size} records on the `{name}` connection exceeds the `{word}` "
                f"limit of {LARGEST_PAGE} records.",
            )
    start = _position(name, arguments.get("after"), 0)
    end = _position(name, arguments.get("before"), len(items) + 1) - 1
    end = min(end, len(items))
    if first is not None:
        end = min(end, start + first)
    elif last is not None:
        start = max(start, end - last)
    rows = list(enumerate(items))[start:end]
    edges = [{"cursor": _cursor(index + 1), "node": item} for index, item in rows]
    return {
        "edges": edges,
        "nodes": [item for _, item in rows],
        "totalCount": len(items),
        "pageInfo": {
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
            "hasNextPage": end < len(items),
            "hasPreviousPage": start > 0,
        },
    }


def _cursor(position: int) -> str:
    return base64.b64encode(f"cursor:v2:{position}".encode()).decode()


def _position(name: str, cursor: str | None, default: int) -> int:
    if cursor is None:
        return default
    try:
        return int(base64.b64decode(cursor, validate=True).decode().rpartition(":")[2])
    except ValueError:
        message = f"`{cursor}` does not appear to be a valid cursor for `{name}`."
        raise GraphQLFault("INVALID_CURSOR_ARGUMENTS", message) from None
