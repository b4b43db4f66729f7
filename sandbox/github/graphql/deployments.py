"""GraphQL: deployments and their statuses."""

import json
from typing import Any

from sandbox.github.graphql.context import Context, connection
from sandbox.github.graphql.git import Ref, find_ref
from sandbox.github.payloads.accounts import iso
from sandbox.github.records import Commit, Deployment, DeploymentStatus, Repository

ABANDONED_AFTER = 1800.0
"""Seconds after which a deployment that is still pending becomes ABANDONED."""


def _state(deployment: Deployment, context: Context) -> str:
    """The deployment's state, such as ACTIVE; DESTROYED for an inactive transient one."""
    state = deployment.state
    if not state:
        age = context.hub.state.now() - deployment.created_at
        return "ABANDONED" if age > ABANDONED_AFTER else "PENDING"
    if state == "success":
        return "ACTIVE"
    if state == "inactive" and deployment.transient:
        return "DESTROYED"
    return state.upper()


def _deployments(
    source: Repository | Commit,
    _: Context,
    *,
    environments: list[str] | None = None,
    orderBy: dict[str, str] | None = None,  # noqa: N803 - GraphQL's spelling
    **arguments: Any,
) -> dict[str, Any]:
    """Deployments, oldest first unless `orderBy` says otherwise; environments match exactly."""
    repository = source if isinstance(source, Repository) else source.repository
    found = [
        item
        for item in repository.deployments.values()
        if (environments is None or item.environment in environments)
        and (isinstance(source, Repository) or item.sha == source.sha)
    ]
    if orderBy and orderBy["direction"] == "DESC":
        found.reverse()
    return connection("deployments", found, arguments)


def _statuses(deployment: Deployment, _: Context, **arguments: Any) -> dict[str, Any]:
    return connection("statuses", deployment.statuses[::-1], arguments)


def _ref(deployment: Deployment, _: Context) -> Ref | None:
    """The deployed ref; None if a SHA was deployed or the ref is gone."""
    return find_ref(deployment.repository, deployment.ref)


def _latest(deployment: Deployment, _: Context) -> DeploymentStatus | None:
    return deployment.statuses[-1] if deployment.statuses else None


FIELDS: dict[str, dict[str, Any]] = {
    "Repository": {"deployments": _deployments},
    "Commit": {"deployments": _deployments},
    "Deployment": {
        "state": _state,
        "commitOid": lambda item, _: item.sha,
        "commit": lambda item, _: item.repository.commits.get(item.sha),
        "ref": _ref,
        "payload": lambda item, _: json.dumps(item.payload),
        "originalEnvironment": lambda item, _: item.original_environment,
        "latestEnvironment": lambda item, _: item.environment,
        "latestStatus": _latest,
        "statuses": _statuses,
    },
    "DeploymentStatus": {
        "state": lambda item, _: item.state.upper(),
        "logUrl": lambda item, _: item.log_url or None,
        "environmentUrl": lambda item, _: item.environment_url or None,
        "updatedAt": lambda item, _: iso(item.created_at),
    },
}
