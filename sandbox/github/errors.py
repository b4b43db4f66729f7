"""Refusals in GitHub's words."""

from typing import Any

DOCS = "https://docs.github.com/rest"


class ApiError(Exception):
    """A REST error with status 4xx: `{message, errors?, documentation_url, status}`."""

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
    """The answer if something does not exist, or if the caller may not see it."""
    return ApiError(404, "Not Found")


def forbidden() -> ApiError:
    """The answer if the App lacks a permission."""
    return ApiError(403, "Resource not accessible by integration")


def invalid(resource: str, field: str, message: str) -> ApiError:
    """The answer to a value that fails GitHub's validation."""
    error = {"resource": resource, "code": "custom", "field": field, "message": message}
    return ApiError(422, "Validation Failed", errors=[error])


class GraphQLFault(Exception):
    """An error of one GraphQL field; `kind` is the `type` that GitHub puts beside the message."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
