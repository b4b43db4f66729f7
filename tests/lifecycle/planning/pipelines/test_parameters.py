"""What a pipeline is told."""

from app.lifecycle.configuration.model import DEFAULT_SEND, RepoConfig
from app.lifecycle.planning.pipelines.parameters import (
    DeploymentValues,
    every_parameter,
    pipeline_parameters,
    version,
    with_deployment_id,
)
from app.model.plan import RefKind, Run

SHA = "3f9c2d1e5b7a98c0d1e2f3a4b5c6d7e8f9a0b1c2"
MAIN = DeploymentValues(environment="production", ref="main", ref_kind=RefKind.BRANCH, sha=SHA)


def test_the_default_list() -> None:
    """Everything by its name; the deployment's number comes later."""
    assert pipeline_parameters(MAIN) == {
        "deployment_id": "",
        "environment": "production",
        "ref": "main",
        "sha": SHA,
        "version": "production-3f9c2d1",
        "url": "",
        "task": "deploy",
    }
    assert set(pipeline_parameters(MAIN)) == {"deployment_id", "sha", *DEFAULT_SEND}


def test_a_shorter_list_with_constants_and_inputs() -> None:
    """Inputs go over constants, what is sent over both: number and commit whatever is listed."""
    parameters = pipeline_parameters(
        MAIN,
        send=["environment", "nonsense"],
        constants={"service": "web", "count": 1, "sha": "constant"},
        inputs={"count": 2, "migrate": True, "environment": "input"},
    )
    assert parameters == {
        "deployment_id": "",
        "service": "web",
        "count": 2,
        "sha": SHA,
        "migrate": True,
        "environment": "production",
    }


def test_version() -> None:
    """A tag is its own version."""
    tag = DeploymentValues(environment="production", ref="v1.4.0", ref_kind=RefKind.TAG, sha=SHA)
    assert (version(tag), version(MAIN)) == ("v1.4.0", "production-3f9c2d1")


def test_every_parameter_that_a_pipeline_may_be_started_with() -> None:
    """Of every environment, inputs over constants; what is sent over both; their types show."""
    config = RepoConfig.model_validate(
        {
            "circleci": {"parameters": {"service": "web", "tries": 1}, "send": ("url",)},
            "environments": {
                "staging": {"circleci": {"parameters": {"tries": 2}}},
                "live": {"circleci": {"parameters": {"pods": 3, "url": "constant"}}},
            },
            "inputs": {
                "pods": {"type": "integer", "default": 5},
                "migrate": {"type": "boolean"},
                "count": {"type": "integer"},
                "note": {"type": "string"},
            },
        }
    )
    every = every_parameter(config)
    assert every == {
        "service": "web",
        "tries": 2,
        "pods": 5,
        "migrate": False,
        "count": 0,
        "note": "",
        "deployment_id": "",
        "sha": "",
        "url": "",
    }
    assert every["migrate"] is False  # which equals 0, and is another type at CircleCI


def run(**parameters: str | int | bool) -> Run:
    """A run with these parameters."""
    return Run(project="gh/acme/shop", branch="main", parameters=parameters)


def test_the_number_is_filled_in() -> None:
    """Once GitHub has given it, as text."""
    filled = with_deployment_id(run(deployment_id="", sha=SHA), 812)
    assert filled.parameters == {"deployment_id": "812", "sha": SHA}
