"""The gate of required environments, and how a commit stands there."""

import pytest

from app.lifecycle.planning.gates.order import judge
from app.lifecycle.planning.gates.question import RequiredEnvironment
from app.lifecycle.planning.history.requirements import commit_in
from app.model.build import Build
from app.model.github.deployment import Deployment, StatusSummary
from app.model.reasons.gates import RequiresNotMet, RequiresPending
from app.model.waiting import Tally
from tests.lifecycle.planning.gates.test_checks import asked

SHA, BOT = "c0ffee", "deploybot[bot]"
HOUR = 3600.0


def stands(**how: object) -> RequiredEnvironment:
    """How the commit stands in staging."""
    return RequiredEnvironment(environment="staging", **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("how", "person", "event"),
    [
        ({}, "refused", "refused"),
        ({"running": True}, "refused", "waits"),
        ({"succeeded_at": 50.0}, "open", "open"),
        ({"succeeded_at": 50.0, "rolled_back": True}, "open", "open"),
        ({"succeeded_at": 50.0, "soak": 60.0}, "refused until 110", "waits until 110"),
        ({"succeeded_at": 40.0, "soak": 60.0}, "open", "open"),
        ({"succeeded_at": 1.0, "soak": 60.0, "rolled_back": True}, "refused", "refused"),
    ],
)
def test_who_is_refused_and_what_waits(how: dict[str, object], person: str, event: str) -> None:
    """At the moment 100; by force nothing of it counts."""

    def said(*, automatic: bool) -> str:
        verdict = judge(asked("a:g", required=(stands(**how),), automatic=automatic))
        for word, reasons in (("refused", verdict.refusals), ("waits", verdict.waits)):
            for reason in reasons:
                assert isinstance(reason, RequiresNotMet | RequiresPending)
                until = "" if reason.until is None else f" until {reason.until:g}"
                return f"{word}{until}"
        return "open"

    assert said(automatic=False) == person
    assert said(automatic=True) == event
    assert judge(asked("a:g", required=(stands(**how),), force=True)).open


def test_what_the_same_event_deploys_is_given_time_to_appear() -> None:
    """Two deployments of one push are judged in no order."""
    young = Build(repository_id=1, deployment_id=7, tally=Tally(total=10.0))
    old = Build(repository_id=1, deployment_id=7, tally=Tally(total=30.0))
    for build, refused in ((young, False), (old, True)):
        question = asked("a:g", required=(stands(),), automatic=True, build=build)
        assert bool(judge(question).refusals) is refused


def test_the_reason_says_how_the_commit_stands_there() -> None:
    """Who is refused learns what runs there and who may go on all the same; what waits, when."""
    how = stands(succeeded_at=50.0, soak=60.0, running=True, live="v1.4.0")
    [refusal] = judge(asked(required=(how,), rules={"force": ("@octocat",)})).refusals
    assert refusal == RequiresNotMet(
        environment="test",
        required="staging",
        sha="3f9c2d1",
        soak=60.0,
        until=110.0,
        running=True,
        live="v1.4.0",
        force=("@octocat",),
    )
    back = stands(succeeded_at=50.0, soak=60.0, rolled_back=True)
    [refusal] = judge(asked(required=(back,))).refusals
    assert isinstance(refusal, RequiresNotMet)
    assert refusal.rolled_back
    [waits] = judge(asked("a:g", required=(how,), automatic=True)).waits
    assert waits == RequiresPending(required="staging", sha="3f9c2d1", soak=60.0, until=110.0)


def made(number: int, sha: str = SHA, *states: tuple[str, float], **rest: object) -> Deployment:
    """A deployment to staging with its statuses."""
    status = StatusSummary(state=states[-1][0], created_at=states[-1][1]) if states else None
    return Deployment(
        id=number,
        sha=sha,
        ref="main",
        status=status,
        history=states,
        **{"environment": "staging", "creator": BOT, **rest},  # type: ignore[arg-type]
    )


def test_how_a_commit_stands() -> None:
    """Its last success counts, also once it is no longer live; others' environments do not."""
    found = commit_in(
        ("staging", "STAGING"),
        HOUR,
        SHA,
        [
            made(1, SHA, ("in_progress", 1.0), ("success", 5.0), ("inactive", 9.0)),
            made(2, "other", ("success", 9.0), environment="STAGING"),
            made(3, SHA, ("success", 20.0), environment="qa"),
            made(4, SHA, ("failure", 30.0)),
        ],
        "deploybot",
    )
    assert found == RequiredEnvironment(
        environment="staging", soak=HOUR, succeeded_at=5.0, rolled_back=False, live="main"
    )
    assert commit_in(("staging",), 0.0, SHA, [made(1, SHA)], "deploybot").running


@pytest.mark.parametrize(("creator", "left"), [(BOT, True), ("mallory", False)])
def test_what_was_rolled_back_from(creator: str, left: bool) -> None:
    """Our own deployments alone say so; a success after that makes it good."""
    payload = '{"deploybot": {"request": "r", "trigger": "rollback", "rollback_of": 1}}'
    back = made(2, "other", ("success", 9.0), payload=payload, creator=creator)
    first, again = made(1, SHA, ("success", 5.0)), made(3, SHA, ("success", 12.0))
    assert commit_in(("staging",), HOUR, SHA, [first, back], "deploybot").rolled_back is left
    assert not commit_in(("staging",), HOUR, SHA, [first, back, again], "deploybot").rolled_back
