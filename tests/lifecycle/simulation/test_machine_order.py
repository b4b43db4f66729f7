"""Order and repetition: however the same events arrive, the end is the same."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lifecycle.simulation.judging import settle, verify
from tests.lifecycle.simulation.runs import REPOSITORY
from tests.lifecycle.simulation.world import Event, World

pytestmark = pytest.mark.usefixtures("quiet")

OUTCOMES = st.sampled_from(["success", "failure", "error", "canceled"])


def mailed(world: World) -> list[Event]:
    """Take the webhooks that are on their way."""
    sent, world.mail[:] = [*world.mail], []
    return sent


def work(world: World, looks: int) -> None:
    """Both processes look at what is due, so many times."""
    for _ in range(looks):
        for process in world.processes:
            process.work()
        world.time.go_on(1.0)


def told(world: World) -> dict[int, tuple[Any, ...]]:
    """What the world shows of each deployment in the end."""
    shown = {}
    for number in world.github.deployments:
        build = world.records.build((REPOSITORY.id, number))
        assert build is not None
        last = world.github.last(number)
        cards = [world.slack.cards[ts] for ts in world.slack.of(number)]
        shown[number] = (
            build.state,
            build.pipeline_id,
            last.state if last else None,
            [(card.color, card.state) for card in cards],
            world.slack.outcomes(number)[-1:],
            len(world.circleci.of(number)),
        )
    return shown


def played(outcome: str, order: list[int], looks: list[int]) -> dict[int, tuple[Any, ...]]:
    """One deployment's life; all its webhooks arrive at the end, in some order, some twice."""
    world = World()
    world.circleci.plans.append(outcome)
    world.type_deploy("production", times=2)
    kept = mailed(world)
    for count in looks:
        work(world, count)
        kept += mailed(world)
        for one in world.circleci.pipelines:
            world.circleci.go_on(one)
        kept += mailed(world)
    for index in order if kept else ():
        kept[index % len(kept)].deliver()
        work(world, index % 3)
        world.mail.clear()
    world.mail.extend(kept)
    settle(world)
    verify(world)
    return told(world)


@settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    outcome=OUTCOMES,
    order=st.lists(st.integers(0, 9), max_size=20),
    looks=st.lists(st.integers(0, 9), min_size=2, max_size=4),
)
def test_events_in_any_order_and_number_end_alike(
    outcome: str, order: list[int], looks: list[int]
) -> None:
    """As if each had come once, in time."""
    assert played(outcome, order, looks) == played(outcome, [], [9, 9])


@settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(
    outcome=OUTCOMES,
    order=st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=30),
)
def test_a_status_may_come_before_its_deployment(
    outcome: str, order: list[tuple[int, bool]]
) -> None:
    """Two people's deployments, their webhooks mixed, repeated and in any order."""
    world = World()
    world.circleci.plans.extend([outcome, "success"])
    for _ in range(2):
        world.create_by_hand("production")
    for index, again in order:
        if world.mail:
            event = world.mail[index % len(world.mail)]
            event.deliver()
            if not again:
                world.mail.remove(event)
        world.processes[index % 2].work()
        for one in world.circleci.pipelines:
            if again:
                world.circleci.go_on(one)
        world.time.go_on(0.5)
    settle(world)
    verify(world)
    states = [shown[0].value for shown in told(world).values()]
    expected = {"success": "succeeded", "failure": "failed", "error": "errored"}.get(
        outcome, outcome
    )
    if states == ["inactive", "succeeded"]:  # the older one was heard of when the newer was live
        return
    assert sorted(states) == sorted([expected, "succeeded"])
