"""Which look is how urgent: outcomes, what a person waits for, starting, progress."""

from typing import Any

import pytest
from msgspec import structs

from app.model.ask import Ask, AskKind, Said
from app.model.build import Build, BuildState
from app.model.build_parts import CancelRequest
from app.ports.urgency import Urgency, current_urgency
from tests.lifecycle import decisions as d
from tests.lifecycle.scenes import KEY, Scene

CANCEL = CancelRequest(by=d.DANA, at=d.T0)


def untold(b: Build) -> Build:
    """The build before anybody was told of its outcome."""
    return structs.replace(b, notified=None)


@pytest.mark.parametrize(
    ("build", "urgency"),
    [
        pytest.param(untold(d.ended()), Urgency.OUTCOME, id="over, not told"),
        pytest.param(untold(d.ended(BuildState.FAILED)), Urgency.OUTCOME, id="failed, not told"),
        pytest.param(
            d.running(reports=d.report("success")), Urgency.OUTCOME, id="reported, not read"
        ),
        pytest.param(d.running(cancel=CANCEL), Urgency.AWAITED, id="to be canceled"),
        pytest.param(d.build(cancel=CANCEL), Urgency.AWAITED, id="to be canceled, not started"),
        pytest.param(d.build(), Urgency.STARTING, id="without a pipeline"),
        pytest.param(
            d.build(state=BuildState.TRIGGERING), Urgency.STARTING, id="a pipeline asked for"
        ),
        pytest.param(d.running(), Urgency.PROGRESS, id="running"),
        pytest.param(d.ended(), Urgency.PROGRESS, id="over and told"),
    ],
)
def test_a_deployment(scene: Scene, build: Build, urgency: Urgency):
    """An outcome first, then who canceled, then what has not begun."""
    assert scene.looker().kinds[0].urgency(build) is urgency


@pytest.mark.parametrize(
    ("kind", "said", "urgency"),
    [
        (AskKind.COMMAND, Said(text="deploy"), Urgency.AWAITED),
        (AskKind.ACTION, Said(action="retry"), Urgency.AWAITED),
        (AskKind.COMMENT, Said(text="/deploy test"), Urgency.AWAITED),
        (AskKind.TRIGGER, None, Urgency.STARTING),
        (AskKind.GITHUB_EVENT, None, Urgency.STARTING),
        (AskKind.PIPELINE, None, Urgency.STARTING),
        (AskKind.SWEEP, None, Urgency.PROGRESS),
    ],
)
def test_an_ask(scene: Scene, kind: AskKind, said: Said | None, urgency: Urgency):
    """What a person said first, a sweep last."""
    ask = Ask(ask_id="a1", kind=kind, asked_at=d.T0, said=said)
    assert scene.looker().kinds[1].urgency(ask) is urgency


async def test_its_calls_are_as_urgent(scene: Scene, monkeypatch: pytest.MonkeyPatch):
    """What a look reads and what it does: the pipeline starts, is read, and its outcome is told."""
    made: dict[str, list[Urgency]] = {}

    def watch(client: Any, call: str) -> None:
        real = getattr(client, call)

        async def noted(*args: Any, **named: Any) -> Any:
            made.setdefault(call, []).append(current_urgency())
            return await real(*args, **named)

        monkeypatch.setattr(client, call, noted)

    await scene.arrive()
    look = scene.looker()
    watch(look.kinds[0].effects.ci, "trigger")
    watch(look.kinds[0].reader.ci, "read")
    watch(look.kinds[0].effects.chat, "reply")
    for _ in range(4):
        await look(KEY)
    scene.world.time.go_on(60.0)
    await look(KEY)
    scene.world.circleci.go_on(scene.world.circleci.pipelines[0])
    scene.world.time.go_on(60.0)
    while await look(KEY) is not None:
        pass
    assert made["trigger"] == [Urgency.STARTING]
    assert made["read"][0] == Urgency.PROGRESS
    assert made["reply"] == [Urgency.OUTCOME]
    assert current_urgency() is Urgency.AWAITED
