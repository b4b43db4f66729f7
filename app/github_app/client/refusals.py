"""The errors for GitHub's answers other than success (pure).

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import msgspec

from app.errors import ProviderError, RateLimited, Refused, Unavailable
from app.http.attempt import LONGEST_WAIT, passing_failure, retry_after
from app.model.reasons import Reason
from app.model.reasons.binding import (
    AppNotInstalled,
    AppSuspended,
    RepositoryArchived,
    RepositoryNotFound,
)
from app.model.reasons.github import GitHubRefused
from app.model.reasons.typed import RefUnknown

SECONDARY_WAIT = 60.0
"""Seconds to wait for a secondary rate limit that names no time; GitHub asks for a minute."""

_LIMITED = re.compile(r"rate limit|abuse detection", re.IGNORECASE)
_SUSPENDED = re.compile(r"installation has been suspended|suspended", re.IGNORECASE)
_ARCHIVED = re.compile(r"archived", re.IGNORECASE)
_NO_REF = re.compile(
    r"no ref found|no commit found|ref.{0,200} (?:not exist|not found)", re.IGNORECASE
)
_FAMILIES: tuple[tuple[re.Pattern[str], Reason], ...] = (
    (re.compile(r"/(?:installation|access_tokens)$"), AppNotInstalled()),
    (re.compile(r"/repos(?:itories)?/[^/]+"), RepositoryNotFound()),
)


FORBIDDEN = frozenset({"FORBIDDEN", "INSUFFICIENT_SCOPES"})
"""Types of GraphQL errors for a missing permission."""
_PASSING = frozenset(
    {"", "INTERNAL", "INTERNAL_ERROR", "SERVICE_UNAVAILABLE", "STALE_DATA", "TIMEOUT"}
)
"""Types of GraphQL errors that may be gone when the query is sent again.

"Something went wrong while executing your query" comes without a type.
"""


class QueryTooLarge(Refused):
    """A query asks for more than GitHub computes at once: repeating it fails, a smaller one works.

    https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
    """


class _Problem(msgspec.Struct):
    """One of the `errors` of a 422."""

    message: str = ""
    field: str = ""
    code: str = ""


class _Body(msgspec.Struct):
    """The fields of an error's body that are needed."""

    message: str = ""
    errors: list[_Problem | str] | str | None = None


def of_answer(
    *, status: int, headers: Mapping[str, str], body: bytes, path: str, ambiguous: bool, now: float
) -> ProviderError:
    """The error for an answer that is not a success.

    `path` is the URL's path; `ambiguous`: whether a write may have been carried out in spite of a
    408 or 5xx; `now` is GitHub's clock (epoch seconds), for `x-ratelimit-reset`.
    """
    message = _message(status, body)
    wait = _wait(status, headers, message, now)
    if wait is not None:
        return RateLimited("github", message, status=status, retry_after=wait)
    failed = passing_failure("github", status, headers, message, ambiguous=ambiguous)
    if failed is not None:
        return failed
    permission = headers.get("x-accepted-github-permissions") if status == 403 else None
    reason = _reason(status, message, path) or GitHubRefused(
        message=message[:300], permission=permission or ""
    )
    return Refused("github", reason, message, status=status)


def of_graphql(
    errors: Sequence[Mapping[str, object]], *, reset_in: float | None = None
) -> ProviderError:
    """The error for a query that GitHub answered with `errors`.

    `reset_in`: seconds until the rate limit resets, if no call is left.
    """
    kinds = {str(error.get("type") or "") for error in errors}
    first = errors[0] if errors else {}
    kind, message = str(first.get("type") or ""), str(first.get("message") or "")
    if kinds & {"RATE_LIMITED", "RATE_LIMIT"} or _LIMITED.search(message):
        wait = SECONDARY_WAIT if reset_in is None else _bounded(reset_in)
        return RateLimited("github", message, retry_after=wait)
    reason = GitHubRefused(message=message[:300])
    if "RESOURCE_LIMITS_EXCEEDED" in kinds:
        return QueryTooLarge("github", reason, message, status=200)
    if kind == "NOT_FOUND" and first.get("path") == ["repository"]:
        return Refused("github", RepositoryNotFound(), message, status=404)
    if kind in _PASSING and "extensions" not in first:
        return Unavailable("github", message or "GraphQL error without a message")
    # Whatever type this is, sending the same query again would not help.
    return Refused("github", reason, message, status=403)


def _message(status: int, body: bytes) -> str:
    try:
        answer = msgspec.json.decode(body, type=_Body)
    except msgspec.MsgspecError:
        answer = _Body()
    errors = [answer.errors] if isinstance(answer.errors, str) else answer.errors or []
    details = [error if isinstance(error, str) else _said(error) for error in errors]
    said = ": ".join(part for part in (answer.message, ", ".join(filter(None, details))) if part)
    return said or f"{status} {_phrase(status)}".strip()


def _said(problem: _Problem) -> str:
    return problem.message or " ".join(filter(None, (problem.field, problem.code)))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _wait(status: int, headers: Mapping[str, str], message: str, now: float) -> float | None:
    """How long GitHub asks us to wait, in seconds; None if the answer is not a rate limit.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """
    if status not in {403, 429}:
        return None
    asked = retry_after(headers.get("Retry-After"))
    if asked is not None:
        return asked
    if headers.get("x-ratelimit-remaining") == "0":
        reset = headers.get("x-ratelimit-reset", "")
        return _bounded(float(reset) - now) if reset.isdecimal() else SECONDARY_WAIT
    return SECONDARY_WAIT if status == 429 or _LIMITED.search(message) else None


def _bounded(wait: float) -> float:
    return min(max(wait, 1.0), LONGEST_WAIT)


def _reason(status: int, message: str, path: str) -> Reason | None:
    """The reason for a refusal that we recognize; None for any other."""
    if status in {401, 403} and _SUSPENDED.search(message):
        return AppSuspended()
    if status == 403 and _ARCHIVED.search(message):
        return RepositoryArchived()
    if status == 422 and _NO_REF.search(message):
        return RefUnknown()
    if status == 404:
        return next((reason for family, reason in _FAMILIES if family.search(path)), None)
    return None
