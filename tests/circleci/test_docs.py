"""The documentation's `.circleci/config.yml` does what it says."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from app.circleci.client import CircleCIClient
from app.lifecycle.configuration.model import ALWAYS_SENT, DEFAULT_SEND
from sandbox.circleci import CircleCIStandIn
from tests.circleci.conftest import SLUG, run

EXAMPLE = Path(__file__).parents[2] / "docs" / "example-circleci-config.yml"
USED = re.compile(r"<<\s*pipeline\.parameters\.(\w+)\s*>>")


@pytest.fixture
def config() -> Any:
    """The example, parsed."""
    return YAML(typ="safe").load(EXAMPLE)


def test_every_parameter_is_declared_with_a_default(config: Any) -> None:
    """What is sent by default and what the example uses; a push without them works."""
    assert set(config["parameters"]) == {*ALWAYS_SENT, *DEFAULT_SEND}
    assert all(each == {"type": "string", "default": ""} for each in config["parameters"].values())
    assert set(USED.findall(EXAMPLE.read_text(encoding="utf-8"))) == {*ALWAYS_SENT, *DEFAULT_SEND}


def test_ordinary_pushes_do_not_deploy(config: Any) -> None:
    """The deploy workflow runs where there is a deployment, every other one where there is none."""
    condition = "<< pipeline.parameters.deployment_id >>"
    workflows = config["workflows"]
    assert workflows["deploy"]["when"] == condition
    assert workflows["test"]["when"] == {"not": condition}
    deploying = [name for name, each in workflows.items() if "deploy" in _jobs(each)]
    assert deploying == ["deploy"]


def test_a_tag_is_deployed(config: Any) -> None:
    """Each job of the workflow that deploys has a filter that takes every tag, and no branch less.

    https://circleci.com/docs/guides/orchestrate/workflows/#executing-workflows-for-a-git-tag
    """
    jobs = _jobs(config["workflows"]["deploy"])
    assert [each["filters"] for each in jobs.values()] == [{"tags": {"only": "/.*/"}}]


def _jobs(workflow: Any) -> dict[str, Any]:
    """A workflow's jobs with what is said of each."""
    named = [{job: {}} if isinstance(job, str) else job for job in workflow["jobs"]]
    return {name: said for job in named for name, said in job.items()}


def test_the_exact_commit_is_checked_out(config: Any) -> None:
    """After CircleCI's own checkout, before anything else."""
    checkout, exact, _ = config["jobs"]["deploy"]["steps"]
    assert checkout == "checkout"
    assert exact["run"]["command"] == "git checkout << pipeline.parameters.sha >>"


def test_no_name_reaches_a_shell(config: Any) -> None:
    """Of all parameters only the commit, which GitHub made, stands inside a command."""
    steps = [step for job in config["jobs"].values() for step in job["steps"] if step != "checkout"]
    commands = [
        step["run"] if isinstance(step["run"], str) else step["run"]["command"] for step in steps
    ]
    assert set(USED.findall("\n".join(commands))) == {"sha"}


async def test_a_project_with_this_config_takes_what_is_sent(
    config: Any, circleci: CircleCIStandIn, client: CircleCIClient
) -> None:
    """CircleCI refuses none of it."""
    declared = {name: each["type"] for name, each in config["parameters"].items()}
    circleci.project(SLUG).declared = declared
    assert (await client.trigger(run())).number == 1
