"""From a deployment request and a survey to a plan, or every reason against it (pure)."""

from msgspec import Struct

from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.gates.approvals import needed
from app.lifecycle.planning.gates.question import Verdict
from app.lifecycle.planning.history.live_deployment import live_in, went_live_at, with_success
from app.lifecycle.planning.pipelines.inputs import Resolved, resolve
from app.lifecycle.planning.pipelines.parameters import DeploymentValues, pipeline_parameters
from app.lifecycle.planning.targets.environments import Environment, deployed_to
from app.lifecycle.planning.targets.refs import Aim
from app.model.configuration.environment_names import folded
from app.model.github.deployment import Deployment
from app.model.github.live import Live
from app.model.github.refs import SHORT_SHA, ref_or_sha, shown_ref
from app.model.github.states import GitHubState
from app.model.github.survey import Survey
from app.model.plan import InputValue, Payload, Person, Plan, RefKind, Run
from app.model.reasons import Reason
from app.model.reasons.binding import RepositoryArchived
from app.model.reasons.gates import OlderThanLive
from app.model.reasons.typed import CommitOfAFork, PullRequestFromFork
from app.model.slot import Slot


class Ground(Struct, frozen=True, kw_only=True):
    """Everything that a plan is decided from.

    `slot` is the environment's, read after the survey, and `date` the time then (epoch seconds, by
    GitHub's clock). `reached`: something in the repository itself leads to the commit, so it isn't
    just a fork's.
    """

    request: DeployRequest
    survey: Survey
    slot: Slot
    date: float
    config: RepoConfig
    environment: Environment
    aim: Aim
    reached: bool = True

    @property
    def deployments(self) -> tuple[Deployment, ...]:
        """The environment's deployments, under all of its spellings and aliases."""
        filed = deployed_to(self.environment.name, self.config, self.survey.deployments)
        return with_success(filed, self.slot.succeeded, self.date)

    @property
    def live(self) -> Live | None:
        """What is live in the environment."""
        return live_in(self.deployments)

    @property
    def inputs(self) -> Resolved:
        """The inputs it is deployed with."""
        request, sha = self.request, self.aim.resolved.sha
        pinned = request.sha is not None and not self.aim.at_head
        return resolve(
            self.config.inputs,
            request.inputs,
            environment=self.environment.name,
            ref=sha[:SHORT_SHA] if pinned else _typable(request.ref or ""),
        )

    @property
    def pull_request(self) -> int | None:
        """The number of the pull request that is deployed, or that the commit belongs to."""
        found = self.survey.pull_request
        return self.aim.resolved.pull_request or (found.number if found is not None else None)

    @property
    def deploy_url(self) -> str:
        """Where the deployment can be seen; empty if that is not known."""
        return self.environment.url(self.aim.resolved.pull_request)


def _typable(ref: str) -> str:
    """A ref as people type it: a pull request by its number."""
    return shown_ref(ref) if ref.startswith("pull/") else ref


class Judgement(Struct, frozen=True, kw_only=True):
    """What the gates say of an existing deployment, and how it would run.

    `plan` is None if it was refused before it could be planned; then `project` is the CI's project
    to which its status on GitHub links, if any. `run_by` are the apps that `run_deployments_by`
    names. `newer` is a deployment that was created later for the same environment and went live
    there.
    """

    verdict: Verdict
    plan: Plan | None = None
    run_by: tuple[str, ...] = ()
    project: str | None = None
    newer: int | None = None


def newer_success(ground: Ground, deployment_id: int) -> int | None:
    """The newest deployment that went live there and was created after `deployment_id`, if any."""
    later = (each for each in ground.deployments if each.id > deployment_id)
    return max((each.id for each in later if went_live_at(each) is not None), default=None)


def run_of(ground: Ground, *, project: str) -> Run:
    """What the CI is asked to run; `project` is the repository's default project at the CI.

    The CI starts pipelines by branch or tag only. A commit that isn't the head of its ref runs on
    the default branch, with its SHA among the parameters.
    """
    ci, aim = ground.config.ci, ground.aim
    repository = ground.survey.repository
    branch, tag = repository.default_branch, None
    if aim.at_head and aim.resolved.kind is RefKind.TAG:
        tag = aim.resolved.name
    elif aim.at_head:
        branch = aim.resolved.name
    return Run(
        project=ci.project or project,
        definition=ci.definition_id,
        workflow=ci.workflow,
        branch=None if tag else branch,
        tag=tag,
        parameters=_parameters(ground),
    )


def archived(survey: Survey) -> tuple[Reason, ...]:
    """The refusal of an archived repository, for which GitHub creates no deployments."""
    if not survey.repository.archived:
        return ()
    return (RepositoryArchived(repository=survey.repository.full_name),)


def never_deployable(ground: Ground) -> tuple[Reason, ...]:
    """Why the request can never be deployed as it is, whatever the gates say."""
    aim = ground.aim
    reasons: list[Reason] = [*archived(ground.survey)]
    allowed = aim.resolved.from_fork and ground.environment.rules.forks
    if not ground.reached and not allowed:
        repository, number = ground.survey.repository.full_name, aim.resolved.pull_request
        reasons.append(CommitOfAFork(sha=aim.resolved.sha, repository=repository, number=number))
    elif aim.resolved.kind is not RefKind.SHA and aim.resolved.from_fork and not allowed:
        number = aim.resolved.pull_request or ground.environment.number
        reasons.append(PullRequestFromFork(number=number))
    return (*reasons, *ground.inputs.refusals)


def older_than_live(plan: Plan) -> tuple[Reason, ...]:
    """The refusal of older code than production runs, until somebody confirms it."""
    if not plan.goes_back or plan.live is None or plan.compared is None:
        return ()
    environment = f'"{plan.environment}"' if " " in plan.environment else plan.environment
    return (
        OlderThanLive(
            environment=plan.environment,
            ref=ref_or_sha(plan.ref, plan.sha),
            live=ref_or_sha(plan.live.ref, plan.live.sha),
            behind=plan.compared.behind,
            typed=f"deploy {environment} {shown_ref(plan.ref) or plan.sha}",
            inputs={
                name: value
                for name, value in plan.payload.inputs.items()
                if name in plan.payload.chosen
            },
        ),
    )


def plan_of(ground: Ground, run: Run, verdict: Verdict, *, bot: str) -> Plan:
    """The plan, also of a deployment that has to wait: it is judged again once it exists.

    The planner adds committer, tickets and the comparison with what is live. `bot` is our own login
    on GitHub.
    """
    survey, request, aim = ground.survey, ground.request, ground.aim
    environment, rules = ground.environment, ground.environment.rules
    return Plan(
        repository=survey.repository.ref,
        environment=environment.name,
        ref=aim.ref,
        ref_kind=aim.resolved.kind,
        sha=aim.resolved.sha,
        payload=_payload(ground),
        run=run,
        task=request.task,
        pinned=request.sha is not None,
        transient=rules.transient,
        production=environment.production,
        concurrency=environment.concurrency(ground.config),
        timeout=environment.timeout(ground.config),
        judged=verdict.open,
        requester=request.requester,
        subject=survey.commit.subject if survey.commit else "",
        pull_request=ground.pull_request,
        deploy_url=ground.deploy_url,
        live=ground.live,
        active=_active(ground, bot),
        neighbour=_neighbour(ground, bot),
        confirm=rules.confirm,
        approvals=needed(request, rules),
        approvers=rules.approvers,
    )


def _active(ground: Ground, bot: str) -> tuple[int, ...]:
    """Our deployments that GitHub shows as active there; none if the environment is transient.

    Transient ones end when their pull request is closed.
    """
    if ground.environment.rules.transient:
        return ()
    return tuple(
        each.id
        for each in ground.deployments
        if each.status is not None
        and each.status.state == GitHubState.SUCCESS
        and bot in (each.creator, each.status.creator)
    )


def _neighbour(ground: Ground, bot: str) -> str:
    """Who else is deploying there now, by the statuses on GitHub; empty if nobody is."""
    name = folded(ground.environment.name)
    for deployment in ground.survey.deployments:
        status = deployment.status
        if status is None or status.state != GitHubState.IN_PROGRESS or status.creator == bot:
            continue
        if folded(deployment.environment) == name:
            return status.creator.removesuffix("[bot]")
    return ""


def _parameters(ground: Ground) -> dict[str, InputValue]:
    resolved = ground.aim.resolved
    ci = ground.config.ci
    deploy = DeploymentValues(
        environment=ground.environment.name,
        ref=resolved.name,
        ref_kind=resolved.kind,
        sha=resolved.sha,
        url=ground.deploy_url,
        task=ground.request.task,
    )
    return pipeline_parameters(
        deploy,
        send=ci.send,
        constants={**ci.parameters, **ground.environment.rules.ci.parameters},
        inputs=ground.inputs.values,
    )


def _payload(ground: Ground) -> Payload:
    request = ground.request
    requester = request.requester or Person()
    return Payload(
        request=request.request_id,
        trigger=request.trigger,
        requester=requester.name,
        user=requester.slack_userid,
        login=requester.login,
        channel=request.channel,
        inputs=ground.inputs.values,
        chosen=ground.inputs.chosen,
        force=request.force,
        retry_of=request.retry_of,
        rollback_of=request.rollback_of,
        target=request.target,
        left=request.left,
        promoted_from=request.promoted_from,
        url=ground.deploy_url or None,
        reason=request.reason,
        shown_on=_shown_on(ground),
    )


def _shown_on(ground: Ground) -> int | None:
    """The pull request that the environment is for, if `github-flow` links it there."""
    place = ground.environment
    own = place.number is not None and place.rules.deploy_on.pull_request
    return place.number if own and ground.config.workflow == "github-flow" else None
