"""Reading what a request is about: its environment, its commit and what runs there now."""

from dataclasses import dataclass

from app.errors import UserError
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.event_check import EventCheck
from app.lifecycle.planning.pipelines.inputs import resolve
from app.lifecycle.planning.plan_rules import Ground, archived
from app.lifecycle.planning.surveying import Surveying, scope_of
from app.lifecycle.planning.targets.environments import Environment, deployable
from app.lifecycle.planning.targets.reachable import is_reached, tips
from app.lifecycle.planning.targets.refs import Aim
from app.model.configuration.environment_names import folded
from app.model.github.survey import Survey
from app.model.project import Project
from app.model.reasons import Reason
from app.model.reasons.base import BaseReason
from app.model.reasons.typed import EnvironmentUnknown
from app.ports import GitHub, Records


@dataclass(frozen=True)
class Grounds:
    """Reads the `Ground` that a plan is decided from."""

    github: GitHub
    records: Records
    surveying: Surveying

    async def of_request(self, project: Project, request: DeployRequest) -> Ground:
        """The ground of a deployment that doesn't exist yet.

        Raises `UserError` if environment or commit aren't found, `Outdated` if an event no longer
        deploys anything.
        """
        survey, config = await self.surveying.survey(project.ref, request)
        environment = deployable(request.environment, config, survey.environments, new=request.new)
        if isinstance(environment, EnvironmentUnknown):
            swapped = await self.surveying.ref_instead(project.ref, survey, request, environment)
            if swapped is not None:
                raise UserError(*archived(survey), swapped)
        scope = scope_of(request, config, survey.environments)
        heads = tips(survey.refs)
        survey, aim = await self.surveying.aim(project.ref, survey, request, scope)
        if request.event is not None:
            check = EventCheck(self.github, self.records, self.surveying)
            survey, aim = await check(survey, aim, request.event, scope[0])
        if isinstance(environment, BaseReason) or isinstance(aim, BaseReason):
            found = (found for found in (environment, aim) if isinstance(found, BaseReason))
            raise UserError(*archived(survey), *found, *_inputs_refused(request, config))
        return await self.complete(request, survey, config, environment, aim, heads=heads)

    async def complete(
        self,
        request: DeployRequest,
        survey: Survey,
        config: RepoConfig,
        environment: Environment,
        aim: Aim,
        *,
        heads: tuple[str, ...] | None,
    ) -> Ground:
        """The ground, with the slot and whether the commit is the repository's own.

        `heads` are the `tips` of the first survey; None if it doesn't matter whose the commit is.
        """
        return Ground(
            request=request,
            survey=survey,
            slot=await self.records.slot(survey.repository.id, folded(environment.name)),
            date=await self.github.clock(),
            config=config,
            environment=environment,
            aim=aim,
            reached=heads is None
            or await is_reached(self.github, survey, config, environment, aim, heads),
        )


def _inputs_refused(request: DeployRequest, config: RepoConfig) -> tuple[Reason, ...]:
    """What is wrong with the inputs, if environment or commit weren't found."""
    if not request.environment.strip():
        return ()
    return resolve(config.inputs, request.inputs, environment="").refusals
