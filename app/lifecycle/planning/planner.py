"""Plans deployments: reads what a decision needs, then decides by the pure rules beside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from msgspec import structs

from app.errors import Conflict, UserError
from app.lifecycle.configuration.reading import ConfigCache
from app.lifecycle.planning import origins
from app.lifecycle.planning.creations import Creations
from app.lifecycle.planning.deploy_request import DeployRequest, request_of
from app.lifecycle.planning.event_check import Outdated
from app.lifecycle.planning.gates.order import judge
from app.lifecycle.planning.gates.question import Question, Verdict
from app.lifecycle.planning.grounds import Grounds
from app.lifecycle.planning.history.requirements import Requirements
from app.lifecycle.planning.history.rollback_hold import hold_on
from app.lifecycle.planning.people.approving import Approving
from app.lifecycle.planning.people.linked_people import LinkedPeople
from app.lifecycle.planning.people.who_may import WhoMay
from app.lifecycle.planning.pipelines.own_pipelines import OwnPipelines
from app.lifecycle.planning.pipelines.projects import Projects
from app.lifecycle.planning.plan_rules import (
    Ground,
    Judgement,
    archived,
    never_deployable,
    newer_success,
    older_than_live,
    plan_of,
    run_of,
)
from app.lifecycle.planning.same_request import under_way
from app.lifecycle.planning.surveying import Surveying
from app.lifecycle.planning.targets.environments import (
    Environment,
    deployable,
    environment_named,
)
from app.lifecycle.planning.targets.reachable import tips
from app.lifecycle.planning.trigger_rules import concerns
from app.model.build import Build, Origin
from app.model.github.live import Comparison
from app.model.plan import Plan, Run, Ticket
from app.model.project import Project
from app.model.reasons import Reason
from app.model.reasons.base import BaseReason
from app.model.slot import EVERYWHERE
from app.model.triggers import SourceKind
from app.ports import CI, Bindings, Clock, GitHub, Records


class FindTickets(Protocol):
    """Finds the tickets that are named in texts about a repository."""

    def __call__(self, texts: Iterable[str], *, repository: str) -> tuple[Ticket, ...]:
        """Each ticket once, in order; `repository` is `owner/name`."""
        ...


MOST_TRIES = 50
"""How often an announcement is tried again, while others announce theirs."""


@dataclass(frozen=True)
class Planner:
    """Turns a deployment request into a plan, or into every reason against it.

    `settle` is how long (seconds) an automatic deployment waits for the first check.
    """

    github: GitHub
    ci: CI
    projects: Projects
    who_may: WhoMay
    records: Records
    bindings: Bindings
    own: OwnPipelines
    find_tickets: FindTickets
    clock: Clock
    configs: ConfigCache
    settle: float = 30.0

    @property
    def _surveying(self) -> Surveying:
        return Surveying(self.github, self.configs)

    @property
    def _grounds(self) -> Grounds:
        return Grounds(self.github, self.records, self._surveying)

    @property
    def approving(self) -> Approving:
        """Reads who approved, and who may."""
        return Approving(self.who_may, self.bindings)

    @property
    def _people(self) -> LinkedPeople:
        return LinkedPeople(self.bindings)

    async def plan(self, project: Project, request: DeployRequest) -> Plan:
        """Plan a deployment that doesn't exist yet.

        Raises `UserError` with every reason at once, `Outdated` if an event no longer deploys
        anything, and `BeingCreated` or `Conflict` while another ask deploys the same commit. It
        takes one GraphQL read, and another only if the configuration just read names another
        environment or ref, or if the pinned commit is no longer its ref's head.
        """
        ground = await self._grounds.of_request(project, request)
        if not await self._concerned(ground):
            raise Outdated
        run = self._run(ground)
        verdict = await self._verdict(ground, run)
        if request.event is not None and request.event.at < ground.slot.closed:
            raise Outdated
        creations = await Creations.read(self.records, ground.slot)
        running = await self._already_running(ground, creations)
        if verdict.refusals or running is not None:
            raise UserError(*((running,) if running else ()), *verdict.refusals)
        plan = await self._plan(ground, run, verdict)
        if request.ask_id:
            await self._announce(ground, creations, plan.sha)
        return plan

    async def _announce(self, ground: Ground, creations: Creations, sha: str) -> None:
        """Announce on the slot that the deployment is going to be created.

        If others wrote there first, what was judged still holds, unless it is about this one: of
        twenty people who type at the same instant, nobody asks GitHub twice. Raises `BeingCreated`
        if one of them deploys the same commit, `Conflict` if it has to be judged again.
        """
        for _ in range(MOST_TRIES):
            try:
                return await creations.announce(ground.request.ask_id, sha)
            except Conflict:
                creations = await creations.again()
                alike = creations.judged_as(ground.slot)
                if not alike or await self._already_running(ground, creations) is not None:
                    raise
        raise Conflict("others keep writing the slot")

    async def _concerned(self, ground: Ground) -> bool:
        """Whether a push changed anything of the environment's `paths` since its last success."""
        event, paths = ground.request.event, ground.environment.rules.deploy_on.paths
        live, sha = ground.live, ground.aim.resolved.sha
        if event is None or event.kind is not SourceKind.PUSH or not paths or live is None:
            return True
        ref = ground.survey.repository.ref
        changed = await self.github.changed_files(ref, base=live.sha, head=sha)
        return concerns(paths, changed)

    async def judge(self, build: Build, project: Project) -> Judgement:
        """Judge an existing deployment on its own commit: whether it may run, and how.

        A deployment that others run passes no gates: it is shown even if they couldn't be judged.
        """
        request = request_of(build)
        try:
            survey, config = await self._surveying.survey(project.ref, request)
        except UserError as refusal:
            return Judgement(verdict=Verdict(refusals=refusal.reasons))
        given = build.environment
        named = deployable(given, config, survey.environments, new=True)
        environment = named if isinstance(named, Environment) else environment_named(given, config)
        heads = tips(survey.refs)
        survey, aim = await self._surveying.pinned(
            project.ref, survey, environment.name, named=build.ref, sha=build.sha, ref_stays=True
        )
        if isinstance(aim, BaseReason):
            refused = Verdict(refusals=(*archived(survey), aim))
            return Judgement(verdict=refused, run_by=config.run_deployments_by)
        shown = build.origin is None and not origins.runs_for(build, config.run_deployments_by)
        believed = shown or build.origin is Origin.OURS  # ours was checked before its creation
        request = await self._people.linked(request, build)
        ground = await self._grounds.complete(
            request, survey, config, environment, aim, heads=None if believed else heads
        )
        run = self._run(ground)
        verdict = Verdict() if shown else await self._verdict(ground, run, build)
        if isinstance(named, BaseReason) and not shown:
            verdict = Verdict(refusals=(named,)) + verdict
        plan = await self._plan(ground, run, verdict)
        if not shown and build.origin is not Origin.OURS:  # nobody on GitHub could confirm it
            verdict += Verdict(refusals=older_than_live(plan))
        return Judgement(
            verdict=verdict,
            plan=plan,
            run_by=config.run_deployments_by,
            newer=newer_success(ground, build.deployment_id),
        )

    def _run(self, ground: Ground) -> Run:
        project = self.ci.default_project(ground.survey.repository.full_name)
        return run_of(ground, project=project)

    async def _verdict(self, ground: Ground, run: Run, build: Build | None = None) -> Verdict:
        """What refuses the deployment, or makes it wait."""
        survey, environment = ground.survey, ground.environment
        rules, request = environment.rules, ground.request
        lists = (rules.allow, rules.force if request.force else ())
        slug = (await self.github.identity()).slug
        question = Question(
            request=request,
            environment=environment,
            sha=ground.aim.resolved.sha,
            slot=ground.slot,
            everywhere=await self.records.slot(survey.repository.id, EVERYWHERE),
            hold=hold_on(ground.slot, ground.deployments, slug),
            build=build,
            asker=await self.who_may.of_request(survey.repository.ref, request, lists),
            consents=await self.approving.consents(
                survey.repository.ref, build, rules.approval_rules.from_, asked=request.requester
            ),
            provable=self.who_may.provable,
            checks=survey.checks,
            checks_need=survey.checks_need,
            now=self.clock.wall(),
            date=ground.date,
            settle=self.settle,
            required=await Requirements(self.github).read(ground),
        )
        asked = await self.own.completed(question, survey, ground.aim.resolved.name)
        foreign = await self.projects.barred(survey.repository.ref, run.project, run.definition)
        refusals = (*never_deployable(ground), *foreign, *self.ci.barred(run))
        return Verdict(refusals=refusals) + judge(asked)

    async def _already_running(self, ground: Ground, creations: Creations) -> Reason | None:
        """The deployment of the same commit that is on its way there, if any."""
        identity = await self.github.identity()
        open_ones = under_way(ground, identity.slug, ground.date)
        return await creations.already_running(ground, open_ones)

    async def _plan(self, ground: Ground, run: Run, verdict: Verdict) -> Plan:
        survey = ground.survey
        pull = survey.pull_request
        texts = [ground.aim.resolved.name, survey.commit.message if survey.commit else ""]
        texts += [pull.branch, pull.title, pull.body] if pull else []
        bot = (await self.github.identity()).bot
        return structs.replace(
            plan_of(ground, run, verdict, bot=bot),
            tickets=self.find_tickets(texts, repository=survey.repository.full_name),
            committer=await self._people.committer(survey),
            compared=await self._compared(ground),
        )

    async def _compared(self, ground: Ground) -> Comparison | None:
        """The commit compared with the live one; None if nothing is live, or GitHub can't tell."""
        live, sha = ground.live, ground.aim.resolved.sha
        if live is None or live.sha == sha:
            return None
        ref = ground.survey.repository.ref
        return await self.github.compare(ref, base=live.sha, head=sha)
