"""What is said of a wrong `.github/deploybot.yml`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot
from msgspec.json import encode

from app.lifecycle.configuration.model import EnvironmentConfig, RepoConfig
from app.lifecycle.configuration.reading import InvalidConfig, parse_config
from app.lifecycle.requests.events.config_push import check_run
from app.model.reasons.gates import ConfigurationInvalid
from app.texts.failures.catalogue import explain
from app.texts.failures.gates.configuration import config_line


def problems(text: str) -> list[str]:
    """What is said of a wrong file, a line each."""
    with pytest.raises(InvalidConfig) as caught:
        parse_config(text)
    return [config_line(problem) for problem in caught.value.reasons]


MISSPELT = """
enviroments: {}
circleci:
  proyect: gh/a/b
  send: [sha, deploymentid]
defaults: {reff: main}
inputs: {a: {typ: string}}
environments:
  production:
    chekcs: all
    deploy_on: {pul_request: true}
    circleci: {params: {}}
    approvals: {form: []}
"""


def test_unknown_keys_are_told_with_line_place_and_closest_key():
    """Each level knows its own keys."""
    with pytest.raises(InvalidConfig) as caught:
        parse_config(MISSPELT)

    assert [f"{p.line} {p.key}: {p.closest}" for p in caught.value.reasons] == snapshot(
        [
            "2 enviroments: environments",
            "4 circleci.proyect: project",
            "5 circleci.send[1]: deployment_id",
            "6 defaults.reff: ref",
            "7 inputs.a.type: ",
            "7 inputs.a.typ: type",
            "10 environments.production.chekcs: checks",
            "11 environments.production.deploy_on.pul_request: pull_request",
            "12 environments.production.circleci.params: parameters",
            "13 environments.production.approvals.form: from",
        ]
    )
    assert config_line(caught.value.reasons[0]) == snapshot(
        "line 2: enviroments: unknown key; did you mean environments?"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("version: 2", "line 1: version: must be 1"),
        (
            "workflow: git-flow",
            (
                "line 1: workflow: unknown value git-flow; use manual, github-flow; "
                "did you mean github-flow?"
            ),
        ),
        ("- a", "line 1: the file needs keys with values, such as version: 1"),
        ("defaults: {timeout: 5}", "line 1: defaults.timeout: must be a duration"),
        ("defaults: {timeout: 0m}", "line 1: defaults.timeout: must be a duration"),
        ("defaults: {timeout: 169h}", "line 1: defaults.timeout: must be a duration"),
        (
            "defaults: {concurrency: qeue}",
            "line 1: defaults.concurrency: unknown value qeue; use queue, cancel, allow",
        ),
        ("defaults: main", "line 1: defaults: must be keys with values below it"),
        ("run_deployments_by: [a b]", "line 1: run_deployments_by[0]: must be an app's slug"),
        ("circleci: {project: acme/shop}", "line 1: circleci.project: must be a project"),
        ("circleci: {definition_id: a/b}", "line 1: circleci.definition_id: must be the ID"),
        ("circleci: {parameters: {a: 1.5}}", "line 1: circleci.parameters.a: must be text"),
        ("circleci: {parameters: {1a: x}}", "line 1: circleci.parameters.1a: parameter names are"),
        (
            "circleci: {parameters: {sha: x}}",
            "line 1: circleci.parameters.sha: deploybot already sends a parameter with this name",
        ),
        (
            "circleci: {parameters: {" + ", ".join(f"p{i}: 1" for i in range(101)) + "}}",
            "line 1: circleci.parameters: too many; CircleCI takes 100 parameters",
        ),
        ("inputs: {a: {type: enum}}", "line 1: inputs.a: options go with the type enum"),
        ("inputs: {a: {type: string, options: [x]}}", "line 1: inputs.a: options go with the"),
        ("inputs: {a: {type: boolean, default: 1}}", "line 1: inputs.a: the default doesn't match"),
        ("inputs: {a: {type: integer, default: true}}", "line 1: inputs.a: the default doesn't"),
        (
            "inputs: {a: {type: enum, options: [x], default: y}}",
            "line 1: inputs.a: the default doesn't match the type",
        ),
        (
            "inputs: {a: {type: integer, default: 1000000000000000}}",
            "line 1: inputs.a: the default doesn't match the type",
        ),
        (
            'inputs: {a: {type: string, default: "a\\nb"}}',
            "line 1: inputs.a: the default doesn't match the type",
        ),
        (
            "circleci: {parameters: {a: x}}\ninputs: {a: {type: string}}",
            "line 1: circleci.parameters.a: there's an input with this name; rename or remove",
        ),
        (
            "inputs: {a: {type: string}}\nenvironments: {b: {circleci: {parameters: {a: x}}}}",
            "line 2: environments.b.circleci.parameters.a: there's an input with this name",
        ),
        (
            "environments: {preview: {deploy_on: {push: [main]}}}\ninputs: {a: {type: string}}",
            "line 2: inputs.a: needs a default, because preview deploys automatically",
        ),
        (
            "workflow: github-flow\ninputs: {a: {type: boolean}}",
            "line 2: inputs.a: needs a default, because pr{number} deploys automatically",
        ),
        (
            "inputs: {" + ", ".join(f"p{i}: {{type: string}}" for i in range(101)) + "}",
            "line 1: inputs: too many; CircleCI takes 100 parameters",
        ),
        (
            "circleci: {send: [], parameters: {deployment_id: x}}",
            "line 1: circleci.parameters.deployment_id: deploybot already sends a parameter with this name",
        ),
        (
            "inputs: {url: {type: string}}",
            "line 1: inputs.url: deploybot already sends a parameter",
        ),
        (
            "environments: {a: {circleci: {parameters: {ref: x}}}}",
            "line 1: environments.a.circleci.parameters.ref: deploybot already sends a parameter with this",
        ),
        ("environments: {a: 3}", "line 1: environments.a: must be keys with values below it"),
        ("environments: {' a': {}}", "line 1: environments. a: must be one line of text"),
        (
            "environments: {a: {deploy_on: {pushh: [main]}}}",
            "line 1: environments.a.deploy_on.pushh: unknown key; did you mean push?",
        ),
        (
            "inputs: {a: {type: strin}}",
            "line 1: inputs.a.type: unknown value strin; use string, boolean, integer,",
        ),
        ("workflow: 3", "line 1: workflow: must be manual, github-flow"),
        ("environments: {a: {checks: test}}", "line 1: environments.a.checks: must be all,"),
        ("environments: {a: {checks: }}", "line 1: environments.a.checks: must be all,"),
        ("environments: {a: {aliases: [3]}}", "line 1: environments.a.aliases[0]: must be te"),
        (
            "environments: {a: {deploy_on: {push: main}}}",
            'line 1: environments.a.deploy_on.push: must be a list, such as ["main"]',
        ),
        ("environments: {a: {confirm: yes}}", "line 1: environments.a.confirm: must be true"),
        ("environments: {a: {approvals: -1}}", "line 1: environments.a.approvals.count: this numb"),
        ("environments: {a: {approvals: 21}}", "line 1: environments.a.approvals.count: this numb"),
        ("environments: {a: {allow: [bob]}}", "line 1: environments.a.allow[0]: must be a pe"),
        ("environments: {a: {url: 'ftp://x'}}", "line 1: environments.a.url: must be a URL"),
        ("environments: {a: {url: 'https://{pr}'}}", "line 1: environments.a.url: must be a URL"),
        (
            "environments: {a: {windows: [Mon 09:00-09:00 UTC]}}",
            "line 1: environments.a.windows[0]: must be a window",
        ),
        (
            "environments: {a: {windows: [Mon 09:00-16:00 Mars/Base]}}",
            "line 1: environments.a.windows[0]: unknown time zone",
        ),
        (
            "environments: {a: {windows: [Mon 09:00-16:00 ../etc]}}",
            "line 1: environments.a.windows[0]: must be a window",
        ),
        ("environments: {a: {freeze: [2026-13-01]}}", "line 1: environments.a.freeze[0]: mus"),
        (
            "environments: {a: {freeze: [2026-12-20..2026-12-19]}}",
            "line 1: environments.a.freeze[0]: must be dates",
        ),
        (
            "environments: {a: {requires: [b, a]}}",
            "line 1: environments.a.requires[1]: an environment can't require itself",
        ),
        (
            "environments: {a: {requires: [b, {a: 1h}]}}",
            "line 1: environments.a.requires[1]: an environment can't require itself",
        ),
        (
            "environments: {a: {requires: [{b: soon}]}}",
            "line 1: environments.a.requires[0]: must be a duration",
        ),
        (
            "environments: {a: {requires: [{b: 1h, c: 1h}]}}",
            "line 1: environments.a.requires[0]: must be an environment such as staging, or {s",
        ),
        (
            "environments: {'pr{number}': {aliases: [x]}}",
            "line 1: environments.pr{number}.aliases: an alias needs one environment",
        ),
    ],
)
def test_a_wrong_value_is_told_where_it_stands(text: str, said: str):
    """Each kind of value has its own sentence."""
    found = problems(text)

    assert [line.startswith(said) for line in found] == [True], found


@pytest.mark.parametrize(
    "text",
    [
        "environments: {a: {windows: ['Mon-Thu,Sat 09:00-24:00 America/Argentina/Buenos_Aires']}}",
        "environments: {a: {freeze: [2026-12-25, 2026-12-20..2026-12-20]}}",
        "environments: {a: {approvals: 2}}",
        "environments: {a: {checks: []}}",
        "environments: {a: {timeout: 1h30m, concurrency: allow}}",
        "environments: {'review/*': {}, 1: {}, on: {}}",
        "environments:\ninputs:\ncircleci:\ndefaults:\n",
        "circleci: {project: circleci/9Yyt/Gx3}",
        "circleci: {send: [environment, sha], parameters: {version: '1.2'}}",
        "circleci: {send: []}",
        "environments: {a: {requires: [only-on-github, {staging: 1h30m}]}}",
        "version: 1",
    ],
)
def test_what_is_meant_is_accepted(text: str):
    """Spellings that people may use."""
    parse_config(text)


def test_problems_come_in_the_files_order_and_as_refusals():
    """A refusal names file, line, key, problem and closest key."""
    with pytest.raises(InvalidConfig) as caught:
        parse_config("workflow: manul\ndefaults: {timeout: x}\nworkflow: manual\n")

    assert [problem.line for problem in caught.value.reasons] == [1, 2, 3]
    assert [explain(reason) for reason in caught.value.reasons] == snapshot(
        [
            "`.github/deploybot.yml`, line 1: `workflow`: unknown value manul; use manual, github-flow. Did you mean `manual`? Deployments are blocked until this is fixed on the default branch. Nothing was deployed.",
            "`.github/deploybot.yml`, line 2: `defaults.timeout`: must be a duration such as 90s, 60m or 1h30m, at most 168h. Deployments are blocked until this is fixed on the default branch. Nothing was deployed.",
            "`.github/deploybot.yml`, line 3: `workflow`: duplicate key; the first one is on line 1. Deployments are blocked until this is fixed on the default branch. Nothing was deployed.",
        ]
    )
    assert {"configuration_invalid"} == {reason.name for reason in caught.value.reasons}


def test_a_great_many_problems_are_counted():
    """The first fifty are told and the rest counted, however long their keys are."""
    unknown = "".join(f"    key{number}: 1\n" for number in range(1500))
    with pytest.raises(InvalidConfig) as caught:
        parse_config(f"environments:\n  {'x' * 1000}:\n{unknown}")
    told = caught.value.reasons
    assert [problem.line for problem in told] == list(range(2, 53))
    assert config_line(told[-1]) == "line 52: and 1451 more from here on"
    report = check_run("0" * 40, told)
    assert report.title == ".github/deploybot.yml has more than 50 problems"
    assert len(report.summary) <= 65_535
    assert len(encode(caught.value.reasons)) <= 100_000


def test_fifty_problems_are_all_told():
    """Nothing is left to count."""
    with pytest.raises(InvalidConfig) as caught:
        parse_config("version: 1\n" + "".join(f"key{number}: 1\n" for number in range(50)))

    assert len(caught.value.reasons) == 50
    assert check_run("0" * 40, caught.value.reasons).title.endswith("has 50 problems")


KEYS = st.sampled_from(
    [
        *RepoConfig.model_fields,
        *EnvironmentConfig.model_fields,
        "production",
        "pr{number}",
        "parameters",
        "send",
        "from",
        "push",
        "1",
    ]
)
SCALARS = st.sampled_from(["main", "all", "1", "true", "null", "60m", "'x'", "1.5", "@a", "-1", ""])
NODES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(KEYS, inner, max_size=4).map(
            lambda pairs: "{" + ", ".join(f'"{k}": {v}' for k, v in pairs.items()) + "}"
        )
    ),
    max_leaves=12,
)


@given(NODES)
def test_any_structure_is_read_or_told(text: str):
    """Whatever stands where: a configuration, or problems with a line each; nothing else."""
    assert all(problem.line == 1 and config_line(problem) for problem in outcome(text))


def outcome(text: str) -> tuple[ConfigurationInvalid, ...]:
    """The problems of a text; one that is refused has at least one."""
    try:
        parse_config(text)
    except InvalidConfig as error:
        return error.reasons or (ConfigurationInvalid(line=0, key="", problem=""),)
    return ()


TOKENS = ["a: 1", "b: ", "- ", "[", "]", "{", "}", "? ", ": ", "&x ", "*x", "!t ", "!!int ", "\n"]
TOKENS += [
    "  ",
    "'q'",
    '"\\ud800"',
    "---\n",
    "...\n",
    "# k",
    "| ",
    ", ",
    "!",
    "<<: ",
    "%YAML 1.1\n",
]


@given(
    st.text(max_size=60)
    | st.text(alphabet="a:- [{]},&*!|>'\"#%@`\n\t?~<=\\\\x0uU", max_size=40)
    | st.lists(st.sampled_from(TOKENS), max_size=12).map("".join)
)
def test_any_text_is_read_or_told(text: str):
    """No text whatever raises anything but the problems of a configuration."""
    assert all(problem.line >= 1 and config_line(problem) for problem in outcome(text))
