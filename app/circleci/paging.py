"""Reading one object, or all pages of a list, from CircleCI's API."""

from typing import TypeVar

from app.circleci import refusals, shapes
from app.circleci.http import Api, ApiCalls

T = TypeVar("T")

MAX_PAGES = 40
"""The most pages of one search or list; each has about 20 entries."""


async def read_one(
    calls: ApiCalls,
    path: str,
    shape: type[T],
    *,
    call: str,
    query: dict[str, str] | None = None,
    slug: str = "",
) -> T:
    """GET an object as `shape`; raises `Refused`. `slug` is the project's, for the reason."""
    answer = await calls.get(path, call=call, query=query)
    if answer.ok:
        return answer.decode(shape)
    raise refusals.refusal(answer.status, answer.message, slug=slug)


async def read_pages(api: Api, path: str, shape: type[shapes.Page[T]], *, call: str) -> list[T]:
    """All pages of a list (`MAX_PAGES` at most), each read within the whole timeout."""
    items: list[T] = []
    token: str | None = None
    for _ in range(MAX_PAGES):
        page = await read_one(api.calls(), path, shape, call=call, query=page_query(token))
        items += page.items
        token = page.next_page_token
        if not token:
            break
    return items


def page_query(token: str | None) -> dict[str, str] | None:
    """The query for the page of a token; without one, for the first page."""
    return {"page-token": token} if token else None
