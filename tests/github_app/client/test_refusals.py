"""GitHub's answers and what they mean, case by case."""

import json

import pytest
from multidict import CIMultiDict

from app.errors import ProviderError, RateLimited, Refused, Unavailable
from app.github_app.client.refusals import SECONDARY_WAIT, QueryTooLarge, of_answer, of_graphql
from app.http.attempt import LONGEST_WAIT
from app.model.reasons.github import GitHubRefused

REPOSITORY = "/repos/acme/shop/deployments"
NOW = 1_790_000_000.0


def meant(
    status: int, message: str = "", *, path: str = REPOSITORY, **headers: str
) -> ProviderError:
    """What an answer means."""
    return of_answer(
        status=status,
        headers=CIMultiDict((name.replace("_", "-"), value) for name, value in headers.items()),
        body=json.dumps({"message": message}).encode() if message else b"",
        path=path,
        ambiguous=False,
        now=NOW,
    )


REFUSALS = [
    (404, "Not Found", REPOSITORY, "repository_not_found"),
    (404, "Not Found", "/repositories/7/deployments", "repository_not_found"),
    (404, "Not Found", "/repos/acme/shop/installation", "app_not_installed"),
    (404, "Not Found", "/app/installations/7/access_tokens", "app_not_installed"),
    (404, "Integration not found", "/app", "github_refused"),
    (403, "This installation has been suspended", REPOSITORY, "app_suspended"),
    (403, "Repository was archived so is read-only.", REPOSITORY, "repository_archived"),
    (403, "Resource not accessible by integration", REPOSITORY, "github_refused"),
    (401, "Bad credentials", REPOSITORY, "github_refused"),
    (410, "Issues are disabled for this repo", REPOSITORY, "github_refused"),
    (409, "Conflict merging main into topic", REPOSITORY, "github_refused"),
    (422, "No ref found for: nope", REPOSITORY, "ref_unknown"),
    (422, "Validation Failed", REPOSITORY, "github_refused"),
    (451, "Repository access blocked", REPOSITORY, "github_refused"),
]


@pytest.mark.parametrize(("status", "message", "path", "name"), REFUSALS)
def test_refusals(status: int, message: str, path: str, name: str) -> None:
    """Each lasting refusal has its catalogue name and GitHub's own words."""
    error = meant(status, message, path=path)
    assert isinstance(error, Refused)
    assert (error.name, error.message, error.status) == (name, message, status)
    assert getattr(error.reason, "message", message) == message


def test_a_missing_permission_is_named() -> None:
    """GitHub names in a header the permission that would have been accepted."""
    error = meant(403, "Resource not accessible", x_accepted_github_permissions="deployments=write")
    assert isinstance(error, Refused)
    assert error.reason == GitHubRefused(
        message="Resource not accessible", permission="deployments=write"
    )


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ([{"resource": "Deployment", "field": "state", "code": "custom"}], "state custom"),
        ([{"message": "log_url must use http(s) scheme"}], "log_url must use http(s) scheme"),
        (["one", "two"], "one, two"),
        ("alone", "alone"),
    ],
)
def test_the_details_of_a_422_are_quoted(errors: object, said: str) -> None:
    """What GitHub says of single fields is part of the quoted message."""
    body = json.dumps({"message": "Validation Failed", "errors": errors}).encode()
    error = of_answer(status=422, headers={}, body=body, path=REPOSITORY, ambiguous=False, now=NOW)
    assert error.message == f"Validation Failed: {said}"


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"message": 7}', b"\xff"])
def test_a_body_that_says_nothing(body: bytes) -> None:
    """Without a message from GitHub, the status's own name is quoted."""
    error = of_answer(status=502, headers={}, body=body, path="/", ambiguous=True, now=NOW)
    assert isinstance(error, Unavailable)
    assert error.message == "502 Bad Gateway"
    assert error.ambiguous


def test_a_status_without_a_name() -> None:
    """A status that nobody knows is quoted as a number."""
    assert meant(599).message == "599"


WAITS = [
    ({"retry_after": "30"}, "", 30.0),
    ({"retry_after": "30", "x_ratelimit_remaining": "0"}, "", 30.0),
    ({"retry_after": "999999"}, "", LONGEST_WAIT),
    ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW) + 120)}, "", 120.0),
    ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW) - 9)}, "", 1.0),
    ({"x_ratelimit_remaining": "0", "x_ratelimit_reset": str(int(NOW) * 2)}, "", LONGEST_WAIT),
    ({"x_ratelimit_remaining": "0"}, "", SECONDARY_WAIT),
    ({}, "You have exceeded a secondary rate limit.", SECONDARY_WAIT),
    ({}, "You have triggered an abuse detection mechanism.", SECONDARY_WAIT),
]


@pytest.mark.parametrize(("headers", "message", "wait"), WAITS)
def test_rate_limits(headers: dict[str, str], message: str, wait: float) -> None:
    """Whichever way GitHub asks us to wait, the wait is known and bounded."""
    error = meant(403, message, **headers)
    assert isinstance(error, RateLimited)
    assert error.retry_after == wait
    assert not error.ambiguous


def test_429_is_always_a_limit() -> None:
    """429 asks to wait, with or without a time."""
    error = meant(429)
    assert isinstance(error, RateLimited)
    assert error.retry_after == SECONDARY_WAIT


def test_an_outage_may_name_its_end() -> None:
    """A `retry-after` of a 5xx is kept."""
    told = meant(503, retry_after="9")
    assert isinstance(told, Unavailable)
    assert told.retry_after == 9


GRAPHQL = [
    ({"type": "RATE_LIMITED", "message": "API rate limit exceeded"}, RateLimited, ""),
    ({"message": "You have exceeded a secondary rate limit"}, RateLimited, ""),
    (
        {"type": "NOT_FOUND", "path": ["repository"], "message": "Could not resolve"},
        Refused,
        "repository_not_found",
    ),
    ({"type": "FORBIDDEN", "message": "Resource not accessible"}, Refused, "github_refused"),
    ({"message": "Field 'x' doesn't exist", "extensions": {}}, Refused, "github_refused"),
    ({"message": "Something went wrong while executing your query."}, Unavailable, ""),
    ({"type": "SERVICE_UNAVAILABLE", "message": "x"}, Unavailable, ""),
    ({"type": "NEWLY_INVENTED", "message": "x"}, Refused, "github_refused"),
    ({"type": "RESOURCE_LIMITS_EXCEEDED", "message": "x"}, QueryTooLarge, "github_refused"),
    ({}, Unavailable, ""),
]


@pytest.mark.parametrize(("error", "kind", "name"), GRAPHQL)
def test_graphql_errors(error: dict[str, object], kind: type[ProviderError], name: str) -> None:
    """Each kind of GraphQL error is told apart."""
    meaning = of_graphql([error])
    assert type(meaning) is kind
    assert getattr(meaning, "name", "") == name
