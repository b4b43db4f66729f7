"""CircleCI's API v2 as the lifecycle needs it: `app.ports.CI`.

https://circleci.com/docs/api/v2/
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote

from app.circleci import carried, refusals, shapes
from app.circleci.http import Answer, Api, Calls
from app.circleci.trigger import needs_definition, project_path, trigger_request
from app.errors import ProviderError, Refused, Unavailable
from app.model.build import Json, Run
from app.model.ci import Job, Pipeline, PipelineReading
from app.ports import Claimed

T = TypeVar("T")

CLOCK_SKEW = 60.0
"""Seconds by which CircleCI's clock may be behind ours when a search looks back."""
MAX_PAGES = 20
"""Pages of one search at most; each has about 20 entries."""
AT_ONCE = 8
"""Pipelines of one search that are asked about at the same time."""
WEBHOOK_EVENTS = ["workflow-completed"]
"""`job-completed` says nothing that an outcome needs (see `webhook.py`)."""
SOMEBODY = "somebody"
"""Who canceled, where CircleCI does not tell their name."""


@dataclass(frozen=True, kw_only=True)
class CircleCIClient:
    """CircleCI for one token. `webhook_secret` signs the webhooks that we create."""

    api: Api
    webhook_secret: str = field(repr=False)

    @property
    def _links(self) -> shapes.Links:
        return shapes.Links(shapes.page_url(self.api.base_url))

    async def trigger(self, run: Run) -> Pipeline:
        """Start one pipeline with one POST (see `app.ports.CI`)."""
        calls = self.api.calls()
        path, body = trigger_request(run)
        answer = await calls.post(path, call="trigger", body=body)
        if not answer.ok:
            raise await self._trigger_refusal(calls, run, answer)
        started = answer.decode(shapes.Started, ambiguous=True)
        if started.id is None:
            raise refusals.started_nothing(answer.status, answer.message, slug=run.project_slug)
        return Pipeline(
            id=started.id,
            number=started.number,
            created_at=shapes.epoch(started.created_at),
            url=self._links.pipeline(run.project_slug, started.number),
            branch=run.branch,
            tag=run.tag,
            project_slug=run.project_slug,
        )

    async def recent(
        self, run: Run, *, since: float, claimed: Claimed | None = None
    ) -> list[Pipeline]:
        """Our token's pipelines of the project, newest first, each with its `deployment_id`.

        One that carries a `deployment_id` is listed from a minute before `since` (the clocks
        may differ), any other from `since`. CircleCI is asked only about those that `claimed`
        does not know: a search among many must not fail for one that is not looked for.
        """
        calls = self.api.calls()
        items = await self._mine(calls, run.project_slug, since - CLOCK_SKEW)
        ids = await self._carried_by(calls, items, claimed)
        found = [
            shapes.pipeline_of(item, self._links, deployment_id=carried_id)
            for item, carried_id in zip(items, ids, strict=True)
        ]
        return [
            pipeline
            for pipeline in found
            if pipeline.deployment_id is not None or pipeline.created_at >= since
        ]

    async def deployment_of(self, pipeline_id: str) -> tuple[str, int | None]:
        """A pipeline's project slug and the `deployment_id` it carries."""
        calls = self.api.calls()
        path = f"/pipeline/{quote(pipeline_id, safe='')}"
        item = await _read(calls, path, shapes.PipelineItem, call="pipeline")
        return item.project_slug, await self._carried(calls, item)

    async def revision(self, pipeline_id: str) -> str:
        """The commit that a pipeline runs on; empty where CircleCI does not tell it."""
        path = f"/pipeline/{quote(pipeline_id, safe='')}"
        item = await _read(self.api.calls(), path, shapes.PipelineItem, call="pipeline")
        return shapes.pipeline_of(item, self._links).revision

    async def read(self, pipeline_id: str) -> PipelineReading:
        """A pipeline and its workflows: one call where its workflows tell its state.

        Then the pipeline's branch, revision and time are not told.
        """
        calls = self.api.calls()
        path = f"/pipeline/{quote(pipeline_id, safe='')}"
        items = await self._workflows(calls, path)
        reading = shapes.reading_of_workflows(pipeline_id, items, self._links)
        if reading is not None:
            return reading
        item = await _read(calls, path, shapes.PipelineItem, call="pipeline")
        return PipelineReading(
            pipeline=shapes.pipeline_of(item, self._links),
            state=item.state,
            errors=tuple((error.type, error.message) for error in item.errors),
            workflows=tuple(shapes.workflow_of(each, self._links) for each in items),
        )

    async def jobs(self, workflow_id: str) -> list[Job]:
        """A workflow's jobs."""
        calls = self.api.calls()
        path = f"/workflow/{quote(workflow_id, safe='')}/job"
        items = await _pages(calls, path, shapes.Page[shapes.JobItem], call="jobs")
        return [shapes.job_of(item, self._links) for item in items]

    async def cancel(self, workflow_ids: Sequence[str]) -> None:
        """Cancel workflows; one that has ended or is gone is fine."""
        calls = self.api.calls()
        for workflow_id in workflow_ids:
            path = f"/workflow/{quote(workflow_id, safe='')}/cancel"
            answer = await calls.post(path, call="cancel")
            if answer.status in (401, 403):
                raise refusals.refusal(answer.status, answer.message)

    async def whoami(self) -> str:
        """Whose token this is."""
        user = await _read(self.api.calls(), "/me", shapes.UserItem, call="me")
        return user.login or user.name or SOMEBODY

    async def webhook_missing(self, project_slug: str, url: str) -> str | None:
        """None if a webhook to `url` is there or was made now; else CircleCI's words why not.

        Making one takes an organisation admin's token and an https address.
        """
        calls = self.api.calls()
        try:
            project = await _read(
                calls, project_path(project_slug), shapes.ProjectItem, call="project"
            )
            scope = {"scope-id": project.id, "scope-type": "project"}
            there = await _read(
                calls, "/webhook", shapes.Page[shapes.WebhookItem], call="webhooks", query=scope
            )
        except Refused as error:
            return error.message
        if any(_reports_to(webhook, url) for webhook in there.items):
            return None
        answer = await calls.post(
            "/webhook", call="create_webhook", body=self._webhook(project.id, url)
        )
        return None if answer.ok else answer.message

    def _webhook(self, project_id: str, url: str) -> dict[str, Json]:
        return {
            "name": "deploybot",
            "url": url,
            "events": WEBHOOK_EVENTS,
            "verify-tls": True,
            "signing-secret": self.webhook_secret,
            "scope": {"id": project_id, "type": "project"},
        }

    async def _trigger_refusal(self, calls: Calls, run: Run, answer: Answer) -> Refused:
        """The refusal; `Project not found` is told apart by asking for the project."""
        refused = refusals.refusal(answer.status, answer.message, slug=run.project_slug)
        if not refusals.may_mean_undeclared(
            refused, parameters=run.parameters, needs_run=needs_definition(run)
        ):
            return refused
        project = await calls.get(project_path(run.project_slug), call="project")
        if not project.ok:
            return refused
        return refusals.undeclared_parameters(
            answer.status, answer.message, run.parameters, slug=run.project_slug
        )

    async def _mine(self, calls: Calls, slug: str, since: float) -> list[shapes.PipelineItem]:
        """Our token's pipelines created since then, newest first."""
        items: list[shapes.PipelineItem] = []
        token: str | None = None
        for _ in range(MAX_PAGES):
            page = await _read(
                calls,
                f"{project_path(slug)}/pipeline/mine",
                shapes.Page[shapes.PipelineItem],
                call="mine",
                query=_page(token),
                slug=slug,
            )
            items += [item for item in page.items if shapes.epoch(item.created_at) >= since]
            token = page.next_page_token
            if not token or any(shapes.epoch(item.created_at) < since for item in page.items):
                return items
        raise Unavailable("circleci", "too many pipelines to search")

    async def _carried_by(
        self, calls: Calls, items: Sequence[shapes.PipelineItem], claimed: Claimed | None
    ) -> list[int | None]:
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(item: shapes.PipelineItem) -> int | None:
            async with gate:
                known = await claimed(item.id) if claimed else None
                return known if known is not None else await self._carried(calls, item)

        found = await asyncio.gather(*map(one, items), return_exceptions=True)
        ids: list[int | None] = []
        for result in found:
            if isinstance(result, BaseException):
                raise result
            ids.append(result)
        return ids

    async def _carried(self, calls: Calls, item: shapes.PipelineItem) -> int | None:
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

    async def _workflows(self, calls: Calls, path: str) -> list[shapes.WorkflowItem]:
        items = await _pages(
            calls, f"{path}/workflow", shapes.Page[shapes.WorkflowItem], call="workflows"
        )
        return [await self._with_name(calls, item) for item in items]

    async def _with_name(self, calls: Calls, item: shapes.WorkflowItem) -> shapes.WorkflowItem:
        """A canceled workflow with the name of who canceled it, where CircleCI tells it."""
        if item.status != "canceled" or not item.canceled_by or not _is_uuid(item.canceled_by):
            return item
        try:
            path = f"/user/{quote(item.canceled_by, safe='')}"
            user = await _read(calls, path, shapes.UserItem, call="user")
        except ProviderError:
            return item.named(SOMEBODY)
        return item.named(user.login or user.name or SOMEBODY)


async def _read(
    calls: Calls,
    path: str,
    shape: type[T],
    *,
    call: str,
    query: dict[str, str] | None = None,
    slug: str = "",
) -> T:
    """One GET in a shape of ours, or the refusal it met."""
    answer = await calls.get(path, call=call, query=query)
    if answer.ok:
        return answer.decode(shape)
    raise refusals.refusal(answer.status, answer.message, slug=slug)


async def _pages(calls: Calls, path: str, shape: type[shapes.Page[T]], *, call: str) -> list[T]:
    """All pages of a list, `MAX_PAGES` at most."""
    items: list[T] = []
    token: str | None = None
    for _ in range(MAX_PAGES):
        page = await _read(calls, path, shape, call=call, query=_page(token))
        items += page.items
        token = page.next_page_token
        if not token:
            break
    return items


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _page(token: str | None) -> dict[str, str] | None:
    return {"page-token": token} if token else None


def _reports_to(webhook: shapes.WebhookItem, url: str) -> bool:
    return webhook.url.rstrip("/") == url.rstrip("/") and set(WEBHOOK_EVENTS) <= set(webhook.events)
