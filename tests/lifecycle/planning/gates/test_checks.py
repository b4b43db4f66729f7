"""The gate of the commit's checks, as decision tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.lifecycle.configuration.model import EnvironmentConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.gates.order import GATES, judge
from app.lifecycle.planning.gates.question import OwnPipeline, Question, Verdict
from app.lifecycle.planning.targets.environments import Environment
from app.model.github.commit import Check, CheckState
from app.model.reasons.base import Linked
from app.model.reasons.gates import ChecksFailed, ChecksPending, ChecksWithheld
from app.model.slot import Slot

STATES = {"g": CheckState.GREEN, "p": CheckState.PENDING, "r": CheckState.RED}


def found(*spelled: str, at: float = 50.0) -> tuple[Check, ...]:
    """Checks from `name:g`, `name:p` or `name:r`."""
    parts = (one.rpartition(":") for one in spelled)
    return tuple(
        Check(name=name, state=STATES[state], url=f"https://ci/{name}", first_seen=at)
        for name, _, state in parts
    )


_ASKS = {"force", "automatic", "requester", "rollback_of"}


def asked(*spelled: str, rules: dict[str, object] | None = None, **rest: object) -> Question:
    """A question about checks."""
    config = EnvironmentConfig.model_validate(rules or {})
    asks = {"asked_at": 90.0} | {key: rest.pop(key) for key in _ASKS & rest.keys()}
    return Question(
        request=DeployRequest(environment="test", request_id="r", trigger="command", **asks),
        environment=Environment(name="test", rules=config),
        sha="3f9c2d1aaaa",
        **{
            "now": 100.0,
            "slot": Slot(repository_id=1, name="test"),
            "checks": found(*spelled),
            **rest,
        },
    )


def told(verdict: Verdict) -> str:
    """A verdict in short: `open`, or what refuses and what is waited for."""
    parts = []
    for reason in (*verdict.refusals, *verdict.waits):
        assert isinstance(reason, ChecksFailed | ChecksPending)
        names = [check.name for check in reason.checks]
        if isinstance(reason, ChecksFailed):
            parts.append(f"-{','.join(names)}")
        else:
            nothing = ["any"] if reason.until is not None else []
            parts.append(f"?{','.join([*names, *reason.missing, *nothing])}")
    return " ".join(parts) or "open"


@pytest.mark.parametrize(
    ("rules", "checks", "expected"),
    [
        ({}, ["a:g", "b:g"], "open"),
        ({}, ["a:g", "b:p"], "?b"),
        ({}, ["a:r", "b:p", "c:r"], "-a,c ?b"),
        ({}, [], "open"),
        ({"checks": ()}, ["a:r", "b:p"], "open"),
        ({"checks": ("a",)}, ["a:g", "b:r"], "open"),
        ({"checks": ("a",)}, ["b:g"], "?a"),
        ({"checks": ("a",)}, [], "?a"),
        ({"checks": ("a", "c")}, ["a:r", "b:r"], "-a ?c"),
        ({"checks": ("ci/*",)}, ["ci/x/y:g", "ci/z:p", "other:r"], "?ci/z"),
        ({"checks": ("ci/*",)}, ["other:g"], "?ci/*"),
        ({"checks": ("A",)}, ["a:g"], "?A"),
        ({"checks": ("test [linux] (3.12)",)}, ["test [linux] (3.12):g"], "open"),
        ({"checks": ("[0-9]*",)}, ["3.12:r"], "-3.12"),
        ({"ignore_checks": ("cov*",)}, ["cov/x:r", "a:g"], "open"),
        ({"ignore_checks": ("cov*",)}, ["cov/x:r", "a:p"], "?a"),
        ({"checks": ("cov*",), "ignore_checks": ("cov/x",)}, ["cov/x:r"], "?cov*"),
    ],
)
def test_which_checks_count(rules: dict[str, object], checks: list[str], expected: str):
    """All of them, or those named; green opens, red refuses, pending and missing wait."""
    assert told(judge(asked(*checks, rules=rules))) == expected


def test_force_skips_checks():
    """Red and pending ones alike, named or not."""
    assert judge(asked("a:r", "b:p", force=True)).open
    assert judge(asked(rules={"checks": ("missing",)}, force=True)).open


@pytest.mark.parametrize(
    ("automatic", "now", "expected"),
    [(False, 90.0, "open"), (True, 90.0, "?any"), (True, 119.9, "?any"), (True, 120.0, "open")],
)
def test_nothing_reported_yet(automatic: bool, now: float, expected: str):
    """A command passes; an event waits for a first check, for as long as it may take to appear."""
    assert told(judge(asked(automatic=automatic, now=now))) == expected


def test_the_wait_for_a_first_check_says_until_when():
    """So that somebody looks again then."""
    assert judge(asked(automatic=True)).waits == (ChecksPending(until=120.0),)


def test_a_first_check_ends_the_wait():
    """Once something was reported, that is what counts."""
    assert judge(asked("a:g", automatic=True)).open
    assert told(judge(asked("a:p", automatic=True, now=500.0))) == "?a"


def test_the_reasons_name_and_link_every_check():
    """What is red, what is still running, how many are green, and who may force."""
    verdict = judge(asked("a:r", "b:g", "c:p", "d:r", rules={"force": ("@octocat",)}))

    assert verdict.refusals == (
        ChecksFailed(
            checks=(Linked(name="a", url="https://ci/a"), Linked(name="d", url="https://ci/d")),
            sha="3f9c2d1",
            force=("@octocat",),
        ),
    )
    assert verdict.waits == (
        ChecksPending(checks=(Linked(name="c", url="https://ci/c"),), green=1, total=4),
    )


OURS = OwnPipeline(checks=frozenset({"deploy", "ci/circleci: deploy"}), started_at=60.5)


@pytest.mark.parametrize(
    ("name", "at", "expected"),
    [
        ("ci/circleci: deploy", 61.0, "open"),
        ("ci/circleci: deploy", 60.0, "open"),  # GitHub's times are whole seconds
        ("ci/circleci: deploy", 59.0, "-ci/circleci: deploy"),
        ("ci/circleci: deploy", 0.0, "-ci/circleci: deploy"),
        ("deploy", 61.0, "open"),
        ("ci/circleci: test", 61.0, "-ci/circleci: test"),
        ("ci/other: deploy", 61.0, "-ci/other: deploy"),
        ("deployment", 61.0, "-deployment"),
    ],
)
def test_what_our_own_pipelines_posted_is_not_counted(name: str, at: float, expected: str):
    """By the name of a job or workflow, and only if it appeared after the pipeline started."""
    question = asked(checks=found(f"{name}:r", at=at), own=(OURS,))

    assert told(judge(question)) == expected


def test_only_our_own_checks_are_as_none():
    """A commit that has nothing but our deploy jobs has no checks to wait for."""
    question = asked(checks=found("ci/circleci: deploy:p", at=70.0), own=(OURS,))

    assert judge(question).open


def test_every_gate_is_asked():
    """The order is a list of gates; each of them contributes to the verdict."""
    question = asked("a:r", "b:p")

    assert judge(question) == sum((gate(question) for gate in GATES), Verdict())


CHECKS = st.lists(
    st.builds(
        Check,
        name=st.sampled_from("abcd"),
        state=st.sampled_from(CheckState),
        first_seen=st.sampled_from([0.0, 10.0, 99.0]),
    ),
    unique_by=lambda check: check.name,
)
WANTED = st.just("all") | st.lists(st.sampled_from(["a", "b", "*", "z"])).map(tuple)


@given(CHECKS, WANTED, st.booleans())
def test_more_green_never_closes(checks: list[Check], wanted: object, automatic: bool):
    """Turning every check green leaves no refusal, and waits only for what is missing."""
    green = [Check(name=c.name, state=CheckState.GREEN, first_seen=c.first_seen) for c in checks]
    rules = {"checks": wanted}

    verdict = judge(asked(rules=rules, checks=tuple(green), automatic=automatic))
    assert verdict.refusals == ()
    before = judge(asked(rules=rules, checks=tuple(checks), automatic=automatic))
    assert len(verdict.waits) <= len(before.waits) + len(before.refusals)


@given(CHECKS)
def test_a_red_check_that_counts_never_passes(checks: list[Check]):
    """With `all` and without force, red refuses."""
    red = any(check.state is CheckState.RED for check in checks)

    assert bool(judge(asked(checks=tuple(checks))).refusals) is red


@pytest.mark.parametrize(
    ("rules", "force", "refused"),
    [
        ({}, False, True),
        ({"checks": ("test",)}, False, True),
        ({"checks": ()}, False, False),
        ({}, True, False),
    ],
)
def test_checks_that_are_not_known(rules: dict[str, object], force: bool, refused: bool) -> None:
    """Not known is never green: it is said which permission is missing."""
    verdict = judge(asked("test:g", rules=rules, force=force, checks_need="Checks: read"))
    withheld = ChecksWithheld(permission="Checks: read", sha="3f9c2d1")
    assert verdict.refusals == ((withheld,) if refused else ())


def test_only_our_own_app_s_checks_do_not_count() -> None:
    """Whatever they are called; what others call by our names counts."""
    red = Check(name="deploybot configuration", state=CheckState.RED)
    ours = Check(name="anything", state=CheckState.RED, ours=True)
    assert told(judge(asked(checks=(red, ours)))) == "-deploybot configuration"
