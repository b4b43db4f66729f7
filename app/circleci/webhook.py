"""CircleCI's outbound webhooks: `POST /circleci/webhook`.

https://circleci.com/docs/outbound-webhooks/ and …/outbound-webhooks-reference/
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import msgspec
import structlog
from aiohttp import web
from msgspec import Struct

from app.circleci.rules import canonical
from app.circleci.shapes import epoch
from app.circleci.states import workflow_state
from app.http.bodies import Bodies
from app.http.guard import DEADLINE, within
from app.http.parsing import Id, decode
from app.http.requests import LIMIT, RejectedRequest, header, signed
from app.model import Json
from app.model.ask import Ask, AskKind
from app.model.build import BuildKey
from app.model.ci import WorkflowReport
from app.model.note import Note, reported
from app.ports import Clock, Intake, Key, Lookups, Records, Wake

logger = structlog.get_logger()

BY_API = "api"
"""The `pipeline.trigger.type` of pipelines that were started through the API."""


class _Kind(Struct):
    type: str | None = None


class _Project(Struct):
    slug: Id


class _Trigger(Struct, frozen=True):
    type: str = ""


class _Pipeline(Struct):
    id: Id
    number: int = 0
    trigger: _Trigger = _Trigger()


class _Workflow(Struct):
    id: Id
    name: Id
    status: Id
    stopped_at: datetime | None = None
    url: str = ""


class WorkflowCompleted(Struct):
    """The fields of a `workflow-completed` event that are read."""

    id: Id
    happened_at: datetime
    project: _Project
    pipeline: _Pipeline
    workflow: _Workflow

    def report(self, now: float) -> WorkflowReport:
        """The workflow's outcome; a time later than `now` (epoch seconds) becomes `now`."""
        return WorkflowReport(
            id=self.workflow.id,
            name=self.workflow.name,
            state=workflow_state(self.workflow.status),
            said=self.workflow.status,
            at=min(epoch(self.workflow.stopped_at or self.happened_at), now),
            url=self.workflow.url,
        )


_KIND = msgspec.json.Decoder(_Kind)
_COMPLETED = msgspec.json.Decoder(WorkflowCompleted)


@dataclass(frozen=True, kw_only=True)
class CircleCIWebhook:
    """Records that a workflow ended, and answers.

    Only `workflow-completed` is acted on. A `job-completed` brings no outcome, and looking
    at the build for each job would poll CircleCI while its webhooks arrive. A pipeline that was
    not started through the API, such as an ordinary push's, is not ours: the store is neither
    read nor written for it.
    """

    secrets: Sequence[str] = field(repr=False)
    intake: Intake
    lookups: Lookups
    records: Records
    wake: Wake
    clock: Clock
    bodies: Bodies
    deadline: float = DEADLINE

    def routes(self) -> list[web.RouteDef]:
        """For the application's router."""
        return [web.post("/circleci/webhook", self.handle)]

    async def handle(self, request: web.Request) -> web.Response:
        """Verify the request, record the report, answer 2xx."""
        given = header(request, "circleci-signature", status=401)
        check = partial(self._verify, given)
        body = await self.bodies.verified(request, check, limit=LIMIT)
        if _kind(request, body) != "workflow-completed":
            return web.Response(text="ignored")
        event = decode(body, _COMPLETED)
        if event.pipeline.trigger.type != BY_API:
            return web.Response(text="ignored")
        key = await within(self.deadline, self._record(event))
        if key is None:
            return web.Response(text="ignored")
        self.wake(key, delivery=event.id)
        return web.Response(text="recorded")

    def _verify(self, listed: str, body: bytes) -> None:
        """`v1=<hex>` is checked, other versions of the comma-separated list are not."""
        v1 = [part for one in listed.split(",") if (part := one.strip()).startswith("v1=")]
        if len(v1) != 1 or not signed(body, v1[0], self.secrets, prefix="v1="):
            raise RejectedRequest(401, "wrong signature")

    async def _record(self, event: WorkflowCompleted) -> Key | None:
        """Record the report; returns the record to look at, None if the report is not believed."""
        now = self.clock.wall()
        key = await self.lookups.build_of_pipeline(event.pipeline.id)
        if key is None:
            ask = _ask(event, now)
            await self.intake.add_ask(ask)
            return ask.ask_id
        if not await self._started_there(key, event.project.slug):
            logger.warning("report.of_another_project", project=event.project.slug, build=key)
            return None
        repository_id, deployment_id = key
        entry = reported(event.report(now))
        await self.intake.note(
            Note(repository_id=repository_id, deployment_id=deployment_id, entry=entry)
        )
        return key

    async def _started_there(self, key: BuildKey, slug: str) -> bool:
        """Whether the build's pipeline was started in that project; assumed if it has no plan.

        Every project knows our secret, so what one reports about another's pipeline is ignored.
        """
        build = await self.records.build(key)
        if build is None or build.plan is None:
            return True
        return canonical(build.plan.run.project) == canonical(slug)


def _kind(request: web.Request, body: bytes) -> str:
    """The event's type: the signed one in the body, else the header's.

    The test ping that is sent when a webhook is set up has a shortened payload.
    """
    kind = decode(body, _KIND).type
    return kind or header(request, "circleci-event-type")


def _ask(event: WorkflowCompleted, now: float) -> Ask:
    """An ask about a pipeline that the store's index does not list, or not yet: it may be ours."""
    body: dict[str, Json] = {
        "project": event.project.slug,
        "pipeline_id": event.pipeline.id,
        "number": event.pipeline.number,
        "url": event.workflow.url.partition("/workflows/")[0],
        "workflow": msgspec.to_builtins(event.report(now)),
    }
    return Ask(
        ask_id=f"pipeline:{event.pipeline.id}", kind=AskKind.PIPELINE, asked_at=now, body=body
    )
