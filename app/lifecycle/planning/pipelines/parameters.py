"""Which parameters a pipeline is started with (pure)."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, structs

from app.lifecycle.configuration.model import ALWAYS_SENT, DEFAULT_SEND, InputConfig, RepoConfig
from app.model.github.refs import SHORT_SHA
from app.model.plan import TASK, InputValue, RefKind, Run


class DeploymentValues(Struct, frozen=True, kw_only=True):
    """What a pipeline gets to know of a deployment; `ref` is as GitHub names it."""

    environment: str
    ref: str
    ref_kind: RefKind
    sha: str
    url: str = ""
    task: str = TASK


def pipeline_parameters(
    deploy: DeploymentValues,
    *,
    send: Iterable[str] = DEFAULT_SEND,
    constants: Mapping[str, InputValue] | None = None,
    inputs: Mapping[str, InputValue] | None = None,
) -> dict[str, InputValue]:
    """The parameters of a run: constants, then inputs, then deploybot's own; later ones win.

    Their names can only clash if an old deployment is repeated and one of its inputs has since
    become a constant or one of deploybot's own. Those are `ALWAYS_SENT` and the ones that `send`
    names; unknown names are skipped, as the configuration refuses them earlier. `deployment_id` is
    empty until `with_deployment_id`.
    """
    known = {
        "deployment_id": "",
        "environment": deploy.environment,
        "ref": deploy.ref,
        "sha": deploy.sha,
        "version": version(deploy),
        "url": deploy.url,
        "task": deploy.task,
    }
    sent = {name: known[name] for name in (*ALWAYS_SENT, *send) if name in known}
    return {**(constants or {}), **(inputs or {}), **sent}


def every_parameter(config: RepoConfig) -> dict[str, InputValue]:
    """All parameters that a pipeline may get, whatever is deployed; the values show the types."""
    constants = dict(config.ci.parameters)
    for environment in config.environments.values():
        constants |= environment.ci.parameters
    inputs = {name: _value_of(each) for name, each in config.inputs.items()}
    return {**constants, **inputs, **dict.fromkeys((*ALWAYS_SENT, *config.ci.send), "")}


def _value_of(declared: InputConfig) -> InputValue:
    if declared.default is not None:
        return declared.default
    return {"boolean": False, "integer": 0}.get(declared.type, "")


def version(deploy: DeploymentValues) -> str:
    """A readable name of what is deployed: the tag, else the environment and the short SHA."""
    if deploy.ref_kind is RefKind.TAG:
        return deploy.ref
    return f"{deploy.environment}-{deploy.sha[:SHORT_SHA]}"


def with_deployment_id(run: Run, deployment_id: int) -> Run:
    """The run with the id that GitHub gave the deployment among its parameters."""
    return structs.replace(run, parameters={**run.parameters, "deployment_id": str(deployment_id)})
