"""Which environments an event deploys to by itself, and when it no longer does (pure)."""

import uuid
from collections.abc import Sequence

from app.lifecycle.configuration.matching import matches
from app.lifecycle.configuration.model import EnvironmentConfig, RepoConfig
from app.lifecycle.configuration.value_types import NUMBER, is_pattern
from app.model.build import Build
from app.model.github.deployment import Deployment
from app.model.github.source_event import Closed, SourceEvent
from app.model.github.states import GitHubState, state_of
from app.model.reasons import RefusedOnGitHub
from app.model.reasons.gates import ChecksFailed
from app.model.triggers import AUTOMATIC

SKIP = "[skip deploy]"
"""A head commit with this in its message isn't deployed automatically."""

_NAMESPACE = uuid.UUID("6f2d1c6e-0d5a-4f0c-9a52-4a5c2f6d0b11")


def environments_of(config: RepoConfig, source: SourceEvent) -> tuple[str, ...]:
    """The environments whose `deploy_on` matches, in the order of the file."""
    found = []
    for pattern, rules in config.environments.items():
        name = pattern.replace(NUMBER, str(source.number)) if source.number else pattern
        if not is_pattern(name) and _matches(rules, source):
            found.append(name)
    return tuple(found)


def environments_of_pull(config: RepoConfig, number: int) -> tuple[str, ...]:
    """The environments that exist for one pull request, in the order of the file."""
    found = []
    for pattern, rules in config.environments.items():
        name = pattern.replace(NUMBER, str(number))
        if rules.deploy_on.pull_request and name != pattern and not is_pattern(name):
            found.append(name)
    return tuple(found)


def ends_with(deployment: Deployment, build: Build | None, closed: Closed) -> bool:
    """Whether a deployment ends because its pull request was closed.

    One that a person asked for after that doesn't. An automatic one does, as it may have been
    created a moment too late. `build` is our record of it, if there is one.
    """
    automatic = build is not None and build.trigger in AUTOMATIC
    return automatic or deployment.created_at <= closed.at


def ended_for_checks(build: Build) -> bool:
    """Whether a deployment was refused for a red check, before anything ran."""
    why = build.reason
    return isinstance(why, RefusedOnGitHub) and any(
        isinstance(one, ChecksFailed) for one in why.reasons
    )


def _matches(rules: EnvironmentConfig, source: SourceEvent) -> bool:
    welcome = (rules.forks or not source.from_fork) and (rules.drafts or not source.draft)
    names = rules.deploy_on.names(source.kind, source.default_branch)
    return welcome and (names if isinstance(names, bool) else matches(source.name, names))


def request_of_event(repository_id: int, environment: str, source: SourceEvent, sha: str) -> str:
    """The request id (a UUID) of the deployment that an event asks for.

    A repeated delivery has the same one, and so does a `create` event beside a `push`. If a branch
    is moved back and forth, each move has its own.
    """
    named = (repository_id, environment, source.kind, source.name, sha, source.stamp)
    return str(uuid.uuid5(_NAMESPACE, "\n".join(map(str, named))))


def concerns(paths: Sequence[str], changed: Sequence[str] | None) -> bool:
    """Whether a push changed a file that `paths` match; yes, if the changes aren't known."""
    return changed is None or any(matches(name, paths) for name in changed)


def skipped(message: str) -> bool:
    """Whether a commit's message asks not to deploy it automatically."""
    return SKIP in message


def later_ones(deployments: tuple[Deployment, ...], at: float) -> list[int]:
    """The ids of deployments that were created after `at` (epoch seconds) and weren't refused."""
    return [
        deployment.id
        for deployment in deployments
        if deployment.created_at > at and state_of(deployment.status) != GitHubState.ERROR
    ]


def overtakes(later: Build | None, at: float) -> bool:
    """Whether a deployment created after an event was also asked for after it.

    So a push that we hear of days late doesn't undo later deployments, and the deployment of an
    earlier push doesn't stop a later one. `at` is the event's time (epoch seconds, by our clock).
    """
    if later is None or later.trigger not in AUTOMATIC:
        return True
    return (later.asked_at or 0.0) > at
