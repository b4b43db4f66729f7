"""The CI's reports about pipelines that the store's index of pipelines did not know.

The index lags behind, so a miss proves nothing: the report is kept as an ask, and its looks search
the index again. The CI itself is asked once, and only while a deployment of that project may have
a pipeline that nobody recorded: otherwise the pipeline cannot be ours.
"""

from dataclasses import dataclass
from operator import itemgetter

import msgspec
import structlog

from app.errors import Refused
from app.lifecycle.requests.decision import Decision, Later, Nothing, WriteNote
from app.model.ask import Ask
from app.model.build import Build
from app.model.build_parts import Stray
from app.model.ci import WorkflowReport
from app.model.note import Note, reported
from app.ports import CI, Store

logger = structlog.get_logger()

AGAIN = 2.0
"""Seconds between two searches of the index."""

NEWEST = 20
"""How many builds of a project are considered, newest first: older ones ended longer ago."""

CARRIED = "deployment_id"
"""The key in the ask's body for the deployment id that the pipeline was found to carry."""


@dataclass(frozen=True, kw_only=True)
class UnmatchedPipelines:
    """Finds the build that a report belongs to, searching for at most `patience` seconds.

    A trigger request whose answer was lost may still arrive until `give_up` seconds after its
    deployment has ended, but no later.
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
            return WriteNote(note=_note(build, _stray(ask), report))
        body = ask.body
        if await self._guarded(project):
            if CARRIED not in body:
                body = {**body, CARRIED: await self._carried(pipeline_id)}
            build = await self._sent_there(project, body[CARRIED])
            if build is not None:
                return WriteNote(note=_note(build, _stray(ask), report))
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
        """Whether none of its trigger requests can still arrive, by the CI's clock."""
        if build.guarded_project is None or not build.state.ended:
            return build.guarded_project is None
        now = await self.ci.clock()
        return now is not None and now - (build.ended_at or 0.0) >= self.give_up

    async def _carried(self, pipeline_id: str) -> int | None:
        """The pipeline's `deployment_id`; None if it carries none, or we may not see it."""
        try:
            return await self.ci.deployment_of(pipeline_id)
        except Refused:
            return None

    async def _sent_there(self, project: str, deployment_id: int | None) -> Build | None:
        """The build of that deployment, if it may have an unrecorded pipeline of this project."""
        key = await self.store.build_of_deployment(deployment_id) if deployment_id else None
        build = await self.store.build(key) if key else None
        return build if build is not None and build.guarded_project == project else None


def _note(build: Build, stray: Stray, report: WorkflowReport) -> Note:
    """The report if the pipeline is or may become the build's own, else the pipeline as a stray."""
    own = build.pipeline_id == stray.id or (build.pipeline_id is None and not build.state.ended)
    return Note(
        repository_id=build.repository_id,
        deployment_id=build.deployment_id,
        facts={} if own else {"stray": stray},
        entry=reported(report) if own else None,
    )


def _stray(ask: Ask) -> Stray:
    """The pipeline as the webhook describes it."""
    number, url = int(ask.body.get("number", 0)), str(ask.body.get("url", ""))
    return Stray(id=str(ask.body["pipeline_id"]), number=number, url=url)
