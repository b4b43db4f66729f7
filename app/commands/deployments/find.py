"""Finds the deployment that somebody means: by its number, by environment, or the latest."""

from asyncio import gather
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from msgspec import Struct, structs

from app.commands.parsing.grammar import Typed, parse_id
from app.errors import Refused, UserError
from app.lifecycle.configuration.matching import closest
from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.configuration.reading import InvalidConfig, parse_config
from app.lifecycle.deployment.github_facts import status_shown, with_facts
from app.lifecycle.planning import origins
from app.lifecycle.planning.targets.environments import (
    STANDARD,
    Environment,
    environment_named,
    find_environment,
    known_environments,
    spellings,
)
from app.model.ask import Ask
from app.model.build import Build, BuildState, Origin
from app.model.configuration.environment_names import folded
from app.model.github.deployment import Deployment
from app.model.github.survey import Survey
from app.model.plan import Person
from app.model.project import Project
from app.model.reasons.deployments import (
    DeploymentUnknown,
    EnvironmentUnseen,
    NothingToRetry,
    NotOurs,
)
from app.model.reasons.typed import EnvironmentAmbiguous, EnvironmentMissing
from app.ports import GitHub, Records

MOST_READ = 50
"""Most records of deployments, and most slots of environments, read to find the right one."""


class Meant(Struct, frozen=True, kw_only=True):
    """The deployments that were meant: one by its number, or those of one or all environments.

    `builds` has at least one, the newest first. `environment` is empty if all are meant, or one
    was named by its number.
    """

    builds: tuple[Build, ...]
    environment: str = ""
    by_number: bool = False


def meant_by(ask: Ask, typed: Typed) -> str:
    """What was typed after the command or, once a question was agreed to, its deployment's id."""
    if ask.confirmed is not None and ask.confirmed.deployment_id is not None:
        return str(ask.confirmed.deployment_id)
    return typed.args[0] if typed.args else ""


def is_own(build: Build, person: Person) -> bool:
    """Whether this person requested the deployment, in the chat or on GitHub."""
    asker = build.requester or Person()
    same = asker.slack_userid is not None and asker.slack_userid == person.slack_userid
    return same or (asker.login is not None and asker.login == person.login)


def not_ours(build: Build, *, verb: str) -> UserError:
    """The error that a deployment is run by others, so that we cannot do this to it."""
    by = build.created_by or "somebody else"
    return UserError(NotOurs(ref=build.ref, environment=build.environment, by=by, verb=verb))


@dataclass(frozen=True, kw_only=True)
class Finder:
    """Finds deployments: GitHub knows which there are, our records know how far each has got."""

    github: GitHub
    records: Records

    async def meant(self, project: Project, typed: str) -> Meant:
        """The deployments that `typed` means: a number, an environment, or all if it is empty.

        Raises `UserError` if there is none.
        """
        number = parse_id(typed)
        if number is not None:
            return Meant(builds=(await self._numbered(project, number, typed),), by_number=True)
        survey, names = await self.places(project, typed)
        environment = names[0] if names else ""
        found = [each for each in survey.deployments if not names or each.environment in names]
        if names and not found:
            found = await self.github.deployments(project.ref, environments=names, limit=MOST_READ)
        if not found and environment:
            raise self._unseen(survey, environment)
        if not found:
            raise UserError(NothingToRetry())
        known = await gather(*(self._record(project, each) for each in found[:MOST_READ]))
        places = [environment] if environment else _places(survey)
        builds = {build.deployment_id: build for build in known}
        builds |= await self._in_slots(project, places, besides=builds)
        newest_first = sorted(builds.values(), key=lambda build: -build.deployment_id)
        return Meant(builds=tuple(newest_first), environment=environment)

    async def places(
        self, project: Project, typed: str, *, needed_by: str = ""
    ) -> tuple[Survey, tuple[str, ...]]:
        """What GitHub says about the repository, and the names of the environment that was typed.

        People may type its name or an alias, in upper or lower case. The first of the names is its
        own; the others are what GitHub calls it. There are no names if nothing was typed. Raises
        `UserError` if there is no such environment, or if none was typed and a command needs it.
        """
        survey = await self.github.survey(project.ref, target=None, environment=None)
        if not typed and needed_by:
            raise self.which(survey, needed_by)
        if not typed:
            return survey, ()
        try:
            return survey, self.environments(survey, typed)
        except UserError:  # GitHub lists only the first environments, so it is asked for this one
            survey = await self.github.survey(project.ref, target=None, environment=typed)
            return survey, self.environments(survey, typed)

    def environments(self, survey: Survey, typed: str) -> tuple[str, ...]:
        """The names of the environment that was typed, among those in the survey; see `places`."""
        config = _config(survey)
        deployed = [each.environment for each in survey.deployments]
        listed = [*survey.environments, *deployed]
        found = find_environment(typed, config, listed)
        if isinstance(found, Environment):
            return spellings(found.name, config, listed)
        if isinstance(found, EnvironmentAmbiguous):
            raise UserError(found)
        raise self._unseen(survey, typed, known_environments(config, survey.environments))

    def which(
        self, survey: Survey, command: str, *, source: Sequence[str] = (), also: Sequence[str] = ()
    ) -> UserError:
        """The error that asks which environment a command is for, and lists those there are.

        It does not list the names of the `source` that was typed already, but `also` these words.
        """
        known = known_environments(_config(survey), survey.environments)
        others = (*(name for name in known if name not in source), *also)
        typed = f"{command} {source[0]}" if source else command
        return UserError(EnvironmentMissing(known=others, command=typed), of=command)

    def default_ref(self, survey: Survey, environment: str) -> str | None:
        """What is deployed to an environment if no ref is typed; None: the default branch."""
        config = _config(survey)
        return environment_named(environment, config).default_ref(config)

    async def _record(self, project: Project, deployment: Deployment) -> Build:
        """Our record of a deployment; if there is none, one made from what GitHub says."""
        build = await self.records.build((project.repository_id, deployment.id))
        if build is not None and build.sha:
            return build
        return seen_on_github(project, deployment, await self._slug())

    async def _in_slots(
        self, project: Project, environments: Iterable[str], *, besides: Container[int]
    ) -> dict[int, Build]:
        """What runs or waits there, even if it is too old to be among those that GitHub lists."""
        names = dict.fromkeys(folded(name) for name in environments)
        read = (self.records.slot(project.repository_id, name) for name in names)
        in_slots = [number for slot in await gather(*read) for number in slot.numbers]
        keys = [(project.repository_id, number) for number in in_slots if number not in besides]
        builds = await gather(*(self.records.build(key) for key in keys))
        return {build.deployment_id: build for build in builds if build is not None}

    async def _slug(self) -> str:
        return (await self.github.identity()).slug

    async def _numbered(self, project: Project, number: int, typed: str) -> Build:
        build = await self.records.build((project.repository_id, number))
        if build is not None and build.sha:
            return build
        try:
            deployment = await self.github.deployment(project.ref, number)
        except Refused as error:
            unknown = DeploymentUnknown(typed=typed, repository=project.repository)
            raise UserError(unknown) from error
        return seen_on_github(project, deployment, await self._slug())

    def _unseen(self, survey: Survey, environment: str, known: tuple[str, ...] = ()) -> Exception:
        deployed = dict.fromkeys(each.environment for each in survey.deployments)
        guess = closest(environment, [*deployed, *known]) or ""
        return UserError(EnvironmentUnseen(environment=environment, closest=guess))


def lasting_environments(survey: Survey) -> tuple[str, ...]:
    """The environments that last, those in the configuration first; none of pull requests."""
    named = known_environments(_config(survey), ())
    return tuple(dict.fromkeys([*named, *STANDARD, *survey.environments]))


def _config(survey: Survey) -> RepoConfig:
    """The configuration; if it is invalid, the defaults, so that people can still look around."""
    try:
        return parse_config(survey.config)
    except InvalidConfig:
        return RepoConfig()


def _places(survey: Survey) -> list[str]:
    """The repository's environments, those with the latest deployments first."""
    names = (*(each.environment for each in survey.deployments), *survey.environments)
    return list(dict.fromkeys(names))[:MOST_READ]


def seen_on_github(project: Project, deployment: Deployment, slug: str) -> Build:
    """A record made from what GitHub says about a deployment; `slug` is our App's slug."""
    build = Build(
        repository_id=project.repository_id,
        deployment_id=deployment.id,
        repository=project.repository,
        installation_id=project.installation_id,
        origin=Origin.FOREIGN,
        state=BuildState.EXTERNAL,
        status=status_shown(deployment.status),
    )
    build = with_facts(build, deployment)
    if not origins.is_ours(build, slug):
        return structs.replace(build, asker=_creator(build))
    return structs.replace(build, origin=Origin.OURS, asker=_requester(build))


def _requester(build: Build) -> Person:
    """Who requested a deployment that we created; the payload of others' cannot be trusted."""
    payload = origins.payload_of(build)
    if payload is None or not (payload.requester or payload.login):
        return _creator(build)
    return Person(name=payload.requester, slack_userid=payload.user, login=payload.login)


def _creator(build: Build) -> Person:
    return Person(name=build.app_slug or build.creator, login=build.creator or None)
