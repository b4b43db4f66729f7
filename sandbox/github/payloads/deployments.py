"""Deployments, their statuses and their workflow runs as JSON."""

from typing import Any

from sandbox.github.payloads.accounts import WEB, Payloads, iso
from sandbox.github.records import Deployment, DeploymentStatus, Environment, Repository


def deployment_json(payloads: Payloads, deployment: Deployment) -> dict[str, Any]:
    """A deployment, in REST and webhooks."""
    repository_url = f"{payloads.api}/repos/{deployment.repository.full_name}"
    url = f"{repository_url}/deployments/{deployment.id}"
    return {
        "url": url,
        "id": deployment.id,
        "node_id": deployment.node_id,
        "task": deployment.task,
        "original_environment": deployment.original_environment,
        "environment": deployment.environment,
        "description": deployment.description,
        "created_at": iso(deployment.created_at),
        "updated_at": iso(deployment.updated_at),
        "statuses_url": f"{url}/statuses",
        "repository_url": repository_url,
        "creator": payloads.user(deployment.creator),
        "sha": deployment.sha,
        "ref": deployment.ref,
        "payload": deployment.payload,
        "transient_environment": deployment.transient,
        "production_environment": deployment.production,
        "performed_via_github_app": None
        if deployment.app is None
        else payloads.app(deployment.app),
    }


def status_json(payloads: Payloads, status: DeploymentStatus) -> dict[str, Any]:
    """A deployment's status."""
    repository_url = f"{payloads.api}/repos/{status.deployment.repository.full_name}"
    deployment_url = f"{repository_url}/deployments/{status.deployment.id}"
    return {
        "url": f"{deployment_url}/statuses/{status.id}",
        "id": status.id,
        "node_id": status.node_id,
        "state": status.state,
        "creator": payloads.user(status.creator),
        "description": status.description,
        "environment": status.environment,
        "target_url": status.log_url,
        "created_at": iso(status.created_at),
        "updated_at": iso(status.created_at),
        "deployment_url": deployment_url,
        "repository_url": repository_url,
        "environment_url": status.environment_url,
        "log_url": status.log_url,
        "performed_via_github_app": None if status.app is None else payloads.app(status.app),
    }


def workflow_run_json(payloads: Payloads, deployment: Deployment) -> dict[str, Any] | None:
    """The Actions run that made a deployment; None if something else made it."""
    run = deployment.workflow_run
    if run is None:
        return None
    base = f"/repos/{deployment.repository.full_name}/actions/runs/{run}"
    actor = payloads.user(deployment.creator)
    links = ("jobs", "logs", "artifacts", "cancel", "rerun")
    return {
        "id": run,
        "name": "Deploy",
        "node_id": f"WFR_kwLO{run}",
        "head_branch": deployment.ref,
        "head_sha": deployment.sha,
        "path": ".github/workflows/deploy.yml",
        "display_title": "Deploy",
        "run_number": 1,
        "event": "push",
        "status": "in_progress",
        "conclusion": None,
        "workflow_id": run + 1,
        "check_suite_id": run + 2,
        "check_suite_node_id": f"CS_kwDO{run}",
        "url": payloads.api + base,
        "html_url": f"{WEB}/{deployment.repository.full_name}/actions/runs/{run}",
        "pull_requests": [],
        "created_at": iso(deployment.created_at),
        "updated_at": iso(deployment.created_at),
        "actor": actor,
        "run_attempt": 1,
        "referenced_workflows": [],
        "run_started_at": iso(deployment.created_at),
        "triggering_actor": actor,
        **{f"{name}_url": f"{payloads.api}{base}/{name}" for name in links},
        "previous_attempt_url": None,
        "repository": payloads.small_repository(deployment.repository),
        "head_repository": payloads.small_repository(deployment.repository),
    }


def workflow_json(payloads: Payloads, deployment: Deployment) -> dict[str, Any] | None:
    """The Actions workflow that made a deployment; None if something else made it."""
    if deployment.workflow_run is None:
        return None
    number = deployment.workflow_run + 1
    name = deployment.repository.full_name
    path = ".github/workflows/deploy.yml"
    return {
        "id": number,
        "node_id": f"W_kwDO{number}",
        "name": "Deploy",
        "path": path,
        "state": "active",
        "created_at": iso(deployment.created_at),
        "updated_at": iso(deployment.created_at),
        "url": f"{payloads.api}/repos/{name}/actions/workflows/{number}",
        "html_url": f"{WEB}/{name}/blob/{deployment.ref}/{path}",
        "badge_url": f"{WEB}/{name}/workflows/Deploy/badge.svg",
    }


def environment_json(
    payloads: Payloads, repository: Repository, environment: Environment
) -> dict[str, Any]:
    """An environment without protection rules."""
    name = environment.name
    return {
        "id": environment.id,
        "node_id": environment.node_id,
        "name": name,
        "url": f"{payloads.api}/repos/{repository.full_name}/environments/{name}",
        "html_url": f"{WEB}/{repository.full_name}/deployments/activity_log"
        f"?environments_filter={name}",
        "created_at": iso(environment.created_at),
        "updated_at": iso(environment.created_at),
        "can_admins_bypass": True,
        "protection_rules": [],
        "deployment_branch_policy": None,
    }
