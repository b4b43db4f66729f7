"""Reading a GraphQL answer that has errors: which of its data can be used (pure).

GitHub answers in part: a field that it does not give is null, and an error names its path.
https://docs.github.com/en/graphql/guides/forming-calls-with-graphql
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Generic, TypeVar

from msgspec import Struct

from app.github_app.client import refusals
from app.model import Json

T = TypeVar("T")

LIMITED = frozenset({"RATE_LIMITED", "RATE_LIMIT", "RESOURCE_LIMITS_EXCEEDED"})
"""Types of errors that concern the whole query, whichever path they name."""

_OF_A_BATCH = re.compile(r"r\d+")


class QueryAnswer(Struct, Generic[T], frozen=True):
    """A query's `data`, and what GitHub withheld from it.

    `withheld` names optional fields and, for a query about many repositories, the aliases (`r0`,
    `r1` …) of those that could not be read completely.
    """

    data: T
    withheld: frozenset[str] = frozenset()


def usable_part(
    answer: Mapping[str, Any], optional: Collection[str], *, reset_in: float | None
) -> QueryAnswer[Json]:
    """The usable part of an answer with errors; `optional` holds names of fields.

    Raises the `ProviderError` that the errors mean if there is no data, or if anything is missing
    that is not optional. `reset_in`: see `refusals.of_graphql`.
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
    return QueryAnswer(answer["data"], frozenset(withheld))


def _withheld(error: Mapping[str, Any], optional: Collection[str]) -> str | None:
    """The optional field, or the alias of a repository, that an error is about; else None."""
    kind, path = error.get("type"), [str(part) for part in error.get("path") or ()]
    if kind in LIMITED or not path or path[-1] == "databaseId":
        return None
    if _OF_A_BATCH.fullmatch(path[0]):
        return path[0]
    if kind not in refusals.FORBIDDEN:
        return None
    return next((part for part in reversed(path) if part in optional), None)


def _tolerable(error: Mapping[str, Any]) -> bool:
    """Whether an error can be ignored.

    A pull request may simply not exist. A deployment's `databaseId` may be too large for
    GraphQL's 32-bit integers; its node id holds the number as well.
    """
    path = ".".join(str(part) for part in error.get("path") or ())
    if path.endswith(".databaseId"):
        return True
    return error.get("type") == "NOT_FOUND" and path == "repository.pullRequest"
