"""Refusals in GitHub's words."""

from typing import Any

DOCS = "https://docs.github.com/rest"


class ApiError(Exception):
    """A REST answer of 4xx: `{message, errors?, documentation_url, status}`."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        errors: list[Any] | None = None,
        documentation_url: str = DOCS,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {
            "message": message,
            **({} if errors is None else {"errors": errors}),
            "documentation_url": documentation_url,
            "status": str(status),
        }


def not_found() -> ApiError:
    """What GitHub says of what is not there, and of what the caller may not see."""
    return ApiError(404, "Not Found")


def forbidden() -> ApiError:
    """A permission that the App lacks."""
    return ApiError(403, "Resource not accessible by integration")


def invalid(resource: str, field: str, message: str) -> ApiError:
    """A value that fails GitHub's validation."""
    error = {"resource": resource, "code": "custom", "field": field, "message": message}
    return ApiError(422, "Validation Failed", errors=[error])


class GraphQLFault(Exception):
    """An error of one GraphQL field: `type` stands beside the message, as GitHub puts it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
