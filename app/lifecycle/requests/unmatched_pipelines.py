"""The CI's reports of pipelines that the index did not know.

A miss proves nothing, for the index is late: the report is kept as an ask, and its looks ask the
index again. The CI is asked, once, only while a deployment of that project may have a pipeline
that nobody recorded: else it cannot be one of ours.
"""

from dataclasses import dataclass
from operator import itemgetter

import msgspec
import structlog

from app.errors import Refused
from app.lifecycle.requests.decision import Decision, Later, Nothing, Tell
from app.model.ask import Ask
from app.model.build import Build
from app.model.build_parts import Stray
from app.model.ci import WorkflowReport
from app.model.note import Note, reported
from app.ports import CI, Store

logger = structlog.get_logger()

AGAIN = 2.0
"""Seconds between looks at the index."""

NEWEST = 20
"""Builds of one project that are looked at, newest first: older ones ended longer ago."""

CARRIED = "deployment_id"
"""Where the ask's body keeps what the pipeline was found to carry."""


@dataclass(frozen=True, kw_only=True)
class UnmatchedPipelines:
    """Finds the build that a report belongs to, for at most a lease (`patience`, seconds counted).

    A trigger whose answer was not clear counts as open until `give_up` seconds after its
    deployment has ended: no request lands later.
    """

    store: Store
    ci: CI
    patience: float
    give_up: float

    async def __call__(self, ask: Ask) -> Decision:
        """Note the report on its build; a pipeline of no deployment is logged and ignored."""
        pipeline_id = str(ask.body["pipeline_id"])
        report = msgspec.convert(ask.body["workflow"], WorkflowReport)
        project = self.ci.project_key(str(ask.body["project"]))
        key = await self.store.build_of_pipeline(pipeline_id)
        if key is not None and (build := await self.store.build(key)) is not None:
            if build.plan and self.ci.project_key(build.plan.run.project) != project:
                logger.warning("report.of_another_project", project=project, build=key)
                return Nothing()
            return Tell(note=_note(build, _stray(ask), report))
        body = ask.body
        if await self._guarded(project):
            if CARRIED not in body:
                body = {**body, CARRIED: await self._carried(pipeline_id)}
            build = await self._sent_there(project, body[CARRIED])
            if build is not None:
                return Tell(note=_note(build, _stray(ask), report))
        if ask.tally.total < self.patience:
            return Later(seconds=AGAIN, body=body)
        logger.info("pipeline.not_ours", pipeline=pipeline_id)
        return Nothing()

    async def _guarded(self, project: str) -> bool:
        """Whether a build may have a pipeline of this project that nobody recorded."""
        keys = sorted(await self.store.builds_guarding(project), key=itemgetter(1), reverse=True)
        for key in keys[:NEWEST]:
            build = await self.store.build(key)
            if build is not None and not await self._over(build):
                return True
        return False

    async def _over(self, build: Build) -> bool:
        """Whether no request of its can land any more, by the clock that told when it ended."""
        if build.guarded_project is None or not build.state.ended:
            return build.guarded_project is None
        now = await self.ci.clock()
        return now is not None and now - (build.ended_at or 0.0) >= self.give_up

    async def _carried(self, pipeline_id: str) -> int | None:
        """The `deployment_id` it carries; None: it has none, or is gone."""
        try:
            return await self.ci.deployment_of(pipeline_id)
        except Refused:
            return None

    async def _sent_there(self, project: str, deployment_id: int | None) -> Build | None:
        """The build of that number, if its guard is open and it was sent to this project."""
        key = await self.store.build_of_deployment(deployment_id) if deployment_id else None
        build = await self.store.build(key) if key else None
        return build if build is not None and build.guarded_project == project else None


def _note(build: Build, stray: Stray, report: WorkflowReport) -> Note:
    """The report where the pipeline is the build's own or may become it, else the pipeline."""
    own = build.pipeline_id == stray.id or (build.pipeline_id is None and not build.state.ended)
    return Note(
        repository_id=build.repository_id,
        deployment_id=build.deployment_id,
        facts={} if own else {"stray": stray},
        entry=reported(report) if own else None,
    )


def _stray(ask: Ask) -> Stray:
    """The pipeline, as the webhook told it."""
    number, url = int(ask.body.get("number", 0)), str(ask.body.get("url", ""))
    return Stray(id=str(ask.body["pipeline_id"]), number=number, url=url)
