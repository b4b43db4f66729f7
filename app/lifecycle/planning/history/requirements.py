"""Whether a commit has succeeded in the environments that another one requires."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from msgspec import structs

from app.lifecycle.planning.gates.question import RequiredEnvironment
from app.lifecycle.planning.history.live_deployment import live_in, went_live_at
from app.lifecycle.planning.history.rollback_target import believed
from app.lifecycle.planning.plan_rules import Ground
from app.lifecycle.planning.targets.environments import Environment, find_environment, other_names
from app.lifecycle.planning.trigger_rules import environments_of
from app.model.github.deployment import Deployment
from app.model.github.refs import ref_or_sha
from app.model.github.states import is_open
from app.ports import GitHub


@dataclass(frozen=True)
class Requirements:
    """Asks GitHub once, and only if something is required."""

    github: GitHub

    async def read(self, ground: Ground) -> tuple[RequiredEnvironment, ...]:
        """How the commit stands in each required environment, in the file's order.

        An environment to which the same event deploys counts as running, even if that deployment
        hasn't been created yet.
        """
        required = ground.environment.rules.required
        if not required or ground.request.force:
            return ()
        sha, names = ground.aim.resolved.sha, {one: _names(one, ground) for one in required}
        ref = ground.survey.repository.ref
        asked = tuple(dict.fromkeys(name for found in names.values() for name in found))
        deployments = await self.github.deployed(ref, sha, asked)
        slug = (await self.github.identity()).slug
        event = ground.request.event
        coming = environments_of(ground.config, event) if event is not None else ()
        found = []
        for one, soak in required.items():
            known = commit_in(names[one], soak, sha, deployments, slug)
            running = known.running or names[one][0] in coming
            found.append(await self._by_our_clock(structs.replace(known, running=running)))
        return tuple(found)

    async def _by_our_clock(self, found: RequiredEnvironment) -> RequiredEnvironment:
        if found.succeeded_at is None:
            return found
        at = await self.github.by_our_clock(found.succeeded_at)
        return structs.replace(found, succeeded_at=at)


def _names(typed: str, ground: Ground) -> tuple[str, ...]:
    """All names under which the environment may have been deployed to, its own first."""
    listed = ground.survey.environments
    found = find_environment(typed, ground.config, listed, new=True)
    name = found.name if isinstance(found, Environment) else typed
    return (name, *other_names(name, ground.config, listed))


def commit_in(
    names: Collection[str], soak: float, sha: str, deployments: Iterable[Deployment], slug: str
) -> RequiredEnvironment:
    """How the commit stands in the environment that has these names (pure); `slug` is our App's."""
    there = [one for one in deployments if one.environment in names]
    mine = [one for one in there if one.sha == sha]
    went = [(at, one.id) for one in mine if (at := went_live_at(one)) is not None]
    last = max(went, default=None)
    live = live_in(there)
    return RequiredEnvironment(
        environment=next(iter(names)),
        soak=soak,
        succeeded_at=last[0] if last else None,
        rolled_back=last is not None and last[1] in _left(there, slug),
        running=any(is_open(one.status) for one in mine),
        live=ref_or_sha(live.ref, live.sha) if live else "",
    )


def _left(deployments: Collection[Deployment], slug: str) -> set[int | None]:
    """The ids of deployments that were rolled back, which only our own deployments tell."""
    payloads = believed(deployments, slug)
    went = (one.id for one in deployments if went_live_at(one) is not None)
    return {payloads[number].rollback_of for number in went if number in payloads}
