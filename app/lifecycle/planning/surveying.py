"""Reading from GitHub what a request is about: one survey, and the commit that is meant."""

from dataclasses import dataclass

from msgspec import structs

from app.errors import UserError
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import ConfigCache, InvalidConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.plan_rules import archived
from app.lifecycle.planning.targets.environments import other_names
from app.lifecycle.planning.targets.places import Place, place_of
from app.lifecycle.planning.targets.refs import Aim, at_head, find_ref, pinned
from app.model.github.survey import Survey
from app.model.plan import RepositoryRef
from app.model.reasons import Reason
from app.ports import GitHub


@dataclass(frozen=True)
class Surveying:
    """Makes one GraphQL read, and another only if the first shows that it has to look elsewhere."""

    github: GitHub
    configs: ConfigCache

    async def survey(self, ref: RepositoryRef, request: DeployRequest) -> tuple[Survey, RepoConfig]:
        """What GitHub says now, with the configuration in force.

        The last known configuration tells where to look; if the one just read says otherwise,
        GitHub is asked again. Raises `UserError` if the configuration is invalid.
        """
        guess = self.configs.last(ref.id) or RepoConfig()
        place = place_of(request, guess, ())
        also = other_names(place[0] or "", guess, ())
        survey = await self.github.survey(ref, environment=place[0], target=place[1], also=also)
        config = self._config(survey)
        needed = place_of(request, config, survey.environments)
        others = other_names(needed[0] or "", config, survey.environments)
        if needed != place or not {*others} <= {*also}:
            survey = await self.github.survey(
                ref, environment=needed[0], target=needed[1], also=others
            )
            config = self._config(survey)
        return survey, config

    def _config(self, survey: Survey) -> RepoConfig:
        try:
            return self.configs.read(survey.repository.id, survey.config)
        except InvalidConfig as error:
            raise UserError(*archived(survey), *error.reasons) from error

    async def aim(
        self, ref: RepositoryRef, survey: Survey, request: DeployRequest, place: Place
    ) -> tuple[Survey, Aim | Reason]:
        """The commit that is meant, and the survey that has its checks."""
        environment, target = place
        event = request.event
        if event is not None and len(survey.refs) > 1:  # a branch and a tag: it says which
            target = f"{'tags' if event.kind == 'tag' else 'heads'}/{event.name}"
            deployed = survey.deployments
            survey = await self.github.survey(ref, target=target, environment=environment)
            survey = structs.replace(survey, deployments=deployed)
        if request.sha is None:
            similar: list[str] = []
            if not survey.refs and target is not None:
                similar = await self.github.closest_refs(ref, target)
            return survey, find_ref(survey, target, similar)
        return await self.pinned(ref, survey, environment, named=request.ref, sha=request.sha)

    async def pinned(
        self,
        ref: RepositoryRef,
        survey: Survey,
        environment: str | None,
        *,
        named: str | None,
        sha: str,
        ref_stays: bool = False,
    ) -> tuple[Survey, Aim | Reason]:
        """The given commit, as the head of the ref `named` if it still is that, with its survey.

        `ref_stays`: the deployment exists, and keeps the ref that it was created with.
        """
        aim = at_head(survey, named, sha) if named is not None else None
        if aim is not None:
            return survey, aim
        if survey.commit is None or survey.commit.sha != sha:
            deployed = survey.deployments
            survey = await self.github.survey(ref, target=sha, environment=environment)
            survey = structs.replace(survey, deployments=deployed)
        return survey, pinned(survey, sha, ref=named if ref_stays else None)
