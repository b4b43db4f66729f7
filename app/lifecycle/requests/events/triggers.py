"""Deployments that an event asks for (a push, a tag, a pull request), each with its own ask."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from msgspec import convert, structs, to_builtins

from app.errors import UserError
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import ConfigCache, InvalidConfig
from app.lifecycle.planning.creations import BeingCreated
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.event_check import Outdated
from app.lifecycle.planning.people.linked_people import with_slack_user
from app.lifecycle.planning.plan_rules import older_than_live
from app.lifecycle.planning.planner import Planner
from app.lifecycle.planning.trigger_rules import (
    ended_for_checks,
    environments_of,
    request_of_event,
)
from app.lifecycle.requests.confirmation import asked_first
from app.lifecycle.requests.decision import (
    AskEach,
    Confirm,
    Create,
    Decision,
    Later,
    Nothing,
    Reply,
    Watching,
)
from app.lifecycle.requests.events.config_push import ConfigPush
from app.model.ask import Ask, AskKind, Said
from app.model.chat.reply import CommitAddress, SlackAddress
from app.model.github.refs import SHORT_SHA
from app.model.github.source_event import SourceEvent
from app.model.github.survey import Survey
from app.model.plan import Plan, RefKind
from app.model.project import Project
from app.model.reasons.gates import ChecksFailed
from app.ports import Bindings, GitHub, Records
from app.texts.replies.deployments.confirmation import GO_BACK
from app.texts.replies.refusals import refusal
from app.texts.replies.triggers import left_alone
from app.texts.speech import word

_AGAIN = UUID("1b0c7a52-6a38-4f0e-9a53-0b7f3a3d1f52")

WHILE_CREATING = 5.0
"""Seconds before a trigger is decided again while another ask deploys the same commit."""


async def bound_project(bindings: Bindings, ask: Ask) -> Project | None:
    """The binding of an event's repository; None if there is none or it has a problem."""
    if ask.repository_id is None:
        return None
    project = await bindings.project_of_repository(ask.repository_id)
    return None if project is None or project.problem else project


@dataclass(frozen=True, kw_only=True)
class Triggers:
    """Decides what events deploy, by the configuration of the default branch."""

    bindings: Bindings
    records: Records
    github: GitHub
    planner: Planner
    configs: ConfigCache
    config_push: ConfigPush

    async def of_event(self, ask: Ask) -> Decision:
        """Decide on an ask for each environment that the event deploys to.

        Costs no call if the configuration is cached and has no environment for this event.
        """
        project = await bound_project(self.bindings, ask)
        if project is None:
            return Nothing()
        source = convert(ask.body["source"], SourceEvent)
        config = self.configs.last(project.repository_id)
        if ask.body.get("configures"):
            config = await self.config_push.apply(project, source.sha or "")
            if config is None:  # its own check run says so already
                return Nothing()
        survey = None
        if config is None:
            survey = await self._survey(project, source)
            config = self._configuration(survey)
        names, sha = environments_of(config, source), source.sha
        if names and sha is None:
            survey = survey or await self._survey(project, source)
            sha = next((found.sha for found in survey.refs), None)
        if sha is None or not names:
            return Nothing()
        at = await self.github.by_our_clock(source.at) if source.at else ask.asked_at
        return AskEach(asks=tuple(_trigger(project, name, source, sha, at) for name in names))

    async def deploy(self, ask: Ask) -> Decision:
        """Decide on the deployment to one environment, unless the event is out of date.

        Raises `UserError` with every reason against it.
        """
        project = await bound_project(self.bindings, ask)
        if project is None:
            return Nothing()
        if ask.deployment_id is not None:
            return await self._once_more(ask, project.repository_id, ask.deployment_id)
        source = convert(ask.body["source"], SourceEvent)
        request = DeployRequest(
            environment=ask.body["environment"],
            request_id=ask.ask_id,
            ask_id=ask.ask_id,
            trigger=source.kind,
            ref=source.name,
            event=source,
            automatic=True,
            requester=await with_slack_user(self.bindings, source.by),
            channel=project.slack_channelid,
            asked_at=ask.asked_at,
        )
        try:
            plan = await self.planner.plan(project, request)
        except Outdated:
            return Nothing()
        except BeingCreated:
            return Later(seconds=WHILE_CREATING)
        except UserError as error:
            if not any(isinstance(one, ChecksFailed) for one in error.reasons):
                raise
            return Reply(answer=refusal(*error.reasons), until_checks=source.sha)
        older = older_than_live(plan)
        if older:
            return AskEach(asks=_offered(ask, plan), answer=refusal(*older))
        return Create(plan=plan)

    async def _once_more(self, ask: Ask, repository_id: int, deployment_id: int) -> Decision:
        """Decide on another ask once this one's deployment has ended because of a red check."""
        build = await self.records.build((repository_id, deployment_id))
        if build is None:
            return Nothing()
        if not build.state.ended:
            return Nothing() if build.ran else Watching()
        if not ended_for_checks(build):
            return Nothing()
        again = Ask(
            ask_id=str(uuid5(_AGAIN, f"{ask.ask_id}\n{deployment_id}")),
            kind=AskKind.TRIGGER,
            asked_at=ask.asked_at,
            repository_id=repository_id,
            reply_to=ask.reply_to,
            body=ask.body,
        )
        return AskEach(asks=(again,))

    async def _survey(self, project: Project, source: SourceEvent) -> Survey:
        return await self.github.survey(project.ref, target=source.name, environment=None)

    def _configuration(self, survey: Survey) -> RepoConfig:
        """The configuration as just read; raises `UserError` if it is invalid."""
        try:
            return self.configs.read(survey.repository.id, survey.config)
        except InvalidConfig as error:
            raise UserError(*error.reasons) from error


def _trigger(project: Project, environment: str, source: SourceEvent, sha: str, at: float) -> Ask:
    """The ask for the deployment to one environment."""
    return Ask(
        ask_id=request_of_event(project.repository_id, environment, source, sha),
        kind=AskKind.TRIGGER,
        asked_at=at,
        repository_id=project.repository_id,
        reply_to=CommitAddress(repository=project.ref, sha=sha),
        body={
            "environment": environment,
            "source": to_builtins(structs.replace(source, sha=sha)),
        },
    )


def _offered(ask: Ask, plan: Plan) -> tuple[Ask, ...]:
    """The ask that offers the channel to deploy older code, as if somebody had typed the command.

    Whoever presses its button is the one who deploys, and every rule applies to them.
    """
    live, compared, channel = plan.live, plan.compared, plan.payload.channel
    if live is None or compared is None or not channel:
        return ()
    ref = plan.ref if plan.ref_kind is not RefKind.SHA else plan.sha[:SHORT_SHA]
    offer = Ask(
        ask_id=f"offer:{ask.ask_id}",
        kind=AskKind.COMMAND,
        asked_at=ask.asked_at,
        repository_id=ask.repository_id,
        said=Said(text=f"deploy {word(plan.environment)} {word(ref)}"),
        reply_to=SlackAddress(channel_id=channel),
    )
    question = left_alone(plan, live, compared)
    confirm = Confirm(question=question, agree=GO_BACK, style="danger", plan=plan)
    return (asked_first(offer, confirm),)
