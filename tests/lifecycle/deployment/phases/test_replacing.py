"""Who takes whose place: what went live last by the CI's clock."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.phases.ending.closing import close, replaced_by
from app.lifecycle.deployment.phases.ending.replacing import replace_others
from app.lifecycle.deployment.step_types import Facts, PostStatus, What
from app.lifecycle.look_types import Become, Finish, Limits, Now, Read
from app.model.build import Build, BuildState
from app.model.build_parts import PostedStatus
from app.model.effects import Effect
from app.model.github.live import WentLive
from app.model.note import Entry
from app.model.reasons.deployments import Replaced
from tests.lifecycle import decisions as d
from tests.plans import changed


def live(number: int, at: float, **facts: Any) -> Build:
    """A success that went live then, and that GitHub shows."""
    b = d.ended(deployment_id=number, production=True, deployed_at=at, **facts)
    assert b.status is not None
    return structs.replace(b, status=structs.replace(b.status, id=1))


def went(number: int, at: float, environment: str = "production") -> WentLive:
    """What a slot or a note says of one that went live."""
    return WentLive(
        deployment_id=number, ref="main", sha=d.SHA, environment=environment, at=at, status=1
    )


def settled(b: Build, **slot: Any) -> Finish:
    """What is written when others are told."""
    facts = Facts(slot=structs.replace(d.EMPTY, **slot))
    step = replace_others(b, facts, Now(wall=d.T0), d.LIMITS)
    assert isinstance(step, Finish)
    return step


def test_the_others_are_told_with_the_slot():
    """What the slot knows and what GitHub showed when it was planned, each once, in one write."""
    b = live(7, 70)
    b = changed(b, plan=structs.replace(d.PLAN, active=(3, 5)))
    step = settled(b, live=went(5, 50))
    assert [note.deployment_id for note in step.notes] == [3, 5]
    for note in step.notes:
        assert note.entry == Entry(attribute="replaced", key="7", value=went(7, 70))
        assert note.facts == {"repository": "acme/shop", "installation_id": 2}
    assert step.slot is not None
    assert step.slot.after.live == went(7, 70)
    assert step.build is not None
    assert replace_others(step.build, Facts(), Now(wall=d.T0), d.LIMITS) is None


def test_one_that_comes_late_is_itself_replaced():
    """Its success landed first, though it is looked at last."""
    slot = structs.replace(d.EMPTY, live=went(9, 90))
    step = replace_others(live(7, 70), Facts(slot=slot), Now(wall=d.T0), d.LIMITS)
    assert isinstance(step, Become)
    assert replaced_by(step.record) == went(9, 90)


def test_not_before_github_shows_it():
    """What GitHub has not taken replaces nothing there."""
    for b in (d.ended(), d.ended(BuildState.FAILED), d.running()):
        assert replace_others(b, Facts(), Now(wall=d.T0), d.LIMITS) is None


@pytest.mark.parametrize(
    ("facts", "by", "replaced"),
    [
        ({}, went(9, 90), True),
        ({}, went(9, 60), False),  # it went live again since
        ({"transient": True}, went(9, 90), False),
        ({"production": False}, went(9, 90), False),  # GitHub does that itself
        ({"production": False}, went(3, 90), True),
        ({"production": False}, went(9, 90, "Production"), True),
    ],
)
def test_what_is_for_us_to_say(facts: dict[str, Any], by: WentLive, *, replaced: bool):
    """GitHub covers what is neither transient nor production, of the same name and older."""
    b = changed(live(7, 70), replaced={str(by.deployment_id): by}, **facts)
    step = close(b, Facts(), Now(wall=d.T0), Limits())
    assert isinstance(step, Become) == replaced
    if isinstance(step, Become):
        assert step.record.state is BuildState.INACTIVE
        assert isinstance(step.record.reason, Replaced)


def test_the_latest_of_several_has_replaced_it():
    """By when it went live, whatever its number."""
    b = changed(live(7, 70), replaced={"9": went(9, 80), "8": went(8, 90)})
    assert replaced_by(b) == went(8, 90)


def test_what_was_restored_is_read_first():
    """Without its webhook nobody knows whether it is transient."""
    b = changed(live(7, 70), replaced={"9": went(9, 90)}, restored=True, production=False)
    assert d.step(b) == Read(what=What.DEPLOYMENT)
    found = d.deployment(id=7, production=True)
    step = close(b, Facts(deployment=found), Now(wall=d.T0), Limits())
    assert isinstance(step, Become)
    assert step.record.state is BuildState.INACTIVE


def test_a_report_of_the_same_run_does_not_bring_it_back():
    """CircleCI's webhook may come after all is told; a rerun is another run."""
    b = changed(live(7, 70), replaced={"9": went(9, 90)})
    over = close(b, Facts(), Now(wall=d.T0), Limits())
    assert isinstance(over, Become)
    again = changed(over.record, reports=d.report("success"))
    found, _ = d.after(again, reading=d.reading(d.workflow("success")))
    assert found.state is BuildState.INACTIVE
    said = PostedStatus(state="inactive", id=95)
    rerun = changed(over.record, reports=d.report("success", 2), status=said)
    found, _ = d.after(rerun, reading=d.reading(d.workflow("success", 2)))
    assert found.state is BuildState.SUCCEEDED


def test_what_github_made_inactive_is_not_posted_over():
    """It tells nobody: a success that is looked for, and found inactive, had landed."""
    b = changed(d.ended(), guards={Effect.STATUS: d.UNSURE}, status=None)
    step = d.step(b, last_status=d.status("inactive", id=80))
    assert not isinstance(step, PostStatus)


@pytest.mark.parametrize("ahead", [0.0, 7200.0])
def test_a_success_that_comes_late_to_github_gives_way(ahead: float):
    """What went live meanwhile stays; GitHub is told of the late one as inactive alone.

    The CI's clock may be hours ahead of ours.
    """
    over = d.ended(production=True, deployed_at=d.T0 + ahead, concluded_at=d.T0)
    b = changed(over, status=None)
    slot = structs.replace(d.EMPTY, live=went(9, d.T0 + ahead + 5))
    found, step = d.after(b, wall=d.T0 + 15, slot=slot)
    assert found.state is BuildState.INACTIVE
    assert isinstance(step, PostStatus)
    assert step.status.state == "inactive"
    _, step = d.after(b, wall=d.T0 + 15, slot=d.EMPTY)
    assert isinstance(step, PostStatus)
    assert step.status.state == "success"
