"""Which parameters a pipeline is started with (pure)."""

from collections.abc import Iterable, Mapping

from msgspec import Struct, structs

from app.lifecycle.configuration.model import ALWAYS_SENT, DEFAULT_SEND, InputConfig, RepoConfig
from app.model.configuration.inputs import Value
from app.model.plan import TASK, RefKind, Run
from app.model.ref_names import SHORT_SHA


class DeploymentValues(Struct, frozen=True, kw_only=True):
    """What is known of a deployment before GitHub numbered it; `ref` is as GitHub names it."""

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
    constants: Mapping[str, Value] | None = None,
    inputs: Mapping[str, Value] | None = None,
) -> dict[str, Value]:
    """The parameters of a run: constants, over them inputs, over both what deploybot sends.

    No two of them have one name, but where a deployment repeats an input that has become another.

    That is `ALWAYS_SENT` and what `send` names; a name there that is not known is skipped, for
    the configuration refuses it earlier. `deployment_id` stays empty until `with_deployment_id`.
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


def every_parameter(config: RepoConfig) -> dict[str, Value]:
    """What pipelines may be started with, whatever is deployed; the values show the types."""
    constants = dict(config.ci.parameters)
    for environment in config.environments.values():
        constants |= environment.ci.parameters
    inputs = {name: _value_of(each) for name, each in config.inputs.items()}
    return {**constants, **inputs, **dict.fromkeys((*ALWAYS_SENT, *config.ci.send), "")}


def _value_of(declared: InputConfig) -> Value:
    if declared.default is not None:
        return declared.default
    return {"boolean": False, "integer": 0}.get(declared.type, "")


def version(deploy: DeploymentValues) -> str:
    """What is deployed, for people: the tag, else the environment and the short SHA."""
    if deploy.ref_kind is RefKind.TAG:
        return deploy.ref
    return f"{deploy.environment}-{deploy.sha[:SHORT_SHA]}"


def with_deployment_id(run: Run, deployment_id: int) -> Run:
    """The run with GitHub's number filled in."""
    return structs.replace(run, parameters={**run.parameters, "deployment_id": str(deployment_id)})
