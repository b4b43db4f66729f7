"""CircleCI in memory: pipelines, what becomes of them, and the webhook that tells it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from msgspec import structs

from app.circleci.rules import canonical, default_project
from app.model.ci import CIState, Job, Pipeline, PipelineReading, PipelineSearch, Workflow
from app.model.plan import Run
from app.model.reasons import Reason
from app.model.reasons.pipeline import CIConfigError
from app.ports import Key
from tests.lifecycle.simulation.faults import Faults
from tests.lifecycle.simulation.runs import REPOSITORY
from tests.lifecycle.simulation.scheduling import Time

ENDS = ("failure", "canceled", "error")
"""Plans that are the state in which a workflow ends."""


@dataclass
class SimPipeline:
    """A pipeline; `plan` is what it will come to."""

    pipeline: Pipeline
    plan: str
    workflows: list[Workflow] = field(default_factory=list)
    made: bool = True
    problem: Reason | None = None
    rerun: bool = False

    @property
    def open(self) -> bool:
        """Whether anything of it may still run."""
        return not self.made or any(not workflow.state.ended for workflow in self.workflows)


@dataclass
class SimCircleCI:
    """Every process talks to this one."""

    time: Time
    send: Callable[[SimPipeline, Workflow], None]
    pipelines: list[SimPipeline] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    started: Callable[[SimPipeline], None] = lambda _: None

    def start(self, run: Run) -> SimPipeline:
        """A pipeline comes to be."""
        number = len(self.pipelines) + 1
        carried = run.parameters.get("deployment_id")
        made = SimPipeline(
            pipeline=Pipeline(
                id=f"p{number}",
                number=number,
                created_at=self.time.now,
                url=f"https://ci/{number}",
                deployment_id=int(carried) if carried else None,
                branch=run.branch,
                tag=run.tag,
                project=run.project,
            ),
            plan=self.plans.pop(0) if self.plans else "success",
        )
        self.pipelines.append(made)
        if made.plan == "config_error":
            made.problem = CIConfigError(message="no such job")
        elif made.plan == "slow":
            made.made, made.plan = False, "success"
        elif made.plan != "no_workflow":
            self.begin(made)
        self.started(made)
        return made

    def begin(self, one: SimPipeline) -> None:
        """A workflow of it begins to run."""
        number = len(one.workflows) + 1
        one.made = True
        held = one.plan == "hold" and number == 1
        one.workflows.append(
            Workflow(
                id=f"{one.pipeline.id}-w{number}",
                name="deploy",
                state=CIState.ON_HOLD if held else CIState.RUNNING,
                created_at=self.time.now,
                url=f"{one.pipeline.url}/workflows/{number}",
            )
        )

    def go_on(self, one: SimPipeline) -> None:
        """What would happen to it by itself or by a person's hand."""
        if not one.made:
            self.begin(one)
        elif one.open and one.workflows[-1].state is CIState.ON_HOLD:
            one.workflows[-1] = structs.replace(one.workflows[-1], state=CIState.RUNNING)
        elif one.open:
            plan = CIState(one.plan) if one.plan in ENDS else CIState.SUCCESS
            self.end(one, plan, by="octocat" if plan is CIState.CANCELED else "")

    def end(self, one: SimPipeline, state: CIState, *, by: str = "") -> None:
        """Its workflow ends, and CircleCI tells us."""
        ended = structs.replace(
            one.workflows[-1], state=state, stopped_at=self.time.now, canceled_by=by
        )
        one.workflows[-1] = ended
        self.send(one, ended)

    def rerun(self, one: SimPipeline) -> None:
        """Somebody runs it again, in the same pipeline."""
        one.rerun, one.plan = True, "success"
        self.begin(one)

    def of(self, deployment_id: int) -> list[SimPipeline]:
        """The pipelines of a deployment."""
        return [one for one in self.pipelines if one.pipeline.deployment_id == deployment_id]

    def named(self, pipeline_id: str) -> SimPipeline:
        """One of them."""
        return next(one for one in self.pipelines if one.pipeline.id == pipeline_id)


@dataclass
class CircleCIClient:
    """One process's client; `app.ports.CI`, as far as looks use it."""

    circleci: SimCircleCI
    faults: Faults
    may: Callable[[Key], bool]

    async def trigger(self, run: Run) -> Pipeline:
        """Start one."""
        number = int(run.parameters["deployment_id"])

        key = (REPOSITORY.id, number)
        return await self.faults.write(
            "ci",
            "trigger",
            lambda: self.circleci.start(run).pipeline,
            may=lambda: self.may(key),
        )

    async def recent(
        self, run: Run, search: PipelineSearch, *, since: float, claimed: object = None
    ) -> PipelineSearch:
        """Newest first, one a page."""

        def act() -> PipelineSearch:
            every = [one.pipeline for one in self.circleci.pipelines]
            of_project = [one for one in reversed(every) if one.project == run.project]
            older = [one for one in of_project if one.number < int(search.older or 10**9)]
            return PipelineSearch(
                found=(*search.found, *older[:1]),
                older=str(older[0].number) if len(older) > 1 else None,
                pages=search.pages + 1,
            )

        return await self.faults.read("ci", "recent", act)

    async def deployment_of(self, pipeline_id: str) -> int | None:
        """What it carries."""
        one = self.circleci.named(pipeline_id).pipeline
        return await self.faults.read("ci", "deployment_of", lambda: one.deployment_id)

    async def clock(self) -> float:
        """CircleCI's, which no clock of ours moves."""
        return self.circleci.time.now

    def project_key(self, project: str) -> str:
        """By CircleCI's own rules."""
        return canonical(project)

    def default_project(self, repository: str) -> str:
        """By CircleCI's own rules."""
        return default_project(repository)

    async def read(self, pipeline_id: str, *, sent: object = None) -> PipelineReading:
        """A pipeline and its workflows."""

        def act() -> PipelineReading:
            one = self.circleci.named(pipeline_id)
            return PipelineReading(
                pipeline=one.pipeline,
                made=one.made,
                problem=one.problem,
                workflows=tuple(one.workflows),
            )

        return await self.faults.read("ci", "read", act)

    async def jobs(self, workflow_id: str) -> list[Job]:
        """One job a workflow."""
        job = Job(id=f"{workflow_id}-j", name="ship", state=CIState.FAILURE, url="https://ci/job")
        return await self.faults.read("ci", "jobs", lambda: [job])

    async def cancel(self, workflow_ids: Sequence[str]) -> None:
        """One that ended already is fine."""

        def act() -> None:
            for one in self.circleci.pipelines:
                if one.open and one.workflows and one.workflows[-1].id in workflow_ids:
                    self.circleci.end(one, CIState.CANCELED, by="deploybot")

        await self.faults.write("ci", "cancel", act)
