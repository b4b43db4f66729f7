"""Killed, or failed, at every single point of a deployment's life: none is skipped.

With two processes it is every third point, and all of them with `FAULTS=all`.
"""

import os
from collections.abc import Callable

import pytest

from tests.lifecycle.simulation.faults import Fault
from tests.lifecycle.simulation.judging import settle, verify
from tests.lifecycle.simulation.world import World

pytestmark = pytest.mark.usefixtures("quiet")


class Counter:
    """Counts what a deployment's life consists of, and acts at one of it."""

    def __init__(self, at: int, act: Callable[[str], None]) -> None:
        self.at, self.act = at, act
        self.seen: list[str] = []

    def __call__(self, label: str) -> None:
        """Another one."""
        self.seen.append(label)
        if len(self.seen) == self.at:
            self.act(label)


def live(world: World, passed: Callable[[str], None]) -> None:
    """A deployment is typed, and with two processes, which take turns, another made by hand."""
    world.type_deploy("production")
    if world.replicas == 2:
        world.create_by_hand("production")
    for round_ in range(30):
        mail, world.mail[:] = [*world.mail], []
        for event in mail:
            event.deliver()
        if round_ == 20:
            for one in world.circleci.pipelines:
                world.circleci.go_on(one)
        process = world.processes[round_ % world.replicas]
        for key in process.due():
            process.look(key)
            while key in process.looks:
                passed(process.looks[key].at)
                if key in process.looks:
                    process.step(key)
        world.time.go_on(2.0)


def points_of(replicas: int) -> list[str]:
    """Every point of that life, where nothing goes wrong."""
    counter = Counter(0, lambda _: None)
    live(World(replicas=replicas), counter)
    return counter.seen


@pytest.mark.parametrize("replicas", [1, 2])
def test_killed_at_every_point(replicas: int) -> None:
    """Before a call, after it and before it is recorded: the invariants hold all the same."""
    points = points_of(replicas)
    assert {"github.create_deployment is sent", "slack.reply is answered"} <= set(points)
    step = 1 if replicas == 1 or os.environ.get("FAULTS") == "all" else 3
    for number in range(1, len(points) + 1, step):
        world = World(replicas=replicas)
        killed: list[str] = []

        def kill(label: str, world: World = world, killed: list[str] = killed) -> None:
            killed.append(label)
            for process in world.processes:
                process.kill()

        live(world, Counter(number, kill))
        assert killed, number
        settle(world)
        verify(world)
    print(f"killed at one in {step} of {len(points)} points with {replicas} processes")


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.LOST, Fault.LATE])
def test_failed_at_every_call(fault: Fault) -> None:
    """Each call of the store and of every provider, one after the other, once in its life."""
    calls = [label for label in points_of(1) if not label.endswith("answered")]
    for number in range(1, len(calls) + 1):
        world = World(replicas=1)

        def fail(label: str, world: World = world) -> None:
            world.faults.arm(label.removesuffix(" is sent"), fault)

        counter = Counter(number, fail)
        live(world, lambda label, c=counter: None if label.endswith("answered") else c(label))
        assert len(counter.seen) >= number
        settle(world)
        verify(world)
    print(f"{fault.name} at {len(calls)} calls")
