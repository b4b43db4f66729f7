"""Histories that once went wrong, or that could: each by its name, in the simulated world."""

from collections.abc import Callable

import pytest

from app.model.build import Build, BuildState
from app.model.ci import CIState
from app.model.effects import Effect
from tests.lifecycle.simulation.faults import Fault
from tests.lifecycle.simulation.judging import settle, verify
from tests.lifecycle.simulation.process import Process
from tests.lifecycle.simulation.runs import LIMITS, REPOSITORY
from tests.lifecycle.simulation.world import World

pytestmark = pytest.mark.usefixtures("quiet")

DAY = 86400.0
KEY = (REPOSITORY.id, 1)


def record(world: World, number: int = 1) -> Build:
    """The build of a deployment."""
    build = world.records.build((REPOSITORY.id, number))
    assert build is not None
    return build


def deliver(world: World) -> None:
    """All webhooks arrive."""
    mail, world.mail[:] = [*world.mail], []
    for event in mail:
        event.deliver()


def up_to_date(world: World) -> bool:
    """Whether the record is sure of what the channel shows."""
    build = record(world)
    sure = Effect.CARD not in build.guards and Effect.MESSAGE not in build.guards
    return build.message_ts is not None and sure


def shown_while_it_waits() -> tuple[World, Process]:
    """A card says that a deployment waits for checks, which are over by now."""
    world = World()
    world.create_by_hand("production", gate="pending")
    deliver(world)
    work(world.processes[0], lambda: record(world).message_ts)
    world.finish_checks(1, "open")
    deliver(world)
    return world, world.processes[0]


def work(process: Process, until: Callable[[], object], *, seconds: float = 1.0) -> None:
    """A process works until something is so."""
    for _ in range(400):
        if until():
            return
        process.work()
        process.world.time.go_on(seconds)
    raise AssertionError("it never happens")


def stop_at(process: Process, label: str) -> None:
    """A process begins what is due, and is stopped at that point."""
    for _ in range(20):
        for key in process.due():
            process.look(key)
            while key in process.looks and process.looks[key].at != label:
                process.step(key)
            if key in process.looks:
                return
    raise AssertionError(f"it never comes to {label}")


def rest(world: World) -> None:
    """Everything comes to its end, and the invariants hold."""
    settle(world)
    verify(world)


# clocks


@pytest.mark.parametrize("offset", [DAY, -DAY, 3.5])
def test_two_processes_whose_clocks_differ_share_a_slot(offset: float) -> None:
    """How long it was held was compared across clocks: two pipelines ran at once."""
    world = World(offsets=(0.0, offset))
    world.type_deploy("production")
    world.create_by_hand("production")
    rest(world)
    assert len(world.circleci.pipelines) == 2


def test_our_own_deployment_is_not_taken_for_an_old_one() -> None:
    """Its creation's answer was lost, and who saw its webhook first was a day ahead."""
    world = World(offsets=(0.0, DAY))
    world.type_deploy("production")
    world.faults.arm("github.create_deployment", Fault.LOST)
    world.processes[0].work()
    deliver(world)
    world.time.go_on(3.0)
    world.processes[1].work()
    assert record(world).state is BuildState.RUNNING
    rest(world)
    assert record(world).state is BuildState.SUCCEEDED


# our own creation


@pytest.mark.parametrize("ending", ["killed", "goes on"])
@pytest.mark.parametrize(
    "at",
    [
        "github.create_deployment is answered",
        "store.finish is sent",
        "store.note is sent",
        "store.note is answered",
    ],
)
def test_who_sees_the_webhook_first_starts_the_pipeline_at_once(at: str, ending: str) -> None:
    """The command's own look hangs somewhere after the creation: nothing waits, or is done twice.

    What only the command knows is on the record all the same.
    """
    world = World(replicas=2)
    world.type_deploy("production")
    first, second = world.processes
    stop_at(first, at)
    deliver(world)
    for _ in range(6):
        second.work()
    assert [one.pipeline.number for one in world.circleci.pipelines] == [1]
    assert len(world.slack.of(1)) == 1
    build = record(world)
    assert (build.plan.payload.request, build.reply_to.response_url) == ("ask1", "https://slack/r")
    assert build.requester is not None
    assert build.requester.slack_userid == "U1"
    if ending == "killed":
        first.kill()
    rest(world)
    assert len(world.circleci.pipelines) == 1


# what was sent and not answered


@pytest.mark.parametrize("fault", [Fault.DROPPED, Fault.LOST, Fault.LATE])
@pytest.mark.parametrize(
    "call",
    [
        "github.create_deployment",
        "ci.trigger",
        "github.post_status",
        "slack.post_card",
        "slack.reply",
    ],
)
def test_an_answer_that_never_comes(call: str, fault: Fault) -> None:
    """Done or not, and be it later: one deployment, pipeline, message and mention."""
    world = World()
    world.type_deploy("production")
    world.faults.arm(call, fault)
    work(world.processes[0], lambda: world.circleci.pipelines and record(world).message_ts)
    world.circleci.go_on(world.circleci.pipelines[0])
    deliver(world)
    work(world.processes[1], lambda: not any(world.faults.next.values()))
    rest(world)
    assert len(world.github.deployments) == len(world.circleci.pipelines) == 1
    assert world.github.statuses[1][-1].state == "success"


def test_a_trigger_that_lands_while_it_is_searched_for() -> None:
    """Not found counts only after a lease, in which it can still land."""
    world = World()
    world.create_by_hand("production")
    deliver(world)
    world.faults.arm("ci.trigger", Fault.LATE)
    work(world.processes[0], lambda: record(world).pipeline_id)
    assert len(world.circleci.pipelines) == 1
    assert world.time.now - record(world).created_at >= LIMITS.lease * 0.99
    rest(world)


def test_a_trigger_that_never_landed_is_sent_again() -> None:
    """After a lease, once; and there is one more search at the end."""
    world = World()
    world.create_by_hand("production")
    deliver(world)
    world.faults.arm("ci.trigger", Fault.DROPPED)
    work(world.processes[0], lambda: record(world).pipeline_id)
    assert record(world).guards[Effect.TRIGGER].sends == 2
    rest(world)
    assert record(world).searched_again
    assert record(world).second_pipeline == ""


def test_an_update_that_lands_after_a_later_one() -> None:
    """The channel showed a running deployment for ever: the last card is sent once more."""
    world, process = shown_while_it_waits()
    world.faults.arm("slack.update_card", Fault.LATE)
    work(process, lambda: not any(world.faults.next.values()))
    world.circleci.go_on(world.circleci.pipelines[0])
    deliver(world)
    work(process, lambda: record(world).notified)
    assert world.time.pending, "the old card has not landed yet"
    rest(world)
    assert Effect.CARD not in record(world).guards


def test_a_status_that_lands_after_a_later_one() -> None:
    """And the webhook that tells of it is lost: the last status is read once more."""
    world, process = shown_while_it_waits()
    world.faults.arm("github.post_status", Fault.LATE)
    work(process, lambda: not any(world.faults.next.values()))
    world.circleci.go_on(world.circleci.pipelines[0])
    deliver(world)
    work(process, lambda: record(world).notified)
    assert world.time.pending, "the old status has not landed yet"
    world.time.go_on(LIMITS.lease)
    assert world.github.statuses[1][-1].state == "in_progress"
    world.mail.clear()
    rest(world)
    assert world.github.statuses[1][-1].state == "success"


# a process that was stopped for longer than its lease


@pytest.mark.parametrize("call", ["slack.update_card", "slack.post_card"])
def test_a_card_of_a_process_that_was_stopped_for_long(call: str) -> None:
    """It sends what it had in hand; then it learns that it was overtaken, and says so."""
    world, _ = shown_while_it_waits() if call == "slack.update_card" else (World(), None)
    if call == "slack.post_card":
        world.create_by_hand("production")
        deliver(world)
    stopped, other = world.processes
    stop_at(stopped, f"{call} is sent")
    work(other, lambda: up_to_date(world), seconds=LIMITS.lease / 2)
    for key in list(stopped.looks):
        stopped.finish(key)
    assert record(world).overtaken
    world.strange.clear()
    rest(world)
    assert not record(world).overtaken


def stopped_while_triggering() -> World:
    """Stopped before it sent; another one took over, waited, found nothing, and sent."""
    world = World()
    world.create_by_hand("production")
    deliver(world)
    stop_at(world.processes[0], "ci.trigger is sent")
    work(world.processes[1], lambda: record(world).pipeline_id, seconds=5.0)
    assert len(world.circleci.pipelines) == 1
    return world


def test_a_second_pipeline_is_found_canceled_and_told() -> None:
    """What the stopped process sends when it goes on is found by the search at the end."""
    world = stopped_while_triggering()
    world.processes[0].finish(KEY)
    assert len(world.circleci.pipelines) == 2
    rest(world)
    b = record(world)
    assert (b.state, b.pipeline_id, b.second_pipeline) == (
        BuildState.SUCCEEDED,
        "p1",
        "https://ci/2",
    )
    assert world.slack.outcomes(1) == ["1:succeeded:0:doubled"]


def test_a_second_pipeline_that_comes_after_the_search_is_told_by_its_webhook() -> None:
    """Its webhook names a pipeline that no search had found."""
    world = stopped_while_triggering()
    world.circleci.go_on(world.circleci.pipelines[0])
    deliver(world)
    work(world.processes[1], lambda: record(world).searched_again, seconds=5.0)
    world.processes[0].finish(KEY)
    assert record(world).second_pipeline == ""
    rest(world)
    assert record(world).second_pipeline == "https://ci/2"
    assert world.slack.outcomes(1) == ["1:succeeded:0", "1:succeeded:0:doubled"]


def test_a_late_pipeline_of_a_canceled_deployment_is_adopted() -> None:
    """It was canceled while nothing had been started; then something was."""
    world = World()
    world.create_by_hand("production")
    deliver(world)
    stop_at(world.processes[0], "ci.trigger is sent")
    world.type_cancel(1)
    work(world.processes[1], lambda: record(world).pipeline_ended, seconds=5.0)
    assert record(world).state is BuildState.CANCELED
    world.processes[0].finish(KEY)
    rest(world)
    assert (record(world).pipeline_id, record(world).state) == ("p1", BuildState.SUCCEEDED)


def test_an_old_status_that_lands_after_a_newer_one_is_mended() -> None:
    """The stopped process says `in_progress` when the deployment has long succeeded."""
    world = World()
    world.create_by_hand("production")
    deliver(world)
    stop_at(world.processes[0], "github.post_status is sent")
    work(world.processes[1], lambda: record(world).status is not None, seconds=5.0)
    world.circleci.go_on(world.circleci.pipelines[0])
    deliver(world)
    work(world.processes[1], lambda: record(world).notified, seconds=5.0)
    deliver(world)
    world.processes[0].finish(KEY)
    assert world.github.statuses[1][-1].state == "in_progress"
    rest(world)
    assert world.github.statuses[1][-1].state == "success"


def test_a_stopped_process_writes_nothing() -> None:
    """All that it knew is old: the store refuses it."""
    world = World()
    world.create_by_hand("production")
    deliver(world)
    stop_at(world.processes[0], "github.survey")
    work(world.processes[1], lambda: record(world).message_ts, seconds=5.0)
    before = record(world)
    world.processes[0].finish(KEY)
    assert record(world) == before
    rest(world)


# outages


@pytest.mark.parametrize("provider", ["github", "ci", "slack"])
def test_an_outage_in_the_middle(provider: str) -> None:
    """Whatever is down for ten minutes: nobody looks without a pause, and all ends well."""
    world = World()
    world.type_deploy("production")
    work(world.processes[0], lambda: world.circleci.pipelines)
    world.faults.down.add(provider)
    world.circleci.go_on(world.circleci.pipelines[0])
    deliver(world)
    looks = 0
    for _ in range(600):
        due = world.processes[0].due()
        looks += len(due)
        world.processes[0].work()
        world.time.go_on(1.0)
    assert looks < 60
    rest(world)
    assert record(world).state is BuildState.SUCCEEDED


def test_a_step_that_fails_after_each_good_read_gives_way() -> None:
    """The search succeeded and the trigger did not: it was tried every second, for ever."""
    world = World()
    world.create_by_hand("production")
    deliver(world)
    tries = 0
    for _ in range(600):
        world.faults.next.pop("ci.trigger", None)
        world.faults.arm("ci.trigger", Fault.DROPPED)
        before = record(world).guards.get(Effect.TRIGGER)
        world.processes[0].work()
        tries += record(world).guards.get(Effect.TRIGGER) not in (None, before)
        world.time.go_on(1.0)
    assert tries < 30
    rest(world)


def test_a_late_index_loses_no_report() -> None:
    """The webhook came before anything could know whose pipeline it was."""
    world = World()
    world.create_by_hand("production")
    deliver(world)
    stop_at(world.processes[0], "ci.trigger is answered")
    world.circleci.go_on(world.circleci.pipelines[0])
    deliver(world)
    assert "pipeline:p1" in world.records.asks
    world.index_late = 2
    world.processes[0].finish(KEY)
    rest(world)
    assert record(world).reports["p1-w1"].state is CIState.SUCCESS
