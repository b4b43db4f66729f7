"""What `.circleci/config.yml` lacks for deployments is told, and nothing where it is hidden."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.circleci.project_file import gaps_of
from app.lifecycle.configuration.reading import parse_config
from app.lifecycle.planning.pipelines.parameters import every_parameter
from app.model.ci import FileGaps
from app.model.plan import Run
from app.model.reasons.ci import CIParameter

EXAMPLE = (Path(__file__).parents[2] / "docs" / "example-circleci-config.yml").read_text("utf-8")
SENT = every_parameter(parse_config(None))
RUN = Run(project="gh/acme/shop", workflow="deploy", parameters=SENT)
ORDINARY = "version: 2.1\njobs: {test: {steps: [checkout]}}\nworkflows: {test: {jobs: [test]}}\n"
WHEN = "    when: << pipeline.parameters.deployment_id >>\n"
FILTER = "          filters: {tags: {only: /.*/}}\n"


def changed(*pairs: tuple[str, str]) -> str:
    """The example with something else in it."""
    text = EXAMPLE
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text


def test_the_example_of_the_documentation_lacks_nothing() -> None:
    """Neither does the same with more said of its jobs."""
    assert gaps_of(EXAMPLE, RUN) == FileGaps()
    several = changed((WHEN, "    when: {and: [<< pipeline.parameters.deployment_id >>, true]}\n"))
    assert gaps_of(several, RUN) == FileGaps()


def test_a_file_that_knows_nothing_of_deployments() -> None:
    """All that is missing is told."""
    gaps = gaps_of(ORDINARY, Run(project="gh/acme/shop", parameters={"sha": "", "canary": True}))
    wanted = (CIParameter(name="sha"), CIParameter(name="canary", type="boolean"))
    assert gaps == FileGaps(parameters=wanted, workflow="", checkout=True)
    assert gaps_of(ORDINARY, RUN).workflow == "deploy"


@pytest.mark.parametrize(
    ("pairs", "gaps"),
    [
        ([("url: {type: string", "uri: {type: string")], {"parameters": ["url"]}),
        ([('url: {type: string, default: ""}', "url: {type: integer, default: 0}")],
         {"parameters": ["url"]}),
        ([('url: {type: string, default: ""}', "url: {type: enum, enum: [a], default: a}")], {}),
        ([("\n  deploy:\n    when", "\n  ship:\n    when")], {"workflow": "deploy"}),
        ([(FILTER, ""), ("- deploy:", "- deploy")], {"untagged": ["deploy"]}),
        ([(FILTER, "          filters: {branches: {only: main}}\n")], {"untagged": ["deploy"]}),
        ([(FILTER, '          filters: pipeline.git.tag != ""\n')], {}),
        ([("git checkout << pipeline.parameters.sha >>", "true")], {"checkout": True}),
        ([(WHEN, '    when: pipeline.parameters.deployment_id != ""\n'), (FILTER, ""),
          ("- deploy:", "- deploy")], {}),
    ],
)  # fmt: skip
def test_what_is_missing(pairs: list[tuple[str, str]], gaps: dict[str, object]) -> None:
    """One thing at a time; what cannot be told from the text is no gap."""
    found = gaps_of(changed(*pairs), RUN)
    told = {
        "parameters": [each.name for each in found.parameters],
        "workflow": found.workflow,
        "checkout": found.checkout,
        "untagged": [*found.untagged],
    }
    assert {key: value for key, value in told.items() if value} == gaps


def test_inputs_are_declared_with_their_types() -> None:
    """One that is not, or as another type, is told with the type it is sent as."""
    config = parse_config(
        "inputs: {migrate: {type: boolean}, count: {type: integer, default: 2}, note: {type: string}, "
        "pool: {type: enum, options: [a, b]}, zone: {type: enum, options: [x], default: x}}"
    )
    run = Run(project="gh/acme/shop", workflow="deploy", parameters=every_parameter(config))
    declared = "count: {type: string}\n  pool: {type: enum, enum: [a, b], default: a}\n  url: {type: string"
    gaps = gaps_of(changed(("url: {type: string", declared)), run)
    assert [f"{one.name}: {one.type}" for one in gaps.parameters] == [
        "migrate: boolean",
        "count: integer",
        "note: string",
        "zone: string",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "setup: true\n" + ORDINARY,
        ORDINARY + "aliases: [&steps [checkout]]\n",
        ORDINARY + "x: &a {b: 1}\ny: {<<: *a}\n",
        ORDINARY + "# " + "x" * 40_000,
        "- a list",
        "a: [",
        "",
    ],
    ids=["dynamic", "anchor", "merge", "large", "list", "broken", "empty"],
)
def test_nothing_is_said_of_what_hides_it(text: str) -> None:
    """No guess is made."""
    assert gaps_of(text, RUN) == FileGaps()


def test_a_job_of_an_orb_may_check_the_commit_out() -> None:
    """Its steps are not in the file."""
    text = changed(
        ("git checkout << pipeline.parameters.sha >>", "true"), ("- deploy:", "- tools/deploy:")
    )
    assert gaps_of(text, RUN) == FileGaps()


def test_no_file() -> None:
    """A pipeline definition may read another one."""
    assert gaps_of(None, RUN) == FileGaps(missing=True)
    assert gaps_of(None, Run(project="circleci/a/b", definition="d")) == FileGaps()


@given(st.text() | st.sampled_from(["jobs", "parameters", "workflows"]).flatmap(
    lambda key: st.sampled_from(["[]", "{a: }", "{a: [b, {c: d}, []]}", "{a: {jobs: {b: c}}}", "x"]).map(
        lambda value: f"{key}: {value}\n"
    )
))  # fmt: skip
def test_no_text_breaks_it(text: str) -> None:
    """Whatever somebody's file holds."""
    assert isinstance(gaps_of(text, RUN), FileGaps)
