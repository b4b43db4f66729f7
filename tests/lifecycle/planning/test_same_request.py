"""The same commit to the same environment, while one has not ended."""

import pytest
from msgspec import structs

from app.lifecycle.planning.creations import may_create
from app.lifecycle.planning.pipelines.inputs import Given
from app.lifecycle.planning.same_request import already_running, under_way
from app.model import Json
from app.model.ask import Ask, AskKind, Watch
from app.model.build import Build, BuildState, Origin
from app.model.chat.card import Answer
from app.model.chat.reply import SlackAddress
from app.model.github.deployment import Deployment, StatusSummary
from app.model.github.source_event import SourceEvent
from app.model.reasons.deployments import SameCommitRunning
from app.model.triggers import SourceKind
from tests.lifecycle.conftest import OTHER, REQUEST, SHA, deployed, ground
from tests.plans import PLAN

OURS = '{{"deploybot": {{"request": "r", "trigger": "command", "inputs": {{"n": {}}}}}}}'
PERSONS = {"creator": "octocat", "creator_type": "User", "created_at": 9_000.0}


@pytest.mark.parametrize(
    ("deployment", "counts"),
    [
        (deployed(5, None), True),
        (deployed(5, "pending"), True),
        (deployed(5, "in_progress"), True),
        (deployed(5, "queued"), True),
        (deployed(5, "success"), False),
        (deployed(5, "inactive"), False),
        (deployed(5, "error"), False),
        (deployed(5, "pending", environment="staging"), False),
        (deployed(5, "pending", sha=OTHER), False),
        (deployed(5, None, **PERSONS), True),
        (deployed(5, "pending", **PERSONS), True),
        (deployed(5, None, **{**PERSONS, "created_at": 1_000.0}), False),
        (deployed(5, None, **{**PERSONS, "creator_type": "Bot"}), False),
        (
            deployed(5, None, **PERSONS, status=StatusSummary(state="pending", creator="octocat")),
            False,
        ),
    ],
)
def test_what_github_calls_under_way(deployment: Deployment, counts: bool):
    """Ours, or a young one of a person that nobody else runs; same commit, same place."""
    on = ground(deployments=(deployment,))

    assert under_way(on, "deploybot", 10_000.0) == ((5,) if counts else ())


def recorded(number: int, state: BuildState, **rest: object) -> Build:
    """Our record of a deployment."""
    facts = {"sha": SHA, "environment": "production", "state": state}
    return Build(**{"repository_id": 1, "deployment_id": number, **facts, **rest})


@pytest.mark.parametrize(
    ("builds", "state"),
    [
        ([], "pending"),
        ([recorded(5, BuildState.WAITING)], "waiting"),
        ([recorded(5, BuildState.TRIGGERING)], "triggering"),
        ([recorded(5, BuildState.RUNNING)], "running"),
        ([recorded(5, BuildState.ON_HOLD)], "on_hold"),
        (
            [recorded(5, BuildState.ON_HOLD, environment="x", plan=PLAN)],
            "on_hold",
        ),
        ([recorded(5, BuildState.SUCCEEDED)], None),
        ([recorded(5, BuildState.EXTERNAL)], None),
        ([recorded(5, BuildState.FAILED), recorded(6, BuildState.RUNNING)], "running"),
        ([recorded(5, BuildState.FAILED), recorded(6, BuildState.RUNNING, sha=OTHER)], None),
        ([recorded(5, BuildState.FAILED), recorded(6, BuildState.RUNNING, environment="x")], None),
    ],
)
def test_the_same_commit_on_its_way(builds: list[Build], state: str | None):
    """Our record goes before GitHub's word, which may be late."""
    on = ground(deployments=(deployed(5, None),))

    found = already_running(on, {build.deployment_id: build for build in builds}, (5,))
    assert (found.state if found else None) == state


@pytest.mark.parametrize(("besides", "found"), [(0, 7), (5, 7), (6, 7), (7, None)])
def test_a_second_one_is_asked_for_once(besides: int, found: int | None):
    """Whoever presses twice gets what the first press got, not a third."""
    on = ground(request=structs.replace(REQUEST, besides=besides))
    builds = {number: recorded(number, BuildState.WAITING) for number in (5, 7)}

    running = already_running(on, builds, ())
    assert (running.deployment_id if running else None) == found


@pytest.mark.parametrize("state", [BuildState.WAITING, BuildState.RUNNING])
@pytest.mark.parametrize(
    ("others", "found"),
    [
        ([], 5),
        ([recorded(4, BuildState.WAITING, sha=OTHER)], 5),
        ([recorded(6, BuildState.FAILED, sha=OTHER)], 5),
        ([recorded(6, BuildState.WAITING, sha=OTHER, environment="x")], 5),
        ([recorded(6, BuildState.WAITING, sha=OTHER)], None),
        ([recorded(6, BuildState.RUNNING, sha=OTHER)], None),
        ([recorded(6, BuildState.WAITING, sha=OTHER), recorded(7, BuildState.WAITING)], 7),
    ],
)
def test_a_branch_that_goes_forth_and_back(state: BuildState, others: list[Build], found: int):
    """What it left comes after what is on its way: the event asks for what it means again."""
    event = SourceEvent(kind=SourceKind.PUSH, name="main", default_branch="main", sha=SHA, at=9.0)
    on = ground(request=structs.replace(REQUEST, automatic=True, event=event))
    given = [recorded(5, state), *others]
    builds = {one.deployment_id: structs.replace(one, ref=str(one.deployment_id)) for one in given}

    running = already_running(on, builds, ())
    assert (int(running.ref) if running else None) == found


INPUTS = "inputs: {n: {type: integer, default: 1}}"


@pytest.mark.parametrize(
    ("recorded_as", "typed", "same"),
    [
        ({"payload": OURS.format(1)}, {}, True),
        ({"payload": OURS.format(2)}, {}, False),
        ({"payload": OURS.format(2)}, {"n": "2"}, True),
        ({"payload": '{"inputs": {"n": 2}}', "origin": Origin.PERSON}, {"n": "2"}, True),
        ({"payload": '{"inputs": {"n": 2}}', "origin": Origin.PERSON}, {}, False),
        ({"payload": OURS.format(1), "task": "deploy:migrations"}, {}, False),
    ],
)
def test_other_inputs_or_another_task_are_another_request(
    recorded_as: dict[str, object], typed: dict[str, Json], same: bool
):
    """By our record, and by GitHub's; a default that is typed is the same."""
    request = structs.replace(REQUEST, inputs=Given(values=typed))
    build = recorded(5, BuildState.RUNNING, **{"origin": Origin.OURS, **recorded_as})
    creator = {"creator": "octocat", "creator_type": "User", "created_at": 9_000.0}
    seen = deployed(
        5,
        None,
        payload=build.payload,
        task=build.task,
        **({} if build.origin is Origin.OURS else creator),
    )
    on = ground(deployments=(seen,), config=INPUTS, request=request)

    assert (already_running(on, {5: build}, (5,)) is not None) == same
    assert under_way(on, "deploybot", 10_000.0) == ((5,) if same else ())


def test_the_newest_of_several_is_named():
    """With its state, and GitHub's page of the environment."""
    on = ground(environment="eu/west", deployments=(deployed(5, "in_progress"),))

    found = already_running(on, {}, (5,))
    assert found == SameCommitRunning(
        deployment_id=5,
        ref="main",
        state="in_progress",
        environment="eu/west",
        url="https://github.com/acme/shop/deployments/eu%2Fwest",
    )


@pytest.mark.parametrize(
    ("facts", "may"),
    [
        ({"plan": PLAN}, True),
        ({}, True),
        ({"answer": Answer(text="no")}, False),
        ({"answer": Answer(text="no"), "plan": PLAN}, True),
        ({"answered_at": 1.0, "plan": PLAN}, False),
        ({"watch": Watch(events=1, since=0.0), "plan": PLAN}, False),
        ({"watch": Watch(events=1, since=0.0), "plan": PLAN, "holder": "me"}, True),
    ],
)
def test_which_asks_may_still_create_a_deployment(facts: dict[str, object], may: bool):
    """Not one that was refused or answered, nor one that waits for checks to change."""
    ask = Ask(
        ask_id="r1", kind=AskKind.COMMAND, asked_at=0.0, reply_to=SlackAddress(channel_id="C1")
    )
    assert may_create(structs.replace(ask, **facts)) is may
