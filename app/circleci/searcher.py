"""Searching our token's pipelines for the deployments that they carry."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from cachetools import LRUCache

from app.circleci import carried, shapes
from app.circleci.http import Api, ApiCalls
from app.circleci.paging import MAX_PAGES, page_query, read_one
from app.circleci.trigger import project_path
from app.errors import Unavailable
from app.model.build import Json
from app.model.ci import PipelineSearch
from app.model.plan import Run
from app.ports import Claimed

CLOCK_SKEW = 60.0
"""Seconds by which CircleCI's clock may be behind ours when a search looks back."""
AT_ONCE = 8
"""Pipelines of one search that are asked about at the same time."""
KNOWN = 10_000
"""Pipelines of which we remember what they carry."""


@dataclass(frozen=True, kw_only=True)
class Searcher:
    """Searches a page at a time: how many there are must not decide whether it can succeed."""

    api: Api
    links: shapes.Links
    _known: LRUCache[str, int] = field(
        default_factory=lambda: LRUCache(KNOWN), init=False, repr=False, compare=False
    )

    async def more(
        self, run: Run, search: PipelineSearch, *, since: float, claimed: Claimed | None = None
    ) -> PipelineSearch:
        """The search with one more page of our token's pipelines of the project.

        One that carries a `deployment_id` is listed from a minute before `since` (the clocks
        may differ), any other from `since`. CircleCI is asked only about those that `claimed`
        does not know: a search among many must not fail for one that is not looked for.
        """
        if search.pages >= MAX_PAGES:
            raise Unavailable("ci", "too many pipelines to search")
        calls = self.api.calls()
        page = await self._mine(calls, run.project, search.older)
        known = {pipeline.id for pipeline in search.found}  # a new one shifts what the pages hold
        items = [item for item in page.items if item.id not in known]
        young = [item for item in items if shapes.epoch(item.created_at) >= since - CLOCK_SKEW]
        ids = await self._carried_by(calls, young, claimed)
        found = [
            shapes.pipeline_of(item, self.links, deployment_id=carried_id)
            for item, carried_id in zip(young, ids, strict=True)
        ]
        kept = (
            pipeline
            for pipeline in found
            if pipeline.deployment_id is not None or pipeline.created_at >= since
        )
        return PipelineSearch(
            found=(*search.found, *kept),
            older=(page.next_page_token or None) if len(young) == len(items) else None,
            pages=search.pages + 1,
        )

    async def carried_by(self, calls: ApiCalls, item: shapes.PipelineItem) -> int | None:
        """Its `deployment_id`. What a pipeline carries never changes: it is asked only once.

        That it carries none is asked again: a young one may not tell yet.
        """
        known = self._known.get(item.id)
        if known is None and (known := await self._carried(calls, item)) is not None:
            self._known[item.id] = known
        return known

    async def _mine(
        self, calls: ApiCalls, slug: str, token: str | None
    ) -> shapes.Page[shapes.PipelineItem]:
        """A page of our token's pipelines, newest first."""
        return await read_one(
            calls,
            f"{project_path(slug)}/pipeline/mine",
            shapes.Page[shapes.PipelineItem],
            call="mine",
            query=page_query(token),
            slug=slug,
        )

    async def _carried_by(
        self, calls: ApiCalls, items: Sequence[shapes.PipelineItem], claimed: Claimed | None
    ) -> list[int | None]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(item: shapes.PipelineItem) -> int | None:
            async with gate:
                known = await claimed(item.id) if claimed else None
                return known if known is not None else await self.carried_by(calls, item)

        found = await asyncio.gather(*map(one, items), return_exceptions=True)
        ids: list[int | None] = []
        for result in found:
            if isinstance(result, BaseException):
                raise result
            ids.append(result)
        return ids

    async def _carried(self, calls: ApiCalls, item: shapes.PipelineItem) -> int | None:
        """The `deployment_id` of one pipeline, from the cheapest place that has it."""
        found = carried.in_trigger_parameters(item.trigger_parameters)
        if found is not None:
            return found
        path = f"/pipeline/{quote(item.id, safe='')}"
        answer = await calls.get(f"{path}/values", call="values")
        if answer.ok:
            values = shapes.values_of(answer.decode(dict[str, Json]))
            if carried.declares(values):
                return carried.in_values(values)
        answer = await calls.get(f"{path}/config", call="config")
        return carried.in_compiled(answer.decode(shapes.Config).compiled) if answer.ok else None
