"""What `.github/deploybot.yml` means, and what is said of a wrong one."""

import re
from pathlib import Path

import pytest

from app.lifecycle.configuration.model import (
    DEFAULT_SEND,
    Approvals,
    Defaults,
    EnvironmentConfig,
    InputConfig,
    RepoConfig,
)
from app.lifecycle.configuration.reading import ConfigCache, InvalidConfig, parse_config
from app.model.plan import Concurrency

DOCS = Path(__file__).parents[3] / "docs" / "configuration.md"


def documented(heading: str) -> str:
    """The YAML below a heading of the documentation."""
    text = DOCS.read_text(encoding="utf-8").partition(f"## {heading}\n")[2]
    found = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def test_no_file_means_the_defaults():
    """Without a file everything is manual, queued, checked and sent."""
    config = parse_config(None)

    assert RepoConfig() == config == parse_config("") == parse_config("# nothing\n")
    assert config.workflow == "manual"
    assert config.defaults.timeout == 3600.0
    assert config.defaults.ref is None
    assert config.defaults.concurrency is Concurrency.QUEUE
    assert config.ci.send == DEFAULT_SEND
    assert config.environments == {}


def test_every_documented_key_is_loaded():
    """The documented example is valid and uses each key that the models have."""
    config = parse_config(documented("Every key"))
    environments = config.environments.values()

    used = {key for environment in environments for key in environment.model_fields_set}
    assert set(EnvironmentConfig.model_fields) == used
    assert set(RepoConfig.model_fields) == config.model_fields_set
    assert set(type(config.ci).model_fields) == config.ci.model_fields_set
    assert set(Defaults.model_fields) == config.defaults.model_fields_set
    given_inputs = {key for found in config.inputs.values() for key in found.model_fields_set}
    assert set(InputConfig.model_fields) == given_inputs
    triggers = {key for found in environments for key in found.deploy_on.model_fields_set}
    assert {"push", "tag", "pull_request", "paths"} == triggers


def test_the_documented_values_arrive():
    """Values of the example are what the rules work with."""
    config = parse_config(documented("Every key"))
    production = config.environments["production"]

    assert config.defaults.timeout == 3600.0
    assert production.timeout == 5400.0
    assert Concurrency.QUEUE is production.concurrency
    assert production.checks == ("test", "ci/*")
    assert Approvals.model_validate({"count": 1, "from": ("team:acme/leads",)}) == (
        production.approvals
    )
    assert Approvals(count=0) == config.environments["staging"].approvals
    assert production.ci.parameters == {"region": "eu"}
    assert config.inputs["migrate"].default is False
    assert config.environments["preview"].checks == "all"


def test_the_documented_preset_is_the_preset():
    """The documentation shows `github-flow` as it is."""
    shown = parse_config(documented("github-flow"))

    assert shown.environments == parse_config("workflow: github-flow").environments


def test_a_file_is_laid_over_the_preset_key_by_key():
    """Mappings merge, lists and values replace, and an empty key keeps the preset's."""
    config = parse_config(
        """
        workflow: github-flow
        environments:
          staging:
          preview: {url: https://x.example.com}
          production: {deploy_on: {tag: ["release-*"], push: [live]}}
          demo:
        """
    )

    assert config.environments["staging"].requires == ("test",)
    assert config.environments["preview"].deploy_on.push == ("{default_branch}",)
    assert config.environments["preview"].url == "https://x.example.com"
    assert config.environments["production"].deploy_on.tag == ("release-*",)
    assert config.environments["production"].deploy_on.push == ("live",)
    assert EnvironmentConfig() == config.environments["demo"]
    assert config.environments["pr{number}"].transient


@pytest.mark.parametrize("text", ["environments: 3", "environments: {preview: main}"])
def test_a_value_in_place_of_the_presets_mapping_is_told(text: str):
    """It is not silently replaced by the preset's."""
    with pytest.raises(InvalidConfig):
        parse_config(f"workflow: github-flow\n{text}")


def test_protections_that_name_people_are_named():
    """Not those that take anybody, nor defaults written out."""
    config = parse_config(
        """
        environments:
          production: {allow: ["@octocat"], approvals: {from: ["@hubot"]}, checks: []}
          staging: {approvals: 2}
          preview: {deploy_on: {push: [main]}}
        """
    )

    assert config.keys_naming_people() == tuple(
        f"environments.production.{key}" for key in ("allow", "approvals")
    )
    assert RepoConfig().keys_naming_people() == ()


def test_the_cache_parses_an_unchanged_file_once():
    """The same text gives the same object; another text is read anew, a wrong one refused."""
    cache = ConfigCache()
    first = cache.read(1, "version: 1")

    assert first is cache.read(1, "version: 1")
    assert first is cache.last(1)
    assert cache.read(1, "workflow: github-flow") is cache.last(1)
    for _ in range(2):
        with pytest.raises(InvalidConfig):
            cache.read(1, "versio: 1")
    assert cache.last(1) is None
    assert cache.last(2) is None


def test_the_cache_forgets_what_was_pushed_to():
    """After a push to the default branch nothing is left of the repository's configuration."""
    cache = ConfigCache()
    cache.read(1, None)
    cache.read(2, None)

    cache.drop(1)
    cache.drop(1)

    assert cache.last(1) is None
    assert RepoConfig() == cache.last(2)
