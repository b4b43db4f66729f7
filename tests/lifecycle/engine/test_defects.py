"""Defects of ours: a look that fails again and again ends, and whoever waits for it is told."""

import re
from typing import Any

import pytest
from msgspec import structs

from app.lifecycle.engine.defects import pause_left, troubled
from app.lifecycle.engine.worker import Worker
from app.model.build import Build, BuildState
from app.model.reasons.base import Linked
from app.model.reasons.gates import ChecksPending
from app.model.reasons.ours import BrokenHere
from tests.lifecycle.decisions import build
from tests.lifecycle.scenes import KEY, Scene

pytestmark = pytest.mark.usefixtures("quiet")

LOOKS = 60


async def rest(scene: Scene, key: Any = KEY) -> int:
    """Look until it is not due any more, as time passes; how many looks that took."""
    look = scene.looker()
    for number in range(LOOKS):
        after = await look(key)
        if after is None:
            return number + 1
        scene.world.time.go_on(after + 0.01)
    raise AssertionError("it is looked at for ever")


def breaks(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> None:
    """Have a call of ours raise what nobody expects."""

    async def broken(*_: Any, **__: Any) -> Any:
        raise OverflowError("Python int too large")

    monkeypatch.setattr(owner, name, broken)


async def test_a_build_ends_in_error(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """On GitHub and in the channel, with what to look for in the log; and it is counted."""
    await scene.arrive(gates_open=False)
    monkeypatch.setattr(type(scene.world), "judge", lambda *_: 1 / 0)
    await rest(scene)
    b = await scene.record()
    assert isinstance(b.reason, BrokenHere)
    assert (b.state, b.due_at, b.holder) == (BuildState.ERRORED, None, None)
    assert scene.world.github.statuses[1][-1].state == "error"
    [outcome] = scene.world.slack.outcomes(1)
    assert outcome == "1:errored:0"
    assert scene.metrics.ended_by_defects.labels("build")._value.get() == 1


async def test_a_build_whose_end_cannot_be_told_is_left_alone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
):
    """The card itself is what breaks: GitHub says that it ended, and nobody looks for ever."""
    await scene.arrive()
    breaks(monkeypatch, type(scene.looker().kinds[0].effects.chat), "post_card")
    await rest(scene)
    assert scene.world.github.statuses[1][-1].state == "error"


async def test_who_asked_is_answered(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """Within a minute, by the command's own address, with an id that is in the log."""
    await scene.ask(does="deploy", environment="production", judged=True)
    breaks(monkeypatch, type(scene.looker().kinds[1].decide), "__call__")
    began = scene.world.time.now
    await rest(scene, "a1")
    assert scene.world.time.now - began < 60
    [(who, text)] = scene.world.slack.answers
    assert who == "U1"
    assert re.search("Something broke on my side.*`[0-9a-f]{8}`", str(text))


async def test_what_is_too_large_is_cut_short(scene: Scene):
    """A list of checks that no store takes: it waits with the first of them, and goes on."""
    checks = tuple(
        Linked(name=f"check {n}", url="https://c.test/" + "x" * 200) for n in range(3000)
    )
    await scene.arrive(gates_open=False)
    open_gates = scene.world.judge
    closed = structs.replace(open_gates(build())[0], waits=(ChecksPending(checks=checks),))
    scene.world.judge = lambda b: (closed, open_gates(b)[1])  # type: ignore[method-assign]
    look = scene.looker()
    await look(KEY)
    b = await scene.record()
    assert (b.state, b.reason) == (BuildState.WAITING, None)
    [pending] = b.waits_for
    assert isinstance(pending, ChecksPending)
    assert 0 < len(pending.checks) < 100


async def test_what_cannot_be_cut_ends_at_once(scene: Scene):
    """No repetition mends it."""
    await scene.arrive(gates_open=False)
    verdict, plan = scene.world.judge(build())
    large = structs.replace(plan, subject="x" * 500_000)
    scene.world.judge = lambda _: (verdict, large)  # type: ignore[method-assign]
    await rest(scene)
    b = await scene.record()
    assert isinstance(b.reason, BrokenHere)
    assert b.reason.too_large
    assert scene.metrics.handler_failures.labels("look")._value.get() == 1
    assert scene.world.github.statuses[1][-1].state == "error"


async def test_a_record_that_cannot_be_read_is_left_alone_ever_longer(scene: Scene):
    """It is not polled every five seconds, with a stack trace each time."""
    await scene.arrive()
    looked: list[object] = []

    async def look(key: object) -> float | None:
        looked.append(key)
        raise ValueError("cannot be decoded")

    clock = scene.looker().clock
    worker = Worker(records=scene.store, look=look, clock=clock, metrics=scene.metrics)
    for _ in range(200):
        await worker.poll()
        while not worker.idle:
            await worker.stop(1.0)
            worker._draining = False
        scene.world.time.go_on(5.0)
    assert 1 < len(looked) < 10


def test_a_clock_that_jumps_keeps_nothing_for_hours():
    """The pause is never longer than the longest one."""
    b: Build = troubled(build(), 1000.0)
    assert pause_left(b, 1001.0) == 4.0
    assert pause_left(b, 1005.0) == 0.0
    assert pause_left(b, -90000.0) == 0.0
