"""Reading from GitHub what a request is about: one survey, and the commit that is meant."""

from dataclasses import dataclass

from msgspec import structs

from app.errors import UserError
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import ConfigCache, InvalidConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.plan_rules import archived
from app.lifecycle.planning.targets.environments import (
    Environment,
    find_environment,
    other_names,
)
from app.lifecycle.planning.targets.refs import Aim, at_head, find_ref, pinned
from app.model.github.survey import Survey
from app.model.plan import RefKind, RepositoryRef
from app.model.reasons import Reason
from app.model.reasons.typed import EnvironmentIsRef, EnvironmentUnknown
from app.ports import GitHub

Scope = tuple[str | None, str | None]
"""The environment and the ref that a survey is about; None stands for all, and for the default."""


@dataclass(frozen=True)
class Surveying:
    """Makes one GraphQL read, and another only if the first shows that it has to look elsewhere."""

    github: GitHub
    configs: ConfigCache

    async def survey(self, ref: RepositoryRef, request: DeployRequest) -> tuple[Survey, RepoConfig]:
        """What GitHub says now, and the configuration that it has.

        The last known configuration tells where to look; if the one just read says otherwise,
        GitHub is asked again. Raises `UserError` if the configuration is invalid.
        """
        guess = self.configs.last(ref.id) or RepoConfig()
        environment, target = scope = scope_of(request, guess, ())
        also = other_names(environment or "", guess, ())
        survey = await self.github.survey(ref, environment=environment, target=target, also=also)
        config = self._config(survey)
        environment, target = needed = scope_of(request, config, survey.environments)
        others = other_names(environment or "", config, survey.environments)
        if needed != scope or not {*others} <= {*also}:
            survey = await self.github.survey(
                ref, environment=environment, target=target, also=others
            )
            config = self._config(survey)
        return survey, config

    def _config(self, survey: Survey) -> RepoConfig:
        try:
            return self.configs.read(survey.repository.id, survey.config)
        except InvalidConfig as error:
            raise UserError(*archived(survey), *error.reasons) from error

    async def aim(
        self, ref: RepositoryRef, survey: Survey, request: DeployRequest, scope: Scope
    ) -> tuple[Survey, Aim | Reason]:
        """The commit that is meant, and the survey that has its checks."""
        environment, target = scope
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

    async def ref_instead(
        self,
        ref: RepositoryRef,
        survey: Survey,
        request: DeployRequest,
        unknown: EnvironmentUnknown,
    ) -> EnvironmentIsRef | None:
        """The refusal if a ref was typed in place of the environment; None if it is no ref.

        Costs a call, unless it is the default branch.
        """
        name, kind = request.environment.strip(), RefKind.BRANCH
        if name != survey.repository.default_branch:
            found = await self.github.survey(ref, environment=None, target=name)
            if not found.refs:
                return None
            kind = found.refs[0].kind
        swapped = (request.ref,) if request.ref in unknown.known else ()
        return EnvironmentIsRef(ref=name, kind=kind.value, known=swapped or unknown.known)


def scope_of(request: DeployRequest, config: RepoConfig, listed: tuple[str, ...]) -> Scope:
    """What to look for: what was typed, as far as the configuration explains it (pure)."""
    environment = find_environment(request.environment, config, listed, new=request.new)
    target = request.ref or request.sha
    if not isinstance(environment, Environment):
        return request.environment or None, target
    return environment.name or None, environment.default_ref(config) if target is None else target
