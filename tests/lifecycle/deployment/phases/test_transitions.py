"""What a build becomes: planned, with its pipeline, over, or lost to a provider."""

from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.deployment.phases.transitions import (
    created_for,
    ended,
    lost_to,
    planned,
    running,
    unwanted_since,
)
from app.lifecycle.look_types import Now
from app.model.ask import Ask, AskKind
from app.model.build import Build, BuildState, Origin
from app.model.build_parts import CancelRequest
from app.model.chat.reply import SlackAddress
from app.model.effects import Effect
from app.model.github.source_event import Closed
from app.model.plan import Person, RefKind, Ticket
from app.model.reasons.gates import ChecksPending
from app.model.waiting import Wait
from tests.lifecycle import decisions as d

NOW = Now(wall=d.T0 + 7)
SENT = {Effect.TRIGGER: d.UNSURE}
LINKED = Person(name="Dana", slack_userid="U1")
ON_GITHUB = Person(name="octocat", login="octocat")
CANCEL = CancelRequest(by=LINKED, at=d.T0 + 1)


@pytest.mark.parametrize(
    ("provider", "facts", "lost"),
    [
        ("github", {}, True),
        ("ci", {}, True),
        ("slack", {}, False),
        ("github", {"guards": SENT}, False),
        ("github", {"guards": SENT, "plan": None}, True),
        ("ci", {"guards": SENT}, True),
    ],
)
def test_what_it_is_lost_to(provider: Any, facts: dict[str, Any], lost: bool) -> None:
    """Once it was triggered, GitHub's silence stops no pipeline."""
    b = d.lost(d.build(**facts), provider)
    assert (lost_to(b, NOW, d.LIMITS) is not None) is lost


def test_a_new_plan_keeps_what_github_does_not_know() -> None:
    """The titles of its tickets, what it cancels, that it is a pull request's."""
    tickets = (Ticket(system="asana", key="1", url="https://a", title="Round"),)
    known = structs.replace(d.PLAN, tickets=tickets, cancels=4, ref_kind=RefKind.PULL_REQUEST)
    again = planned(d.build(plan=known), d.PLAN)
    assert again.plan == known
    tag = structs.replace(d.PLAN, ref_kind=RefKind.TAG)
    found = planned(d.build(plan=known), tag).plan
    assert found is not None
    assert found.ref_kind is RefKind.TAG
    first = planned(d.build(plan=None), structs.replace(d.PLAN, cancels=9, tickets=tickets))
    assert first.plan is not None
    assert (first.plan.cancels, first.plan.tickets) == (9, tickets)


@pytest.mark.parametrize(
    ("known", "told", "who"),
    [
        (LINKED, ON_GITHUB, LINKED),
        (ON_GITHUB, LINKED, LINKED),
        (ON_GITHUB, None, ON_GITHUB),
        (None, ON_GITHUB, ON_GITHUB),
        (None, None, None),
    ],
)
def test_who_asked(known: Person | None, told: Person | None, who: Person | None) -> None:
    """Whoever is known in Slack goes first."""
    b = d.build(plan=None, asker=known)
    found = planned(b, structs.replace(d.PLAN, requester=told)).plan
    assert found is not None
    assert found.requester == who


ASKED = Ask(
    ask_id="r1", kind=AskKind.COMMAND, asked_at=d.T0 - 3, reply_to=SlackAddress(channel_id="C9")
)


@pytest.mark.parametrize(
    ("judged", "sha", "counts"),
    [(True, d.SHA, True), (False, d.SHA, False), (True, "9" * 40, False)],
)
def test_what_an_ask_knows_of_its_deployment(judged: bool, sha: str, counts: bool) -> None:
    """Its gates are open where they were for the commit that GitHub pinned."""
    b = d.build(origin=None, sha=sha, plan=None, gates_open=False, gates_at=None, trigger="")
    plan = structs.replace(d.PLAN, judged=judged)
    assert created_for(b, ASKED, plan, NOW) == structs.replace(
        b,
        origin=Origin.OURS,
        trigger="command",
        asked_at=d.T0 - 3,
        plan=plan,
        gates_open=counts,
        gates_at=NOW.wall if counts else None,
        slack_channelid="C1",
        reply_to=SlackAddress(channel_id="C9"),
    )


WAITED: dict[str, Any] = {"waits_for": (ChecksPending(),), "waiting_sha": d.SHA}


def test_with_its_pipeline_nothing_is_waited_for() -> None:
    """What was counted for the trigger counts no more."""
    before = d.down(
        d.build(
            **WAITED,
            waited={Wait.CHECKS: 9.0},
            undecided=("p9",),
            unread={"p9": 1},
            searched_at=d.T0,
        ),
        "ci",
    )
    found = running(before, d.pipeline(3), NOW)
    assert found == structs.replace(
        before,
        backoff={},
        state=BuildState.RUNNING,
        pipeline_id="p3",
        build_number=3,
        build_url="https://ci/3",
        started_at=d.T0 + 1,
        looked_at=NOW.wall,
        waited={},
        undecided=(),
        unread={},
        searched_at=None,
        waits_for=(),
        waiting_sha=None,
    )
    unknown = running(before, d.pipeline(3, created_at=None), NOW)
    assert unknown.started_at == NOW.wall


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        ({"state": BuildState.ERRORED}, BuildState.ERRORED),
        ({"state": BuildState.CANCELED, "cancel": CANCEL}, BuildState.RUNNING),
        ({"state": BuildState.INACTIVE, "closed": Closed(number=7, at=d.T0)}, BuildState.RUNNING),
    ],
)
def test_what_ended_it_stands_unless_somebody_wanted_that(
    facts: dict[str, Any], state: BuildState
) -> None:
    """Then the pipeline runs, to be canceled."""
    assert running(d.build(**facts), d.pipeline(), NOW).state is state


def test_once_it_is_over_nothing_is_waited_for() -> None:
    """A provider that named a time is still left alone."""
    limited = d.failed(d.down(d.build(**WAITED), "ci"), d.limited("github", 50.0), d.T0)
    found = ended(limited, BuildState.ERRORED, NOW, ChecksPending())
    assert found == structs.replace(
        limited,
        state=BuildState.ERRORED,
        reason=ChecksPending(),
        ended_at=NOW.wall,
        waits_for=(),
        waiting_sha=None,
        pipeline_ended=True,
        backoff={"github": limited.backoff["github"]},
    )


@pytest.mark.parametrize(
    ("facts", "over"),
    [
        ({}, True),
        ({"guards": SENT}, False),
        ({"pipeline_id": "p1"}, False),
        ({"guards": SENT, "pipeline_ended": True}, True),
    ],
)
def test_whether_a_pipeline_may_still_run(facts: dict[str, Any], over: bool) -> None:
    """One that was sent may be."""
    found = ended(d.build(**facts), BuildState.ERRORED, NOW, None)
    assert found.pipeline_ended is over


@pytest.mark.parametrize(
    ("facts", "since"),
    [
        ({}, None),
        ({"cancel": CANCEL}, d.T0 + 1),
        ({"cancel": CANCEL, "closed": Closed(number=7, at=d.T0 + 2)}, d.T0 + 2),
    ],
)
def test_since_when_nobody_wants_it(facts: dict[str, Any], since: float | None) -> None:
    """The end of its pull request goes before a cancel."""
    b: Build = d.build(**facts)
    assert unwanted_since(b) == since
