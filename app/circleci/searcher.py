"""Searching the pipelines that our token started for their `deployment_id`."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from cachetools import LRUCache

from app.circleci import refusals, rules, shapes
from app.circleci.http import Api, ApiCalls
from app.circleci.paging import MAX_PAGES, page_query, read_one
from app.circleci.trigger import project_path
from app.errors import Unavailable
from app.model import Json
from app.model.ci import Pipeline, PipelineSearch
from app.model.plan import Run
from app.ports import Claimed

CLOCK_SKEW = 60.0
"""Seconds by which clocks of CircleCI's machines may differ from each other and from GitHub's."""
AT_ONCE = 8
"""Pipelines of one search whose values are read at the same time."""
CACHED = 10_000
"""Pipelines whose `deployment_id` is cached."""
UNREADABLE = frozenset({401, 403, 404})
"""HTTP statuses that tell only that we may not see something, not whether it exists."""


class NotShownError(Exception):
    """CircleCI does not show the values that a pipeline was started with."""


@dataclass(frozen=True, kw_only=True)
class Searcher:
    """Searches one page at a time, so that a long list does not exceed the timeout."""

    api: Api
    links: shapes.Links
    _known: LRUCache[str, int] = field(
        default_factory=lambda: LRUCache(CACHED), init=False, repr=False, compare=False
    )

    async def more(
        self, run: Run, search: PipelineSearch, *, since: float, claimed: Claimed | None = None
    ) -> PipelineSearch:
        """The search with one more page of the pipelines that our token started in the project.

        It ends at `since` (epoch seconds, by CircleCI's clock) less `CLOCK_SKEW`. CircleCI is
        asked only about pipelines that `claimed` does not know: a search must not fail because of
        a pipeline that belongs to another deployment. Raises `Unavailable` after `MAX_PAGES`.
        """
        if search.pages >= MAX_PAGES:
            raise Unavailable("ci", "too many pipelines to search")
        calls = self.api.calls()
        page = await self._mine(calls, run.project, search.older)
        known = {pipeline.id for pipeline in search.found}  # a new pipeline shifts the pages
        items = [item for item in page.items if item.id not in known]
        young = [item for item in items if shapes.epoch(item.created_at) >= since - CLOCK_SKEW]
        found = await self._with_ids(calls, young, claimed)
        return PipelineSearch(
            found=(*search.found, *found),
            older=(page.next_page_token or None) if len(young) == len(items) else None,
            pages=search.pages + 1,
        )

    async def deployment_of(self, calls: ApiCalls, pipeline_id: str) -> int | None:
        """The `deployment_id` of a pipeline; None for an ordinary pipeline.

        It never changes, so it is cached. Raises `NotShownError` if CircleCI does not show it.
        """
        known = self._known.get(pipeline_id)
        if known is None and (known := await self._read_deployment(calls, pipeline_id)) is not None:
            self._known[pipeline_id] = known
        return known

    async def _mine(
        self, calls: ApiCalls, slug: str, token: str | None
    ) -> shapes.Page[shapes.PipelineItem]:
        """A page of the pipelines that our token started, newest first."""
        return await read_one(
            calls,
            f"{project_path(slug)}/pipeline/mine",
            shapes.Page[shapes.PipelineItem],
            call="mine",
            query=page_query(token),
            slug=slug,
        )

    async def _with_ids(
        self, calls: ApiCalls, items: Sequence[shapes.PipelineItem], claimed: Claimed | None
    ) -> list[Pipeline]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(item: shapes.PipelineItem) -> Pipeline:
            async with gate:
                number = await claimed(item.id) if claimed else None
                try:
                    if number is None:
                        number = await self.deployment_of(calls, item.id)
                except NotShownError:
                    return shapes.pipeline_of(item, self.links, unreadable=True)
                return shapes.pipeline_of(item, self.links, deployment_id=number)

        found = await asyncio.gather(*map(one, items), return_exceptions=True)
        pipelines: list[Pipeline] = []
        for result in found:
            if isinstance(result, BaseException):
                raise result
            pipelines.append(result)
        return pipelines

    async def _read_deployment(self, calls: ApiCalls, pipeline_id: str) -> int | None:
        path = f"/pipeline/{quote(pipeline_id, safe='')}/values"
        answer = await calls.get(path, call="values")
        if answer.status in UNREADABLE:
            raise NotShownError
        if not answer.ok:
            raise refusals.refusal(answer.status, answer.message)
        values = shapes.values_of(answer.decode(dict[str, Json]))
        if not rules.lists_deployment(values):
            raise NotShownError
        return rules.deployment_in(values)
