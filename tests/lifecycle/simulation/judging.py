"""Letting the world come to rest, and what must be true then."""

import itertools

from msgspec import structs

from app.lifecycle.deployment.phases.telling.news import news_of
from app.lifecycle.deployment.statuses import status_of
from app.model.build import Build, BuildState
from app.model.reasons.deployments import Replaced
from app.model.slot import Listing
from app.texts.cards.card import card_of
from tests.lifecycle.simulation.runs import BOT, LIMITS, REPOSITORY
from tests.lifecycle.simulation.world import World

ROUNDS = 3000


def settle(world: World, *, lose_mail: bool = False) -> None:
    """Nothing goes wrong any more: let everything go on until nobody waits for anything."""
    world.faults.heal()
    world.index_late = 0
    _open_gates(world)
    _sweep(world)
    for _ in range(ROUNDS):
        _carry_on(world, lose_mail=lose_mail)
        for process in world.processes:
            process.work()
        if world.mail or any(process.due() for process in world.processes):
            world.time.go_on(1.0)
            continue
        waits = [
            at - process.clock.wall()
            for process in world.processes
            for at in world.records.due().values()
        ]
        if not waits and not world.time.pending and not _open_pipelines(world):
            return
        world.time.go_on(min([LIMITS.lease, *(wait for wait in waits if wait > 0)]))
    raise AssertionError(f"somebody waits for ever: {world.records.due()}")


def verify(world: World) -> None:
    """The invariants, at rest."""
    assert not world.violations, world.violations
    for number, deployment in world.github.deployments.items():
        build = world.records.build((REPOSITORY.id, number))
        assert build is not None, f"deployment {number} is lost"
        if deployment.creator != BOT and build.state is BuildState.EXTERNAL:
            assert not world.circleci.of(number)
            continue
        _ended(world, build)
        if build.key not in world.strange:
            _agree(world, build)
            _once(world, build)
        _ran(world, build)
    for stored in world.records.slots.values():
        assert not stored.get("running"), f"a slot is never given back: {stored}"
        assert not stored.get("waiting"), f"somebody waits in line for ever: {stored}"
    _answered(world)


def _ended(world: World, build: Build) -> None:
    assert build.state.ended, f"never ends: {build}"
    assert build.due_at is None
    assert build.holder is None
    assert build.standing is Listing.UNLISTED
    assert build.pipeline_ended


def _agree(world: World, build: Build) -> None:
    """GitHub, the record and the message say the same."""
    shown, wanted = world.github.last(build.deployment_id), status_of(build)
    assert shown is not None, f"GitHub was told nothing: {build}"
    assert structs.replace(shown, at=0.0, id=0) == wanted
    assert build.status is not None
    assert structs.replace(build.status, at=0.0, id=0) == wanted
    messages = world.slack.of(build.deployment_id)
    assert len(messages) == 1, f"{len(messages)} messages: {build}"
    assert world.slack.cards[messages[0]] == card_of(build)


def _once(world: World, build: Build) -> None:
    """Nothing is told twice."""
    told = world.slack.outcomes(build.deployment_id)
    assert len(told) == len(set(told)), f"mentioned twice: {told}"
    if news_of(build):
        assert told[-1:] == [news_of(build)], f"{told}: {build}"
    posted = [structs.replace(s, at=0.0, id=0) for s in world.github.statuses[build.deployment_id]]
    repeated = [status for status, after in itertools.pairwise(posted) if status == after]
    late = "github.post_status" in world.faults.late  # then it was sent again before it landed
    assert late or not repeated, f"posted twice: {repeated}"


def _ran(world: World, build: Build) -> None:
    """One pipeline, and what it came to is what is told; or none, for a reason."""
    pipelines = world.circleci.of(build.deployment_id)
    if not pipelines:
        assert build.pipeline_id is None
        why = build.reason.name if build.reason else ""
        refused = build.state is BuildState.ERRORED and why in {
            "refused_on_github",
            "circleci_refused",
        }
        left = build.state is BuildState.INACTIVE and why == "superseded"
        assert refused or left or build.state is BuildState.CANCELED, f"never started: {build}"
        return
    unheard = [one for one in pipelines if f"circleci {one.pipeline.id}" in world.lost]
    if len(pipelines) > 1:
        assert build.key in world.strange, f"{len(pipelines)} pipelines: {build}"
        assert build.second_pipeline or unheard, f"a second pipeline is not told: {build}"
    if build.pipeline_id is None:
        assert build.key in world.strange
        assert unheard, f"its pipeline is not known: {build}"
        return
    mine = world.circleci.named(build.pipeline_id or "")
    last = mine.workflows[-1].state.value if mine.workflows else "none"
    expected = {
        "success": BuildState.SUCCEEDED,
        "failure": BuildState.FAILED,
        "canceled": BuildState.CANCELED,
    }
    replaced = build.state is BuildState.INACTIVE and isinstance(build.reason, Replaced)
    state = BuildState.SUCCEEDED if replaced else build.state
    assert state is expected.get(last, BuildState.ERRORED)


def _answered(world: World) -> None:
    """Every command got what it asked for, or an answer."""
    for ask_id, stored in world.records.asks.items():
        assert stored.get("answered_at"), f"never answered: {stored}"
        if not ask_id.startswith("ask"):
            continue
        made = [n for n, request in world.github.request_of.items() if request == ask_id]
        answered = [text for text, _ in world.slack.answers if text == ask_id]
        assert made or answered, f"typed and nothing happened: {stored}"
        assert len(made) <= 1 or ask_id in world.strange, f"deployed twice: {stored}"


def _open_pipelines(world: World) -> bool:
    return any(one.open for one in world.circleci.pipelines)


def _open_gates(world: World) -> None:
    """Whatever waits for checks gets them."""
    for number in world.github.deployments:
        typed = world.gate_of.get(world.github.request_of.get(number, ""), "open")
        if world.gates.get(number, typed) == "pending":
            world.finish_checks(number, "open")
    world.gate_of = {
        ask: "open" if gate == "pending" else gate for ask, gate in world.gate_of.items()
    }


def _sweep(world: World) -> None:
    """What the sweep does for webhooks that were lost: deployments without a record."""
    for number in world.github.deployments:
        if (REPOSITORY.id, number) not in world.records.builds:
            world.github.announce(number)


def _carry_on(world: World, *, lose_mail: bool) -> None:
    """Pipelines go on, webhooks arrive; with `lose_mail` those of CircleCI do not."""
    for one in world.circleci.pipelines:
        if one.open and world.time.now - one.pipeline.created_at > 30.0:
            world.circleci.go_on(one)
    mail, world.mail[:] = [*world.mail], []
    for event in mail:
        if lose_mail and event.name.startswith("ci"):
            world.lose(event)
        else:
            event.deliver()
