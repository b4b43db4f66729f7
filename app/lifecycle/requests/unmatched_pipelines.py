"""The CI's reports of pipelines that the index did not know (design, section 4).

A miss proves nothing, for the index is late: the report is kept as an ask, and its look asks
the index again, then the pipeline itself. Most such pipelines are a project's ordinary ones, so
the CI is asked once; what a pipeline carries never changes.
"""

from dataclasses import dataclass

import msgspec
import structlog

from app.errors import Refused
from app.lifecycle.requests.decision import Decision, Later, Nothing, Tell
from app.model.ask import Ask
from app.model.build import Build, BuildState, Stray
from app.model.ci import WorkflowReport
from app.model.note import Note, reported
from app.ports import CI, Clock, Store

logger = structlog.get_logger()

AGAIN = 2.0
"""Seconds between looks at the index."""

CARRIED = "deployment_id"
"""Where the ask's body keeps what the pipeline was found to carry."""


@dataclass(frozen=True, kw_only=True)
class UnmatchedPipelines:
    """Finds the build that a report belongs to, for at most a lease (`patience`, seconds)."""

    store: Store
    ci: CI
    clock: Clock
    patience: float

    async def __call__(self, ask: Ask) -> Decision:
        """Note the report on its build; a pipeline that is nobody's is let go and logged."""
        pipeline_id = str(ask.body["pipeline_id"])
        report = msgspec.convert(ask.body["workflow"], WorkflowReport)
        key = await self.store.build_of_pipeline(pipeline_id)
        if key is not None and (build := await self.store.build(key)) is not None:
            return Tell(note=_note(build, _stray(ask), report))
        carried = ask.body.get(CARRIED) or await self._carried(pipeline_id)
        if carried is not None:
            build = await self._sent_there(ask, int(carried))
            if build is not None:
                return Tell(note=_note(build, _stray(ask), report))
            if self.clock.wall() - ask.asked_at < self.patience:
                return Later(seconds=AGAIN, body={**ask.body, CARRIED: carried})
        logger.info("pipeline.not_ours", pipeline=pipeline_id)
        return Nothing()

    async def _carried(self, pipeline_id: str) -> int | None:
        """The `deployment_id` it carries; None: it has none, or is gone."""
        try:
            return await self.ci.deployment_of(pipeline_id)
        except Refused:
            return None

    async def _sent_there(self, ask: Ask, deployment_id: int) -> Build | None:
        """The build of that number, if the pipeline ran where the build was sent to."""
        key = await self.store.build_of_deployment(deployment_id)
        build = await self.store.build(key) if key else None
        if build is None or build.plan is None or build.state is BuildState.EXTERNAL:
            return None
        same = self.ci.same_project(build.plan.run.project, str(ask.body["project"]))
        return build if same else None


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
