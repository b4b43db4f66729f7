"""The hold after a rollback: by the slot, by GitHub, and what ends it."""

import pytest
from msgspec import structs

from app.lifecycle.configuration.model import EnvironmentConfig
from app.lifecycle.planning.deploy_request import DeployRequest
from app.lifecycle.planning.gates.order import judge
from app.lifecycle.planning.gates.question import Question
from app.lifecycle.planning.history.rollback_hold import after_success, hold_on, resumed
from app.lifecycle.planning.targets.environments import Environment
from app.model.build import Build, BuildState, Origin
from app.model.github.deployment import Deployment
from app.model.github.live import Live
from app.model.plan import Payload
from app.model.slot import Hold, Slot
from tests.lifecycle.conftest import BOT, deployed
from tests.plans import PLAN

HOLD = Hold(rollback=3, left=2, since=9.0, by="Dana", sha="b")
SLOT = Slot(repository_id=1, name="live")


def went(
    number: int, sha: str, trigger: str = "command", by: str = BOT, run_by: str = BOT, **back: int
) -> Deployment:
    """A deployment that went live at its number, created `by` and `run_by`."""
    said = "".join(f', "{name}": {value}' for name, value in back.items())
    payload = f'{{"deploybot": {{"request": "r", "trigger": "{trigger}"{said}}}}}'
    kind = "Bot" if by.endswith("[bot]") else "User"
    history = (("success", float(number)),)
    facts = {"history": history, "payload": payload, "creator": by, "creator_type": kind}
    return deployed(number, "success", sha=sha, reported_by=(run_by, "smoke-test"), **facts)


A, B = went(1, "a"), went(2, "b")
BACK = went(3, "a", "rollback", rollback_of=2, target=1)


@pytest.mark.parametrize(
    ("slot", "later", "holds"),
    [
        (SLOT, (BACK,), True),
        (structs.replace(SLOT, hold=HOLD), (), True),
        (structs.replace(SLOT, resumed=3), (BACK,), False),
        (SLOT, (BACK, went(4, "c")), False),
        (SLOT, (BACK, went(4, "c", by="octocat")), False),
        (SLOT, (BACK, went(4, "c", by="octocat", run_by="github-actions[bot]")), True),
        (SLOT, (BACK, went(4, "b")), True),
        (SLOT, (BACK, went(4, "c", "push")), True),
        (SLOT, (BACK, went(4, "c", by="vercel[bot]")), True),
        (structs.replace(SLOT, resumed=3), (BACK, went(5, "a", "rollback", rollback_of=4)), True),
        (SLOT, (went(3, "a", "rollback", by="octocat", rollback_of=2),), False),
    ],
    ids=[
        "by GitHub, after a loss of the store",
        "by the slot, before GitHub tells",
        "resumed",
        "a person's success",
        "a person's success on GitHub",
        "a job of GitHub Actions, whose creator is a person",
        "the commit that was left",
        "an automatic success",
        "another app's success",
        "a later rollback",
        "a payload of others",
    ],
)
def test_what_holds(slot: Slot, later: tuple[Deployment, ...], *, holds: bool) -> None:
    """Until it is resumed, or a person's deployment of another commit has succeeded."""
    listed = (A, B, *later)
    assert (hold_on(slot, listed, "deploybot") is not None) is holds


def succeeded(number: int, sha: str, payload: Payload, live: Live | None = None) -> Build:
    """A deployment of ours that has succeeded."""
    return Build(
        repository_id=1,
        deployment_id=number,
        sha=sha,
        origin=Origin.OURS,
        state=BuildState.SUCCEEDED,
        trigger=payload.trigger,
        ended_at=9.0,
        plan=structs.replace(PLAN, payload=payload, live=live),
    )


def test_a_success_is_written_on_the_slot() -> None:
    """A rollback holds, a person's later success of another commit ends that."""
    said = Payload(request="r", trigger="rollback", requester="Dana", rollback_of=2, target=1)
    live = Live(deployment_id=2, ref="main", sha="b", since=2.0)
    back = succeeded(3, "a", said, live)
    holding = after_success(SLOT, back)
    assert holding.hold == HOLD
    by_push = succeeded(4, "c", Payload(request="r", trigger="push"))
    asked = succeeded(4, "c", Payload(request="r", trigger="command"))
    left = succeeded(4, "b", Payload(request="r", trigger="retry"))
    assert after_success(holding, by_push) == after_success(holding, left) == holding
    over = after_success(holding, asked)
    assert (over.hold, over.resumed) == (None, 3)
    assert after_success(resumed(holding, HOLD), back).hold is None


def test_what_failed_and_was_left_ends_no_hold() -> None:
    """It was never live, so that only GitHub's list knows its commit; another's success ends it."""
    failed = deployed(2, "failure", sha="b", history=(("failure", 2.0),))
    said = Payload(request="r", trigger="rollback", requester="Dana", rollback_of=2, target=1)
    live = Live(deployment_id=1, ref="main", sha="a", since=1.0)
    holding = after_success(SLOT, succeeded(3, "a", said, live))
    for sha, holds in (("b", True), ("c", False)):
        slot = after_success(holding, succeeded(4, sha, Payload(request="r", trigger="retry")))
        listed = (A, failed, BACK, went(4, sha, "retry"))
        assert (hold_on(slot, listed, "deploybot") is not None) is holds


@pytest.mark.parametrize(
    ("trigger", "automatic", "waits"), [("push", True, True), ("command", False, False)]
)
def test_the_gate(trigger: str, *, automatic: bool, waits: bool) -> None:
    """Only what comes by itself waits."""
    request = DeployRequest(
        environment="live", request_id="r", trigger=trigger, automatic=automatic, force=True
    )
    verdict = judge(
        Question(
            request=request,
            environment=Environment(name="live", rules=EnvironmentConfig()),
            sha="3f9c2d1aaaa",
            slot=SLOT,
            hold=HOLD,
        )
    )
    assert [reason.name for reason in verdict.waits] == ["held_after_rollback"] * waits
    assert not verdict.refusals
