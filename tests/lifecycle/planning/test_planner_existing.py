"""Planning beside deployments that exist: the same commit, our own pipelines, judging."""

import asyncio

import pytest
from msgspec import structs

from app.errors import Conflict, Unavailable
from app.lifecycle.planning.creations import BeingCreated
from app.model.ask import Ask, AskKind
from app.model.build import Build, BuildState, Origin
from app.model.chat.card import Answer
from app.model.plan import Person, Plan
from app.model.slot import Creation, Lock, Place, Slot, SlotChange
from tests.lifecycle.conftest import SHOP, Bench, record, requested


async def test_the_same_commit_is_not_deployed_twice(bench: Bench):
    """While one has not ended, by our record; when it has, or is asked for again, it may."""
    deployment = bench.world.github.person_deploys(SHOP, "staging", "main")
    assert await bench.refused() == ["same_commit_running"]

    before = record(bench, deployment.id, state=BuildState.RUNNING)
    await bench.store.adopt(before)
    assert await bench.refused() == ["same_commit_running"]
    assert (await bench.planner.plan(bench.project, requested(besides=10**12))).judged
    kept = await bench.store.build(before.key)
    assert kept is not None
    held = await bench.store.take(kept, "me")
    ended = Build(**{**_facts(held), "state": BuildState.SUCCEEDED})
    await bench.store.finish(held, ended, due_at=None)
    assert (await bench.planner.plan(bench.project, requested())).judged


def _facts(build: Build) -> dict[str, object]:
    return {name: getattr(build, name) for name in build.__struct_fields__}


async def test_one_that_waits_in_line_counts(bench: Bench):
    """The slot knows of it before GitHub's list does."""
    await bench.store.adopt(record(bench, 77, state=BuildState.WAITING))
    slot = await bench.store.slot(bench.project.repository_id, "staging")
    waiting = Slot(
        repository_id=slot.repository_id,
        name=slot.name,
        version=slot.version,
        waiting=(Place(deployment_id=77),),
    )
    await bench.store.change_slot(SlotChange(before=slot, after=waiting))

    assert await bench.refused() == ["same_commit_running"]


async def test_what_others_run_is_not_waited_for(bench: Bench):
    """A GitHub Actions job's deployment of the same commit bars nothing."""
    bench.world.github.actions_deploys(SHOP, "staging", "main")

    assert (await bench.planner.plan(bench.project, requested())).judged


async def failed_deploy(bench: Bench) -> Build:
    """A deployment of the head whose pipeline failed, and our record of it."""
    deployment = bench.world.github.person_deploys(SHOP, "staging", "main")
    plan = await bench.planner.plan(bench.project, requested(besides=10**12))
    pipeline = await bench.planner.own.facts.ci.trigger(plan.run)
    bench.world.circleci.fail(pipeline.id)
    build = record(
        bench,
        deployment.id,
        state=BuildState.FAILED,
        pipeline_id=pipeline.id,
        started_at=pipeline.created_at,
    )
    await bench.store.adopt(build)
    bench.world.github.faults.calls.clear()
    bench.world.circleci.faults.calls.clear()
    return build


async def test_a_failed_deploy_does_not_bar_the_next(bench: Bench):
    """What our own pipeline posted on the commit is told apart, by asking CircleCI once."""
    await failed_deploy(bench)
    head = bench.world.github.head(SHOP, "main")
    survey = await bench.planner.github.survey(
        bench.project.ref, target="main", environment="staging"
    )
    assert {check.state.value for check in survey.checks} >= {"red"}
    bench.world.github.faults.calls.clear()

    assert (await bench.planner.plan(bench.project, requested())).judged
    asked = len(bench.calls)
    assert (await bench.planner.plan(bench.project, requested())).judged
    assert len(bench.calls) == asked + 1  # the names are known: one read of GitHub
    bench.world.github.commit_status(SHOP, head, "lint", "failure")
    assert await bench.refused() == ["checks_failed"]


async def test_a_pipeline_that_is_gone_hides_nothing(bench: Bench):
    """CircleCI knows it no more: the red checks count as anybody's."""
    await failed_deploy(bench)
    bench.world.circleci.faults.add(
        "/api/v2/", status=404, body='{"message": "Pipeline not found"}', times=None
    )

    assert await bench.refused() == ["checks_failed"]


async def test_circleci_down_is_no_verdict(bench: Bench):
    """Without the names nobody can tell whose a red check is: look again later."""
    await failed_deploy(bench)
    bench.world.circleci.faults.add("/api/v2/", status=503, times=None)

    with pytest.raises(Unavailable):
        await bench.planner.plan(bench.project, requested())


async def test_a_persons_deployment_is_judged_on_its_own_commit(bench: Bench):
    """The commit that GitHub pinned, even after its branch has moved on."""
    deployment = bench.world.github.person_deploys(SHOP, "nowhere", "main")
    head = bench.world.github.head(SHOP, "main")
    build = record(
        bench,
        deployment.id,
        environment="nowhere",
        origin=Origin.PERSON,
        trigger="api",
        asker=Person(name="octocat", login="octocat"),
    )

    judgement = await bench.planner.judge(build, bench.project)
    assert judgement.verdict.open
    assert judgement.plan is not None
    assert judgement.plan.run.branch == "main"
    bench.world.github.push(SHOP)
    bench.world.github.commit_status(SHOP, head, "test", "failure")
    moved = await bench.planner.judge(build, bench.project)
    assert moved.plan is not None
    assert (moved.plan.ref, moved.plan.sha) == ("main", head)
    assert moved.plan.run.parameters["sha"] == head
    assert [reason.name for reason in moved.verdict.refusals] == ["checks_failed"]


ALIASED = """\
environments:
  production: {aliases: [prod], checks: [must]}
  eu-west: {aliases: [eu], checks: [must]}
  eu-east: {aliases: [eu], checks: [must]}
"""


@pytest.mark.parametrize(
    ("name", "meant", "waits"),
    [
        ("production", "production", ["checks_pending"]),
        ("Production", "production", ["checks_pending"]),
        ("prod", "production", ["checks_pending"]),
        ("eu", "eu", []),
        ("elsewhere", "elsewhere", []),
    ],
)
async def test_another_spelling_evades_no_rules(
    bench: Bench, name: str, meant: str, waits: list[str]
):
    """Although GitHub lists it by then; what could be two is taken as it is."""
    bench.config(ALIASED)
    deployment = bench.world.github.person_deploys(SHOP, name, "main")
    build = record(bench, deployment.id, environment=name, origin=Origin.PERSON, trigger="api")

    judgement = await bench.planner.judge(build, bench.project)
    assert judgement.plan is not None
    assert (judgement.plan.environment, judgement.plan.run.parameters["environment"]) == (
        meant,
        meant,
    )
    assert [reason.name for reason in judgement.verdict.waits] == waits


async def test_force_is_believed_of_ours_only(bench: Bench):
    """A payload that claims it on somebody else's deployment is nothing."""
    head = bench.world.github.head(SHOP, "main")
    bench.world.github.commit_status(SHOP, head, "test", "failure")
    payload = '{"deploybot": {"request": "r", "trigger": "command", "force": true}}'
    ours, theirs = (
        record(bench, number, origin=origin, payload=payload)
        for number, origin in ((1, Origin.OURS), (2, Origin.PERSON))
    )

    assert (await bench.planner.judge(ours, bench.project)).verdict.open
    refused = (await bench.planner.judge(theirs, bench.project)).verdict.refusals
    assert [reason.name for reason in refused] == ["checks_failed"]


async def test_judging_tells_whose_deployments_are_run(bench: Bench):
    """The apps that the file names; a wrong file names none and refuses."""
    build = record(bench, 5, origin=None)
    bench.config("run_deployments_by: [github-actions]")
    build = record(bench, 5, origin=None)
    judgement = await bench.planner.judge(build, bench.project)
    assert judgement.run_by == ("github-actions",)

    bench.config("versio: 1")
    judgement = await bench.planner.judge(build, bench.project)
    assert judgement.run_by == ()
    assert judgement.plan is None
    assert [reason.name for reason in judgement.verdict.refusals] == ["configuration_invalid"]


async def test_a_commit_that_is_gone(bench: Bench):
    """A deleted branch whose commit GitHub does not know any more ends in a clear state."""
    build = record(bench, 5, sha="0" * 40, ref="gone")

    judgement = await bench.planner.judge(build, bench.project)
    assert [reason.name for reason in judgement.verdict.refusals] == ["sha_unknown"]
    assert judgement.plan is None


async def announced(bench: Bench, ask_id: str, **known: object) -> None:
    """An ask that was planned, as far as it has got."""
    await bench.store.add_ask(Ask(ask_id=ask_id, kind=AskKind.COMMAND, asked_at=1.0, **known))
    await bench.planner.plan(bench.project, requested(ask_id=ask_id))


async def test_of_two_asks_for_one_commit_the_second_waits(bench: Bench):
    """Until it is known what came of the first; planning the first anew is no rival."""
    await announced(bench, "first")
    await bench.planner.plan(bench.project, requested(ask_id="first"))
    with pytest.raises(BeingCreated):
        await bench.planner.plan(bench.project, requested(ask_id="second"))
    with pytest.raises(BeingCreated):  # a second press of *Deploy again*
        await bench.planner.plan(bench.project, requested(ask_id="third", besides=10**12))


async def test_two_asks_at_the_very_same_moment(bench: Bench):
    """One of them writes down first that it creates; the other's write is refused."""
    plans = [
        bench.planner.plan(bench.project, requested(ask_id=ask_id))
        for ask_id in ("first", "second")
    ]
    for ask_id in ("first", "second"):
        await bench.store.add_ask(Ask(ask_id=ask_id, kind=AskKind.COMMAND, asked_at=1.0))
    came = await asyncio.gather(*plans, return_exceptions=True)
    assert 1 == len([one for one in came if isinstance(one, Plan)])
    assert 1 == len([one for one in came if isinstance(one, Conflict | BeingCreated)])


@pytest.mark.parametrize(
    "known",
    [{"answered_at": 2.0}, {"answer": Answer(text="It was refused.")}],
    ids=["done", "about to be told that it was refused"],
)
async def test_an_ask_that_creates_nothing_any_more_is_no_rival(
    bench: Bench, known: dict[str, object]
):
    """Nor does what it announced stay."""
    await announced(bench, "first", **known)
    assert (await bench.planner.plan(bench.project, requested(ask_id="second"))).judged
    slot = await bench.store.slot(bench.project.repository_id, "staging")
    assert ["second"] == [creation.ask_id for creation in slot.creations]


async def test_what_a_rival_created_is_the_same_commit(bench: Bench):
    """Known by the ask, before GitHub's list or the slot have it."""
    await announced(bench, "first", deployment_id=78, answered_at=2.0)
    await bench.store.adopt(record(bench, 78, state=BuildState.WAITING))
    assert await bench.refused(ask_id="second") == ["same_commit_running"]


async def test_inputs_come_back_from_github(bench: Bench):
    """After a loss of the store the payload says what the pipeline is told; by API it is checked."""
    bench.config("inputs: {n: {type: integer, default: 1}, on: {type: boolean, default: false}}")
    said = '{"deploybot": {"request": "r", "trigger": "command", "inputs": {"n": 7, "on": true}}}'
    ours = await bench.planner.judge(record(bench, 77, payload=said), bench.project)
    assert ours.plan is not None
    assert {"n": 7, "on": True}.items() <= ours.plan.run.parameters.items()

    wrong = record(bench, 78, payload='{"inputs": {"n": "x"}}', origin=Origin.PERSON)
    judged = await bench.planner.judge(wrong, bench.project)
    assert [one.name for one in judged.verdict.refusals] == ["input_invalid"]


async def meanwhile(bench: Bench, **change: object) -> Plan | BaseException:
    """Plan, and change the slot after it was judged; the plan, or what was raised."""
    await bench.store.add_ask(Ask(ask_id="first", kind=AskKind.COMMAND, asked_at=1.0))
    github = bench.world.github
    github.post_status_as(github.person_deploys(SHOP, "staging", "v1.4.0"), "success")
    github.faults.add("GET .*/compare/", delay=0.2)
    planning = asyncio.ensure_future(bench.planner.plan(bench.project, requested(ask_id="first")))
    async with asyncio.timeout(20):
        while not any("/compare/" in path for path in bench.calls):
            await asyncio.sleep(0.01)
    slot = await bench.store.slot(bench.project.repository_id, "staging")
    await bench.store.change_slot(SlotChange(before=slot, after=structs.replace(slot, **change)))
    (came,) = await asyncio.gather(planning, return_exceptions=True)
    return came


async def test_another_that_comes_into_the_line_meanwhile(bench: Bench):
    """What was judged holds, so GitHub is not asked again."""
    waiting = (Place(deployment_id=77),)
    came = await meanwhile(bench, waiting=waiting, creations=(Creation(ask_id="x", sha="b" * 40),))
    assert isinstance(came, Plan)
    assert 1 == bench.calls.count("/graphql")
    slot = await bench.store.slot(bench.project.repository_id, "staging")
    assert (waiting, "first") == (slot.waiting, slot.creations[-1].ask_id)


async def test_a_lock_that_comes_meanwhile(bench: Bench):
    """It is judged again, and refused."""
    locked = Lock(by=Person(name="Sam"), since=1.0)
    assert isinstance(await meanwhile(bench, lock=locked), Conflict)
    assert await bench.refused(ask_id="first") == ["locked"]


async def test_the_same_commit_comes_into_the_line_meanwhile(bench: Bench):
    """It is judged again, and is the same."""
    await bench.store.adopt(record(bench, 77, state=BuildState.WAITING))
    assert isinstance(await meanwhile(bench, waiting=(Place(deployment_id=77),)), Conflict)
    assert await bench.refused(ask_id="first") == ["same_commit_running"]
