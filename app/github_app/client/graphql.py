"""What a GraphQL answer with errors still tells (pure).

GitHub answers in part: what it does not give is null, with an error that names its path.
https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from app.github_app.client import refusals
from app.model.build import Json

T = TypeVar("T")

LIMITED = frozenset({"RATE_LIMITED", "RATE_LIMIT", "RESOURCE_LIMITS_EXCEEDED"})
"""Types that are about the whole query, wherever in it they came up."""

_MAY_BE_ABSENT = re.compile(r"repository\.pullRequest|r\d+")
_OF_A_BATCH = re.compile(r"r\d+")


class Found(Struct, Generic[T], frozen=True):
    """A query's `data`, and what GitHub kept from us.

    `withheld` are fields that were called optional and, of a batch, the repositories (`r0`, `r1`
    …) that could not be read, or not wholly.
    """

    data: T
    withheld: frozenset[str] = frozenset()


def in_part(
    answer: Mapping[str, Any], optional: Collection[str], *, reset_in: float | None
) -> Found[Json]:
    """What an answer with errors still tells.

    Raises the `ProviderError` that it means where something is missing that is not `optional`
    (names of fields), and where there is no data. `reset_in`: see `refusals.of_graphql`.
    """
    errors: Sequence[Mapping[str, Any]] = answer["errors"]
    serious: list[Mapping[str, Any]] = []
    withheld: set[str] = set()
    for error in errors:
        field = _withheld(error, optional)
        if field is not None:
            withheld.add(field)
        elif not _tolerable(error):
            serious.append(error)
    if serious or not answer.get("data"):
        raise refusals.of_graphql(serious or errors, reset_in=reset_in)
    return Found(answer["data"], frozenset(withheld))


def _withheld(error: Mapping[str, Any], optional: Collection[str]) -> str | None:
    """The optional field, or the repository of a batch, that an error is about."""
    kind, path = error.get("type"), [str(part) for part in error.get("path") or ()]
    if kind in LIMITED or not path or path[-1] == "databaseId":
        return None
    if _OF_A_BATCH.fullmatch(path[0]):
        return path[0]
    if kind not in refusals.FORBIDDEN:
        return None
    return next((part for part in reversed(path) if part in optional), None)


def _tolerable(error: Mapping[str, Any]) -> bool:
    """Whether a query's error only says that something asked for does not exist.

    A pull request of an unknown number is one. A deployment's `databaseId` outgrows GraphQL's
    32 bits; its node id has it too.
    """
    path = ".".join(str(part) for part in error.get("path") or ())
    if path.endswith(".databaseId"):
        return True
    return error.get("type") == "NOT_FOUND" and _MAY_BE_ABSENT.fullmatch(path) is not None
