"""What waits before its pipeline ends within a bounded time."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.step_types import What
from app.lifecycle.look_types import Read
from app.lifecycle.planning.gates.question import Verdict
from app.lifecycle.planning.plan_rules import Judgement
from app.model.build import BuildState
from app.model.reasons.base import Linked
from app.model.reasons.gates import Busy, ChecksPending, WaitedTooLong
from app.model.slot import Listing, Place, Slot
from app.model.waiting import Wait
from tests.lifecycle import decisions as d

PENDING = ChecksPending(checks=(Linked(name="test"),), missing=("ci/hold",))


def waiting(wait: Wait, seconds: float, **facts: Any) -> Any:
    """One that has waited for so long."""
    return d.build(waited={wait: seconds}, **facts)


@pytest.mark.parametrize(("seconds", "over"), [(86399.0, False), (86400.0, True)])
def test_a_check(seconds: float, over: bool):
    """It is judged once more before; then its checks are named, and nothing runs any more."""
    judged = Judgement(verdict=Verdict(waits=(PENDING,)), plan=d.PLAN)
    b = waiting(Wait.CHECKS, seconds, gates_open=False, waits_for=(PENDING,), waiting_sha=d.SHA)
    b = structs.replace(b, standing=Listing.ASIDE)
    assert d.step(b, slot=d.EMPTY) == Read(what=What.JUDGEMENT)
    found, _ = d.after(b, judgement=judged, slot=d.EMPTY)
    assert found.state.ended is over
    if over:
        assert isinstance(found.reason, WaitedTooLong)
        assert [one.name for one in found.reason.checks] == ["test", "ci/hold"]
        assert found.pipeline_ended
    green, _ = d.after(b, judgement=d.OPEN, slot=d.EMPTY)
    assert green.state is BuildState.WAITING


def test_the_line():
    """Its place is given back."""
    slot = Slot(repository_id=1, name="production", running=4, waiting=(Place(deployment_id=5),))
    ahead = d.running(deployment_id=4, due_at=1.0)
    busy = Busy(environment="production", running=4)
    b = waiting(Wait.LINE, 86400.0, standing=Listing.IN_LINE, waits_for=(busy,))
    found, step = d.after(b, slot=slot, ahead=ahead)
    assert isinstance(found.reason, WaitedTooLong)
    assert found.reason.what == Wait.LINE
    assert step.slot is not None
    assert step.slot.after.waiting == ()
