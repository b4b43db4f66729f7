"""The API except triggers: projects, pipelines, workflows, webhooks, the token's user."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.circleci import config, render
from sandbox.circleci.hooks import Hooks
from sandbox.circleci.life import Life
from sandbox.circleci.replies import fail, json_object, page, reply, slug_of
from sandbox.circleci.state import Pipeline, State, Webhook, Workflow
from sandbox.core.clock import Clock

EVENTS = frozenset({"workflow-completed", "job-completed"})
WEBHOOKS_A_PROJECT = 5


@dataclass
class Switches:
    """How the API behaves.

    `values` says how `/pipeline/{id}/values` names parameters: `prefixed`
    (`pipeline.parameters.<name>`), `plain`, or `absent` for not at all. `admin`: the token may
    create webhooks. `errors_late`: wrong parameters are reported on the pipeline instead of being
    refused by the trigger. `trigger_parameters`: pipelines of GitHub App projects have this field.
    """

    page_size: int = 20
    values: str = "prefixed"
    admin: bool = True
    errors_late: bool = False
    trigger_parameters: bool = False


@dataclass(kw_only=True)
class Api:
    """The handlers of everything but the triggers."""

    state: State
    life: Life
    hooks: Hooks
    switches: Switches
    clock: Clock
    user: Callable[[], dict[str, str]]
    resumed: Callable[[Pipeline], None]

    def routes(self, add: Callable[[str, str, Callable[..., Awaitable[Any]]], None]) -> None:
        """Register the handlers."""
        for path in ("/project/{provider}/{org}/{project}", "/project/{slug}"):
            add("GET", path, self.project)
            add("GET", f"{path}/pipeline", self.pipelines)
            add("GET", f"{path}/pipeline/mine", self.mine)
        add("GET", "/projects/{id}/pipeline-definitions", self.definitions)
        add("GET", "/pipeline/{id}", self.pipeline)
        add("GET", "/pipeline/{id}/values", self.values)
        add("GET", "/pipeline/{id}/workflow", self.workflows)
        add("GET", "/workflow/{id}", self.workflow)
        add("GET", "/workflow/{id}/job", self.jobs)
        add("POST", "/workflow/{id}/cancel", self.cancel)
        add("POST", "/workflow/{id}/rerun", self.rerun)
        add("POST", "/workflow/{id}/approve/{approval}", self.approve)
        add("GET", "/webhook", self.webhooks)
        add("POST", "/webhook", self.add_webhook)
        add("GET", "/me", self.me)

    async def me(self, _request: web.Request) -> web.Response:
        return reply(self.user())

    async def project(self, request: web.Request) -> web.Response:
        project = self.state.project(slug_of(request))
        if project is None:
            return fail(404, "Project not found")
        return reply(render.project_body(project))

    async def pipelines(self, request: web.Request) -> web.Response:
        return self._pipelines(request, actor=None)

    async def mine(self, request: web.Request) -> web.Response:
        return self._pipelines(request, actor=self.user()["login"])

    def _pipelines(self, request: web.Request, *, actor: str | None) -> web.Response:
        project = self.state.project(slug_of(request))
        if project is None:
            return fail(404, "Project not found")
        branch = request.query.get("branch")
        found = [
            self._body(one)
            for one in reversed(project.pipelines)
            if actor in {None, one.actor} and branch in {None, one.branch}
        ]
        return page(request, found, self.switches.page_size)

    async def definitions(self, request: web.Request) -> web.Response:
        project = self.state.project_by_id(request.match_info["id"])
        if project is None:
            return fail(404, "Project not found")
        full_name = f"{project.organization}/{project.name}"
        repository = {"full_name": full_name, "external_id": project.repository_id}
        provider = "github_app" if project.by_app else "github_oauth"
        source = {"provider": provider, "repo": repository}
        item = {
            "id": project.definition_id,
            "name": "build-and-test",
            "config_source": source | {"file_path": ".circleci/config.yml"},
            "checkout_source": source,
        }
        return reply({"items": [item]})

    def _body(self, pipeline: Pipeline) -> dict[str, Any]:
        body = render.pipeline_body(pipeline)
        if pipeline.project.by_app and self.switches.trigger_parameters:
            body["trigger_parameters"] = render.trigger_parameters(pipeline)
        return body

    def _pipeline(self, request: web.Request) -> Pipeline | None:
        return self.state.pipeline(request.match_info["id"])

    async def pipeline(self, request: web.Request) -> web.Response:
        found = self._pipeline(request)
        if found is None:
            return fail(404, "Pipeline not found")
        return reply(self._body(found))

    async def values(self, request: web.Request) -> web.Response:
        found = self._pipeline(request)
        if found is None:
            return fail(404, "Pipeline not found")
        if self.switches.values == "absent":
            return reply({"pipeline.number": found.number})
        prefix = "" if self.switches.values == "plain" else "pipeline.parameters."
        told = config.defaults(found.project) | found.parameters
        values = {f"{prefix}{name}": value for name, value in told.items()}
        return reply({"pipeline.number": found.number, **values})

    async def workflows(self, request: web.Request) -> web.Response:
        found = self._pipeline(request)
        if found is None:
            return fail(404, "Pipeline not found")
        items = [render.workflow_body(found, one) for one in reversed(found.workflows)]
        return page(request, items, self.switches.page_size)

    def _workflow(self, request: web.Request) -> tuple[Pipeline, Workflow] | None:
        return self.state.workflow(request.match_info["id"])

    async def workflow(self, request: web.Request) -> web.Response:
        found = self._workflow(request)
        if found is None:
            return fail(404, "Workflow not found")
        return reply(render.workflow_body(*found))

    async def jobs(self, request: web.Request) -> web.Response:
        found = self._workflow(request)
        if found is None:
            return fail(404, "Workflow not found")
        pipeline, workflow = found
        items = [render.job_body(pipeline, workflow, job) for job in workflow.jobs]
        return page(request, items, self.switches.page_size)

    async def cancel(self, request: web.Request) -> web.Response:
        found = self._workflow(request)
        if found is None:
            return fail(404, "Workflow not found")
        if not found[1].open:
            return fail(400, "Workflow is not cancelable: it has finished.")
        self.life.end(*found, "canceled", by=self.user()["id"])
        return reply({"message": "Accepted."}, status=202)

    async def rerun(self, request: web.Request) -> web.Response:
        found = self._workflow(request)
        body = await json_object(request)
        if found is None:
            return fail(404, "Workflow not found")
        if body is None or found[1].open:
            return fail(400, "Workflow cannot be rerun.")
        again = self.life.rerun(*found, from_failed=bool(body.get("from_failed")))
        self.resumed(found[0])
        return reply({"workflow_id": again.id}, status=202)

    async def approve(self, request: web.Request) -> web.Response:
        found = self._workflow(request)
        if found is None:
            return fail(404, "Workflow not found")
        pipeline, workflow = found
        wanted = request.match_info["approval"]
        job = next((one for one in workflow.jobs if one.id == wanted), None)
        if job is None or job.type != "approval":
            return fail(404, "Approval request not found")
        if job.status != "on_hold":
            return fail(400, "Job is not on hold.")
        self.life.approve(pipeline, workflow, job, self.user()["id"])
        return reply({"message": "Accepted."}, status=202)

    async def webhooks(self, request: web.Request) -> web.Response:
        if request.query.get("scope-type") != "project":
            return fail(400, "scope-type must be project")
        project = self.state.project_by_id(request.query.get("scope-id", ""))
        if project is None:
            return fail(404, "Project not found")
        items = [render.webhook_body(one) for one in project.webhooks]
        return page(request, items, self.switches.page_size)

    async def add_webhook(self, request: web.Request) -> web.Response:
        body = await json_object(request)
        scope = body.get("scope") if body else None
        if body is None or not isinstance(scope, dict):
            return fail(400, "scope is required")
        project = self.state.project_by_id(str(scope.get("id")))
        if project is None:
            return fail(404, "Project not found")
        if not self.switches.admin:
            return fail(403, "Forbidden")
        problem = _webhook_problem(body, len(project.webhooks))
        if problem:
            return fail(400, problem)
        webhook = Webhook(
            name=body["name"],
            url=body["url"],
            events=list(body["events"]),
            secret=body["signing-secret"],
            verify_tls=body["verify-tls"],
            project_id=project.id,
            created_at=self.clock(),
        )
        project.webhooks.append(webhook)
        self.hooks.ping(project, webhook)
        return reply(render.webhook_body(webhook), status=201)


def _webhook_problem(body: dict[str, Any], existing: int) -> str:
    if existing >= WEBHOOKS_A_PROJECT:
        return "Maximum number of webhooks reached for this project."
    for name, kind in (("name", str), ("url", str), ("signing-secret", str), ("verify-tls", bool)):
        if not isinstance(body.get(name), kind):
            return f"{name} is required"
    events = body.get("events")
    if not isinstance(events, list) or not events or not EVENTS.issuperset(events):
        return "events must name workflow-completed or job-completed"
    address = urlsplit(body["url"])
    # The real service takes https only; the sandbox's bot listens on loopback.
    if address.scheme != "https" and address.hostname not in {"127.0.0.1", "localhost"}:
        return "url must use https"
    return ""
