"""CircleCI's words for where things stand, as the lifecycle's."""

import pytest

from app.circleci.states import PipelineError, job_state, pipeline_problem, workflow_state
from app.model.reasons.ci import CIParameter, CIParameterInvalid, CIParameterUndeclared


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("success", "success"),
        ("failed", "failure"),
        ("error", "error"),
        ("unauthorized", "error"),
        ("not_run", "error"),
        ("canceled", "canceled"),
        ("running", "running"),
        ("failing", "running"),
        ("on_hold", "on_hold"),
        ("a word of the future", "running"),
    ],
)
def test_workflows(status: str, state: str) -> None:
    """Every status that is documented, and one that is not."""
    assert workflow_state(status) == state


@pytest.mark.parametrize(
    ("status", "kind", "state"),
    [
        ("success", "build", "success"),
        ("running", "build", "running"),
        ("queued", "build", "running"),
        ("failed", "build", "failure"),
        ("timedout", "build", "failure"),
        ("infrastructure_fail", "build", "failure"),
        ("terminated-unknown", "build", "failure"),
        ("unauthorized", "build", "failure"),
        ("canceled", "build", "canceled"),
        ("not_run", "build", "canceled"),
        ("blocked", "build", "pending"),
        ("not_running", "build", "pending"),
        ("on_hold", "build", "pending"),
        ("on_hold", "approval", "on_hold"),
        ("a word of the future", "build", "pending"),
    ],
)
def test_jobs(status: str, kind: str, state: str) -> None:
    """Only an approval job waits for a person."""
    assert job_state(status, kind) == state


def test_the_first_error_is_told() -> None:
    """A plan's limit is told apart from a configuration error; `errored` may have no errors."""
    config, plan = PipelineError("config", "no jobs"), PipelineError("plan", "no credits")
    told = [
        pipeline_problem("errored", errors, works=False, sent={})
        for errors in ([config, plan], [plan, config], [])
    ]
    assert [(problem.name, problem.message) for problem in told if problem] == [
        ("circleci_config_error", "no jobs"),
        ("circleci_plan_limit", "no credits"),
        ("circleci_config_error", ""),
    ]


def test_parameters_that_are_wrong_are_named() -> None:
    """CircleCI may accept the request, and report wrong parameters on the pipeline only."""
    sent = {"deployment_id": "7", "canary": True, "workers": 3, "sha": "c004"}
    undeclared, mistyped = (
        pipeline_problem("errored", [PipelineError("config", message)], works=False, sent=sent)
        for message in (
            "Unexpected argument(s): canary, workers, sha",
            "Type error for argument canary: expected type: string",
        )
    )
    assert isinstance(undeclared, CIParameterUndeclared)
    assert [(each.name, each.type) for each in undeclared.parameters] == [
        ("canary", "boolean"),
        ("workers", "integer"),
        ("sha", "string"),
    ]
    assert isinstance(mistyped, CIParameterInvalid)
    assert mistyped.parameters == (CIParameter(name="canary", type="boolean"),)


def test_errors_beside_workflows_do_not_matter() -> None:
    """Unless the pipeline itself is `errored`."""
    errors = [PipelineError("other", "x")]
    assert pipeline_problem("created", errors, works=True, sent={}) is None
    assert pipeline_problem("created", errors, works=False, sent={}) is not None
    assert pipeline_problem("errored", errors, works=True, sent={}) is not None
