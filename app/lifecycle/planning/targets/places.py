"""Where a survey looks for what somebody asked for (pure)."""

from app.lifecycle.configuration.model import RepoConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.targets.environments import Environment, find_environment
from app.model.reasons import Reason
from app.model.reasons.base import BaseReason

Place = tuple[str | None, str | None]
"""The environment and the ref that a survey is about."""


def place_of(request: DeployRequest, config: RepoConfig, listed: tuple[str, ...]) -> Place:
    """Where to look for what was typed, as far as the configuration explains it."""
    environment = find_environment(request.environment, config, listed, new=request.new)
    name = environment.name if isinstance(environment, Environment) else request.environment
    return name or None, _target(request, config, environment)


def _target(
    request: DeployRequest, config: RepoConfig, environment: Environment | Reason
) -> str | None:
    """The typed or pinned ref, or the environment's default; None is the default branch."""
    named = request.ref or request.sha
    if named is not None or isinstance(environment, BaseReason):
        return named
    return environment.default_ref(config)
