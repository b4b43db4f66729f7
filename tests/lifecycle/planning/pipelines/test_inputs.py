"""Inputs of a deployment against those that the configuration declares."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_snapshot import snapshot

from app.commands import GRAMMAR
from app.lifecycle.configuration.reading import parse_config
from app.lifecycle.planning.pipelines.inputs import (
    Given,
    Resolved,
    again,
    given_by,
    given_in,
    resolve,
    restored,
)
from app.model.build import Build, Origin
from app.texts.failures.catalogue import explain, explain_all
from tests.lifecycle.conftest import deployed

DECLARED = parse_config(
    """
inputs:
  migrate: {type: boolean, default: false}
  pool: {type: enum, options: [blue, deep green], default: blue}
  replicas: {type: integer, default: 2}
  note: {type: string, description: what it is for}
"""
).inputs
DEFAULTS = {"migrate": False, "pool": "blue", "replicas": 2}


def typed(text: str, *, environment: str = "production") -> Resolved:
    """What is made of a command as somebody types it."""
    command = GRAMMAR.parse(text)
    given = Given(values=command.inputs, twice=command.twice)
    return resolve(DECLARED, given, environment=environment, ref=(*command.args, "", "")[1])


def said(text: str, **how: str) -> str:
    """Everything that is wrong with it."""
    return explain_all(typed(text, **how).refusals)


def test_defaults_and_what_is_typed_over_them() -> None:
    """A default that is typed is not chosen."""
    found = typed('deploy production migrate=TRUE note="a = b" replicas=2')
    assert found.values == DEFAULTS | {"migrate": True, "note": "a = b"}
    assert (found.chosen, found.refusals) == (("migrate", "note"), ())


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "deploy production",
            snapshot(
                "`note` (what it is for) is required: one line of text, at most 512 characters. For example: `/cimon deploy production note=text`. Nothing was deployed."
            ),
        ),
        (
            "deploy production note=",
            snapshot(
                "`note` must be one line of text, at most 512 characters. For example: `/cimon deploy production note=text`. Nothing was deployed."
            ),
        ),
        (
            "deploy production note=x migrate=",
            snapshot(
                "`migrate` must be `true` or `false`. For example: `/cimon deploy production note=x migrate=true`. Nothing was deployed."
            ),
        ),
        (
            "deploy production note=x migrate=no",
            snapshot(
                "`migrate` must be `true` or `false`, not `no`. For example: `/cimon deploy production note=x migrate=false`. Nothing was deployed."
            ),
        ),
        (
            "deploy production v1 note=x migrate=maybe",
            snapshot(
                "`migrate` must be `true` or `false`, not `maybe`. For example: `/cimon deploy production v1 note=x migrate=true`. Nothing was deployed."
            ),
        ),
        (
            "deploy production note=x replicas=٣",
            snapshot(
                "`replicas` must be a whole number of at most 15 digits, not `٣`. For example: `/cimon deploy production note=x replicas=2`. Nothing was deployed."
            ),
        ),
        (
            f"deploy production note=x replicas={'9' * 400}",
            snapshot(
                "`replicas` must be a whole number of at most 15 digits, not `9999999999999999999999999999999999999999…`. For example: `/cimon deploy production note=x replicas=2`. Nothing was deployed."
            ),
        ),
        (
            'deploy production note=x pool="deep grene"',
            snapshot(
                '`pool` must be one of `blue`, `deep green`, not `deep grene`. For example: `/cimon deploy production note=x pool="deep green"`. Nothing was deployed.'
            ),
        ),
        (
            "deploy production note=x pool=",
            snapshot(
                "`pool` must be one of `blue`, `deep green`. For example: `/cimon deploy production note=x pool=blue`. Nothing was deployed."
            ),
        ),
        (
            "deploy production note=a\x07b",
            snapshot(
                "`note` must be one line of text, at most 512 characters. For example: `/cimon deploy production note=text`. Nothing was deployed."
            ),
        ),
        (
            f"deploy production note={'x' * 513}",
            snapshot(
                "`note` must be one line of text, at most 512 characters. For example: `/cimon deploy production note=text`. Nothing was deployed."
            ),
        ),
        (
            "deploy production note=x note=y",
            snapshot(
                "You gave `note` more than once. Type it once. For example: `/cimon deploy production note=y`. Nothing was deployed."
            ),
        ),
        (
            "deploy production note=x migrat=true",
            snapshot(
                "There's no input `migrat`. Did you mean `migrate`? For example: `/cimon deploy production note=x migrate=true`. Nothing was deployed."
            ),
        ),
        (
            "deploy production note=x q=1",
            snapshot(
                'There\'s no input `q`. I only know `migrate`, `pool`, `replicas`, `note`. For example: `/cimon deploy production note=x`. If `q=1` is a branch or tag, put it in quotes: `"q=1"`. Nothing was deployed.'
            ),
        ),
        (
            "deploy production v1 note=x q=1",
            snapshot(
                "There's no input `q`. I only know `migrate`, `pool`, `replicas`, `note`. For example: `/cimon deploy production v1 note=x`. Nothing was deployed."
            ),
        ),
        (
            "deploy production note=x branch=main",
            snapshot("There's no input `branch`. Type just `main`. Nothing was deployed."),
        ),
        (
            "deploy production note=x environment=staging",
            snapshot("There's no input `environment`. Type just `staging`. Nothing was deployed."),
        ),
        (
            "deploy production `note=x` q=<!channel>",
            snapshot(
                'There\'s no input `q`. I only know `migrate`, `pool`, `replicas`, `note`. For example: `/cimon deploy production note=x`. If `q=&lt;!channel&gt;` is a branch or tag, put it in quotes: `"q=&lt;!channel&gt;"`. Nothing was deployed.'
            ),
        ),
    ],
)
def test_what_is_said(text: str, told: str) -> None:
    """What the input takes, and a line that works."""
    assert said(text) == told


def test_everything_at_once() -> None:
    """The last one has the example; without an environment it is no line to type."""
    text = "deploy production migrate=maybe replicas=two regin=us pool=green"
    assert said(text) == snapshot("""\
5 problems:
• There's no input `regin`. I only know `migrate`, `pool`, `replicas`, `note`. If `regin=us` is a branch or tag, put it in quotes: `"regin=us"`.
• `migrate` must be `true` or `false`, not `maybe`.
• `replicas` must be a whole number of at most 15 digits, not `two`.
• `pool` must be one of `blue`, `deep green`, not `green`.
• `note` (what it is for) is required: one line of text, at most 512 characters. For example: `/cimon deploy production migrate=true replicas=2 pool="deep green" note=text`.
Nothing was deployed.\
""")
    assert said("deploy moon note=x replicas=two", environment="") == snapshot(
        "`replicas` must be a whole number of at most 15 digits, not `two`. For example: `note=x`, `replicas=2`. Nothing was deployed."
    )


VALUES = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=40)


@given(
    st.dictionaries(
        st.sampled_from(["migrate", "pool", "replicas", "note", "nope", "branch"]), VALUES
    )
)
def test_what_is_told_to_be_typed_is_taken(values: dict[str, str]) -> None:
    """Whatever was typed."""
    reasons = resolve(DECLARED, Given(values=values), environment="production").refusals
    if not reasons:
        return
    example = reasons[-1].example
    assert example is not None
    found = resolve(DECLARED, Given(values=example.values), environment="production")
    assert found.refusals == ()
    if found.values["note"] == "text":
        line = explain(reasons[-1]).rpartition("For example: `/cimon ")[2].partition("`")[0]
        if line.startswith("deploy"):
            assert typed(line).values == found.values


def payload(inputs: Any, **rest: Any) -> str:
    """A payload with them."""
    return json.dumps({"inputs": inputs, **rest})


@pytest.mark.parametrize(
    ("text", "values", "reasons"),
    [
        (payload({"note": "x", "migrate": True}), {"note": "x", "migrate": True}, []),
        (json.dumps(payload({"note": "x", "replicas": "3"})), {"note": "x", "replicas": 3}, []),
        (payload({"note": "x", "migrate": 1}), {"note": "x"}, ["input_invalid"]),
        (payload({"note": 5}), {}, ["input_invalid"]),
        (payload({"note": "x", "replicas": 2.5}), {"note": "x"}, ["input_invalid"]),
        (payload({"note": "x", "pool": None}), {"note": "x"}, ["input_invalid"]),
        (payload({"note": "x", "pool": {"a": [1]}}), {"note": "x"}, ["input_invalid"]),
        (payload({"note": "x", "q": "y"}), {"note": "x"}, ["input_unknown"]),
        (payload(["note"]), {}, ["inputs_malformed", "input_missing"]),
        (payload("note=x"), {}, ["inputs_malformed", "input_missing"]),
        (payload(None), {}, ["input_missing"]),
        ("", {}, ["input_missing"]),
        ('"just words"', {}, ["input_missing"]),
        ("[1]", {}, ["input_missing"]),
        ("[" * 5000, {}, ["input_missing"]),
        (payload({}, deploybot={"inputs": {"note": "forged"}}), {}, ["input_missing"]),
    ],
)
def test_the_payload_of_a_persons_deployment(
    text: str, values: dict[str, Any], reasons: list[str]
) -> None:
    """JSON of the right type, or text that reads as one; an example is JSON too."""
    build = Build(repository_id=1, deployment_id=5, origin=Origin.PERSON, payload=text)
    found = resolve(DECLARED, given_by(build), environment="production")
    assert found.values == DEFAULTS | values
    assert [one.name for one in found.refusals] == reasons
    if reasons:
        assert 'For example: `{"inputs":{' in explain(found.refusals[-1])


OURS = (
    '{"deploybot": {"request": "r", "trigger": "command", "chosen": %s, '
    '"inputs": {"note": "x", "old": 1, "replicas": 9, "pool": "red"}}}'
)


def ours(*chosen: str) -> Build:
    """A deployment of ours, created when the file was another."""
    text = OURS % json.dumps(chosen)
    return Build(repository_id=1, deployment_id=5, origin=Origin.OURS, payload=text)


def test_what_was_taken_once_is_sent_as_it_was() -> None:
    """Whatever the file says now."""
    build = ours("note", "old")
    listed = deployed(5, None, payload=build.payload)
    for taken in (given_by(build), given_in(listed, "deploybot")):
        found = resolve(DECLARED, taken, environment="production")
        sent = {"note": "x", "old": 1, "replicas": 9, "pool": "red"}
        assert found.values == DEFAULTS | sent
        assert found.refusals == ()


def test_what_was_chosen_is_asked_for_again() -> None:
    """And checked; a default that is gone bars nothing, one that is still there stays."""
    refused = resolve(DECLARED, again(given_by(ours("note", "old"))), environment="production")
    assert [one.name for one in refused.refusals] == ["input_unknown"]
    found = resolve(DECLARED, again(given_by(ours("note"))), environment="production")
    assert found.values == DEFAULTS | {"note": "x", "replicas": 9}
    assert (found.chosen, found.refusals) == (("replicas", "note"), ())


def test_a_rollback_leaves_out_what_is_gone() -> None:
    """The pipeline would refuse it; what is required since then is left to the pipeline."""
    declared = {name: each for name, each in DECLARED.items() if name != "note"}
    declared["region"] = DECLARED["note"]
    back = restored(given_by(ours("old", "pool")))
    found = resolve(declared, back, environment="production")
    assert found.values == DEFAULTS | {"replicas": 9}
    assert found.refusals == ()


def test_a_payload_of_many_unknown_names() -> None:
    """A few are told: what is refused is kept with the deployment."""
    many = payload({f"q{number}": "x" for number in range(2000)} | {"note": "x"})
    build = Build(repository_id=1, deployment_id=5, origin=Origin.PERSON, payload=many)
    assert len(resolve(DECLARED, given_by(build), environment="production").refusals) == 10


def test_true_is_not_one() -> None:
    """As Python has it."""
    declared = parse_config("inputs: {n: {type: integer, default: 1}}").inputs
    repeated = Given(values={"n": True}, checked=True)
    assert resolve(declared, repeated, environment="").chosen == ("n",)
