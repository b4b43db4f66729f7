"""Reads the arguments of a Web API call, which may be a form, a query or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web


class SlackError(Exception):
    """The call is answered with `{"ok": false, "error": …}` and the fields in `more`."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more

    @property
    def body(self) -> dict[str, Any]:
        """The answer."""
        return {"ok": False, "error": self.error, **self.more}


def invalid(error: str, problems: list[str]) -> SlackError:
    """An error whose messages say what is wrong."""
    return SlackError(error, errors=problems, response_metadata={"messages": problems})


@dataclass(frozen=True)
class Arguments:
    """What a method was called with."""

    values: Mapping[str, Any]
    token: str

    def has(self, name: str) -> bool:
        """Whether an argument was given and is not null."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A string argument."""
        value = self.values.get(name)
        return default if value is None else str(value)

    def need(self, name: str) -> str:
        """A required string; raises `SlackError`."""
        value = self.text(name)
        if not value:
            raise invalid("invalid_arguments", [f"[ERROR] missing required field: {name}"])
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """A boolean, in any of the forms that Slack accepts."""
        value = self.values.get(name)
        return default if value is None else str(value).lower() in {"1", "true"}

    def number(self, name: str, default: int) -> int:
        """A whole number."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise SlackError("invalid_limit" if name == "limit" else "invalid_arguments") from None

    def json(self, name: str, error: str) -> Any:
        """A JSON value, given as JSON or as a string; None if it is absent."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value else None
        except ValueError:
            raise SlackError(error) from None


async def read_arguments(request: web.Request) -> Arguments:
    """Read a call's arguments; raises `SlackError` if the body cannot be read."""
    values: dict[str, Any] = dict(request.query)
    raw = await request.read()
    kind = request.content_type
    if raw and kind == "application/json":
        try:
            body = json.loads(raw)
        except ValueError:
            raise SlackError("invalid_json") from None
        if not isinstance(body, dict):
            raise SlackError("json_not_object")
        values |= body
    elif raw and kind == "application/x-www-form-urlencoded":
        values |= dict(parse_qsl(raw.decode(), keep_blank_values=True))
    elif raw and kind == "multipart/form-data":
        values |= {name: str(value) for name, value in (await request.post()).items()}
    elif raw:
        raise SlackError("invalid_post_type")
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    token = bearer if scheme.lower() == "bearer" else str(values.get("token", ""))
    return Arguments(values, token)
