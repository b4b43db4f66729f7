"""CircleCI's API v2 as the lifecycle needs it: `app.ports.CI`.

https://circleci.com/docs/api/v2/
"""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from app.circleci import project_file, refusals, rules, shapes
from app.circleci.http import Api, ApiAnswer, ApiCalls
from app.circleci.paging import read_one, read_pages
from app.circleci.searcher import UNREADABLE, NotShownError, Searcher
from app.circleci.trigger import needs_definition, project_path, trigger_request
from app.errors import ProviderError, Refused
from app.model import Json
from app.model.ci import FileGaps, Job, Pipeline, PipelineReading, PipelineSearch, WebhookGap
from app.model.plan import Run
from app.model.reasons import Reason
from app.ports import Claimed

CI_NAME = "CircleCI"
"""The CI's name in sentences."""

WEBHOOK_EVENTS = ["workflow-completed"]
"""Events of the webhooks that we create; `job-completed` has no outcome (see `webhook.py`)."""


@dataclass(frozen=True, kw_only=True)
class CircleCIClient:
    """CircleCI for one token. `webhook_secret` signs the webhooks that we create."""

    api: Api
    webhook_secret: str = field(repr=False)

    @cached_property
    def _search(self) -> Searcher:
        return Searcher(api=self.api, links=self._links)

    @property
    def _links(self) -> shapes.Links:
        return shapes.Links(shapes.page_url(self.api.base_url))

    async def trigger(self, run: Run) -> Pipeline:
        """Start one pipeline with one POST; raises `Refused` (see `app.ports.CI`)."""
        calls = self.api.calls()
        path, body = trigger_request(run)
        answer = await calls.post(path, call="trigger", body=body)
        if not answer.ok:
            raise await self._trigger_refusal(calls, run, answer)
        started = answer.decode(shapes.Started, ambiguous=True)
        if started.id is None:
            raise refusals.started_nothing(answer.status, answer.message)
        return Pipeline(
            id=started.id,
            number=started.number,
            created_at=shapes.epoch(started.created_at),
            url=self._links.pipeline(run.project, started.number),
            branch=run.branch,
            tag=run.tag,
            project=run.project,
        )

    async def recent(
        self, run: Run, search: PipelineSearch, *, since: float, claimed: Claimed | None = None
    ) -> PipelineSearch:
        """One more page of a search for our token's pipelines (see `app.ports.CI`)."""
        return await self._search.more(run, search, since=since, claimed=claimed)

    async def deployment_of(self, pipeline_id: str) -> int | None:
        """The `deployment_id` of a pipeline; None if it has none or CircleCI does not show it."""
        try:
            return await self._search.deployment_of(self.api.calls(), pipeline_id)
        except NotShownError:
            return None

    async def clock(self) -> float | None:
        """CircleCI's clock now, learned from its last answer (see `app.ports.CI`)."""
        loop = asyncio.get_running_loop()
        if self.api.clock.now(loop.time()) is None:
            await self.api.calls().get("/me", call="me")
        return self.api.clock.now(loop.time())

    async def revision(self, pipeline_id: str) -> str:
        """The commit that a pipeline runs on; empty if CircleCI does not say."""
        path = f"/pipeline/{quote(pipeline_id, safe='')}"
        item = await read_one(self.api.calls(), path, shapes.PipelineItem, call="pipeline")
        return shapes.pipeline_of(item, self._links).revision

    async def checks(self, pipeline_id: str, *, definition: str | None) -> frozenset[str]:
        """The names of the checks that a pipeline posts on its commit."""
        names: list[str] = []
        for workflow in (await self.read(pipeline_id)).workflows:
            jobs = [job.name for job in await self.jobs(workflow.id)]
            names += rules.checks_of(workflow, jobs, definition=definition)
        return frozenset(names)

    def default_project(self, repository: str) -> str:
        """The project of a repository (`owner/name`)."""
        return rules.default_project(repository)

    def project_key(self, project: str) -> str:
        """A project in one spelling (see `app.ports.CI`)."""
        return rules.canonical(project)

    async def source_of(self, project: str, definition: str) -> int | None:
        """GitHub's id of the repository that a definition checks out (see `app.ports.CI`)."""
        calls = self.api.calls()
        try:
            item = await read_one(calls, project_path(project), shapes.ProjectItem, call="project")
            path = f"/projects/{quote(item.id, safe='')}/pipeline-definitions"
            page = shapes.Page[shapes.DefinitionItem]
            listed = await read_pages(self.api, path, page, call="definitions")
        except Refused:
            return None
        return next((one.checks_out for one in listed if one.id == definition), None)

    def project_of_page(self, url: str) -> str | None:
        """The slug of the project whose pipeline has this page; None for any other page."""
        return rules.project_of_page(url)

    def barred(self, run: Run) -> tuple[Reason, ...]:
        """What CircleCI would refuse about the run."""
        return rules.beyond_limits(run.parameters)

    def project_file(self, run: Run, repository: str) -> str | None:
        """The path of the project's configuration; None if it is in another repository."""
        return project_file.PATH if rules.is_own(run.project, repository) else None

    def file_gaps(self, text: str | None, run: Run) -> FileGaps:
        """What that file lacks for the run, as far as its text shows; None: there is no file."""
        return project_file.gaps_of(text, run)

    async def read(self, pipeline_id: str, *, sent: refusals.Sent | None = None) -> PipelineReading:
        """A pipeline and its workflows; a single call if the workflows show the pipeline's state.

        The pipeline's branch, revision and time are then left out.
        """
        path = f"/pipeline/{quote(pipeline_id, safe='')}"
        items = await self._workflows(path)
        reading = shapes.reading_of_workflows(pipeline_id, items, self._links)
        if reading is not None:
            return reading
        item = await read_one(self.api.calls(), path, shapes.PipelineItem, call="pipeline")
        return shapes.reading_of(item, items, self._links, sent or {})

    async def jobs(self, workflow_id: str) -> list[Job]:
        """A workflow's jobs."""
        path = f"/workflow/{quote(workflow_id, safe='')}/job"
        items = await read_pages(self.api, path, shapes.Page[shapes.JobItem], call="jobs")
        return [shapes.job_of(item, self._links) for item in items]

    async def cancel(self, workflow_ids: Sequence[str]) -> None:
        """Cancel workflows; one that has ended already is fine.

        Raises `Refused` for one that CircleCI does not show us: it may be running.
        """
        calls = self.api.calls()
        for workflow_id in workflow_ids:
            path = f"/workflow/{quote(workflow_id, safe='')}/cancel"
            _require_shown(await calls.post(path, call="cancel"))

    async def approve(self, workflow_id: str, job_id: str) -> None:
        """Approve a job by its `approval_request_id`; one that is no longer on hold is fine.

        https://circleci.com/docs/api/v2/index.html#operation/approvePendingApprovalJobById
        """
        workflow, job = quote(workflow_id, safe=""), quote(job_id, safe="")
        path = f"/workflow/{workflow}/approve/{job}"
        _require_shown(await self.api.calls().post(path, call="approve"))

    async def whoami(self) -> str:
        """The name of the user whose token this is."""
        user = await read_one(self.api.calls(), "/me", shapes.UserItem, call="me")
        return user.shown

    async def webhook_missing(self, project: str, url: str) -> WebhookGap | None:
        """Create a webhook to `url` unless it exists; returns None, or why that is not possible.

        Creating one takes an organization admin's token and an https address.
        """
        calls = self.api.calls()
        try:
            item = await read_one(calls, project_path(project), shapes.ProjectItem, call="project")
            scope = {"scope-id": item.id, "scope-type": "project"}
            there = await read_one(
                calls, "/webhook", shapes.Page[shapes.WebhookItem], call="webhooks", query=scope
            )
        except Refused as error:
            return self._gap(project, error.message)
        if any(_reports_to(webhook, url) for webhook in there.items):
            return None
        answer = await calls.post(
            "/webhook", call="create_webhook", body=self._webhook(item.id, url)
        )
        return None if answer.ok else self._gap(project, answer.message)

    def _gap(self, project: str, message: str) -> WebhookGap:
        return WebhookGap(
            message=message,
            project_unknown="not found" in message.lower(),
            settings_url=self._links.webhooks(project),
        )

    def _webhook(self, project_id: str, url: str) -> dict[str, Json]:
        return {
            "name": "deploybot",
            "url": url,
            "events": WEBHOOK_EVENTS,
            "verify-tls": True,
            "signing-secret": self.webhook_secret,
            "scope": {"id": project_id, "type": "project"},
        }

    async def _trigger_refusal(self, calls: ApiCalls, run: Run, answer: ApiAnswer) -> Refused:
        """The refusal of a trigger; `Project not found` is checked by asking for the project."""
        refused = refusals.refusal(
            answer.status, answer.message, slug=run.project, sent=run.parameters
        )
        if not refusals.may_mean_undeclared(
            refused, parameters=run.parameters, needs_run=needs_definition(run)
        ):
            return refused
        project = await calls.get(project_path(run.project), call="project")
        if not project.ok:
            return refused
        return refusals.undeclared_parameters(answer.status, answer.message, run.parameters)

    async def _workflows(self, path: str) -> list[shapes.WorkflowItem]:
        items = await read_pages(
            self.api, f"{path}/workflow", shapes.Page[shapes.WorkflowItem], call="workflows"
        )
        calls = self.api.calls()
        return [await self._with_name(calls, item) for item in items]

    async def _with_name(self, calls: ApiCalls, item: shapes.WorkflowItem) -> shapes.WorkflowItem:
        """A canceled workflow with the name of who canceled it, if CircleCI gives one."""
        if item.status != "canceled" or not item.canceled_by or not _is_uuid(item.canceled_by):
            return item
        try:
            path = f"/user/{quote(item.canceled_by, safe='')}"
            user = await read_one(calls, path, shapes.UserItem, call="user")
        except ProviderError:
            return item.named(shapes.SOMEBODY)
        return item.named(user.shown)


def _require_shown(answer: ApiAnswer) -> None:
    """Raise `Refused` if CircleCI does not show us what should be changed."""
    if answer.status in UNREADABLE:
        raise refusals.refusal(answer.status, answer.message)


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _reports_to(webhook: shapes.WebhookItem, url: str) -> bool:
    return webhook.url.rstrip("/") == url.rstrip("/") and set(WEBHOOK_EVENTS) <= set(webhook.events)
