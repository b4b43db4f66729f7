"""Records deployments and their statuses, and sends their events."""

from dataclasses import dataclass
from typing import Any

from sandbox.github.hub import Hub
from sandbox.github.payloads.deployments import (
    deployment_json,
    status_json,
    workflow_json,
    workflow_run_json,
)
from sandbox.github.records import (
    AppRecord,
    Deployment,
    DeploymentStatus,
    Environment,
    Repository,
    User,
)


@dataclass(frozen=True, kw_only=True)
class NewDeployment:
    """The checked fields of a new deployment.

    If `production` is None, the environment's name decides whether it is a production one.
    """

    repository: Repository
    sha: str
    ref: str
    creator: User
    environment: str = "production"
    task: str = "deploy"
    payload: Any = None
    description: str | None = None
    transient: bool = False
    production: bool | None = None
    app: AppRecord | None = None
    from_actions: bool = False


def create_deployment(hub: Hub, new: NewDeployment) -> Deployment:
    """Record a deployment and its environment, and send its event."""
    state, repository = hub.state, new.repository
    number, now = state.new_deployment_id(), state.now()
    production = new.environment == "production" if new.production is None else new.production
    deployment = Deployment(
        id=number,
        node_id=state.node_id("DE", repository.id, number),
        repository=repository,
        sha=new.sha,
        ref=new.ref,
        task=new.task,
        payload={} if new.payload is None else new.payload,
        original_environment=new.environment,
        environment=new.environment,
        description=new.description,
        creator=new.creator,
        created_at=now,
        updated_at=now,
        transient=new.transient,
        production=production,
        app=new.app,
        workflow_run=state.new_id() if new.from_actions else None,
    )
    repository.deployments[number] = state.remember(deployment)
    add_environment(hub, repository, new.environment)
    payload = {
        "action": "created",
        "deployment": deployment_json(hub.payloads, deployment),
        "workflow": workflow_json(hub.payloads, deployment),
        "workflow_run": workflow_run_json(hub.payloads, deployment),
    }
    hub.emit("deployment", repository, new.creator, payload)
    return deployment


def add_environment(hub: Hub, repository: Repository, name: str) -> Environment:
    """The environment of that name; it is added if there is none yet."""
    known = repository.environments.get(name.lower())
    if known is not None:
        return known
    number = hub.state.new_id()
    made = Environment(
        id=number, node_id=hub.state.node_id("EN", number), name=name, created_at=hub.state.now()
    )
    repository.environments[name.lower()] = hub.state.remember(made)
    return made


@dataclass(frozen=True, kw_only=True)
class NewStatus:
    """The fields of a new status; if `environment` is None, it is the deployment's."""

    state: str
    creator: User
    description: str = ""
    log_url: str = ""
    environment_url: str = ""
    environment: str | None = None
    auto_inactive: bool = True
    app: AppRecord | None = None


def post_status(hub: Hub, deployment: Deployment, new: NewStatus) -> DeploymentStatus:
    """Record a status and send its event.

    A success makes earlier deployments inactive; for these no event is sent.

    https://docs.github.com/en/rest/deployments/statuses#create-a-deployment-status
    """
    status = _record(hub, deployment, new)
    if new.environment is not None:
        add_environment(hub, deployment.repository, new.environment)
    _tell(hub, status)
    if new.state == "success" and new.auto_inactive:
        for earlier in deployment.repository.deployments.values():
            if _replaced(earlier, deployment):
                inactive = NewStatus(state="inactive", creator=new.creator, app=new.app)
                _tell(hub, _record(hub, earlier, inactive))
    return status


def _record(hub: Hub, deployment: Deployment, new: NewStatus) -> DeploymentStatus:
    number, now = hub.state.new_id(), hub.state.now()
    if new.environment is not None:
        deployment.environment = new.environment
    status = DeploymentStatus(
        id=number,
        node_id=hub.state.node_id("DES", number),
        deployment=deployment,
        state=new.state,
        description=new.description,
        environment=deployment.environment,
        log_url=new.log_url,
        environment_url=new.environment_url,
        creator=new.creator,
        created_at=now,
        app=new.app,
    )
    deployment.statuses.append(hub.state.remember(status))
    deployment.updated_at = now
    return status


def _replaced(earlier: Deployment, deployment: Deployment) -> bool:
    return (
        earlier.id < deployment.id
        and earlier.environment == deployment.environment
        and earlier.state == "success"
        and not earlier.transient
        and not earlier.production
    )


def _tell(hub: Hub, status: DeploymentStatus) -> None:
    deployment = status.deployment
    payload = {
        "action": "created",
        "deployment_status": status_json(hub.payloads, status),
        "deployment": deployment_json(hub.payloads, deployment),
        "check_run": None,
        "workflow": workflow_json(hub.payloads, deployment),
        "workflow_run": workflow_run_json(hub.payloads, deployment),
    }
    if status.state == "inactive":
        hub.announce("deployment_status", payload)
        return
    hub.emit("deployment_status", deployment.repository, status.creator, payload)
