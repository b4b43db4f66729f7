"""Reading requests and answering them as CircleCI does."""

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any

from aiohttp import web


def reply(body: object, *, status: int = 200) -> web.Response:
    """A JSON answer."""
    return web.json_response(body, status=status)


def fail(status: int, message: str) -> web.Response:
    """An error: a JSON object with a message."""
    return reply({"message": message}, status=status)


async def json_object(request: web.Request) -> dict[str, Any] | None:
    """The body, or None if it is not a JSON object; an empty body is `{}`."""
    raw = await request.read()
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def slug_of(request: web.Request) -> str:
    """The project slug in the path; its slashes may be escaped."""
    parts = request.match_info
    return parts.get("slug") or f"{parts['provider']}/{parts['org']}/{parts['project']}"


def page(request: web.Request, items: Sequence[object], size: int) -> web.Response:
    """One page of a list, with the token of the next page."""
    token = request.query.get("page-token", "")
    try:
        start = int(base64.urlsafe_b64decode(token)) if token else 0
    except (ValueError, binascii.Error):
        return fail(400, "Invalid page-token.")
    end = start + size
    more = base64.urlsafe_b64encode(str(end).encode()).decode() if end < len(items) else None
    return reply({"items": list(items[start:end]), "next_page_token": more})
