"""Whose a red check is: a pipeline's of ours that ran on that commit, or anybody else's."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.model.build import Build, BuildState
from tests.lifecycle.conftest import SHOP, Bench, record, requested

EARLIER = 600.0
"""Seconds, so that whole seconds of GitHub's times tell before from after."""


async def deployed(
    bench: Bench, environment: str = "staging", *, ago: float = 0.0, **request: object
) -> Build:
    """A deployment whose pipeline ran and failed so many seconds ago, and our record of it."""
    wanted = requested(environment=environment, besides=10**12, force=True, **request)
    plan = await bench.planner.plan(bench.project, wanted)
    deployment = bench.world.github.person_deploys(SHOP, environment, plan.sha)
    pipeline = await bench.planner.own.facts.ci.trigger(plan.run)
    with clock_of_github(bench, ago):
        bench.world.circleci.fail(pipeline.id)
    build = record(
        bench,
        deployment.id,
        sha=plan.sha,
        ref=plan.ref,
        environment=environment,
        plan=plan,
        state=BuildState.FAILED,
        pipeline_id=pipeline.id,
        started_at=pipeline.created_at - ago,
    )
    await bench.store.adopt(build)
    return build


@contextmanager
def clock_of_github(bench: Bench, ago: float) -> Iterator[None]:
    """What happens meanwhile happened on GitHub so many seconds ago."""
    github = bench.world.github
    ticking, github.state.now = github.state.now, lambda: time.time() - ago
    yield
    github.state.now = ticking


def head(bench: Bench) -> str:
    """The head of the default branch."""
    sha = bench.world.github.head(SHOP, "main")
    assert sha is not None
    return sha


def parent(bench: Bench) -> str:
    """The commit before it."""
    return bench.world.github.commit_of(SHOP, head(bench)).parents[0]


def reported(bench: Bench, name: str, state: str, kind: str = "status", *, ago: float) -> None:
    """What a CI said of the head, so many seconds ago."""
    with clock_of_github(bench, ago):
        bench.world.github.set_check(SHOP, head(bench), name, state, kind)


async def passes(bench: Bench, **request: object) -> bool:
    """Whether the next deployment of the head may be made."""
    return (await bench.planner.plan(bench.project, requested(besides=10**12, **request))).judged


@pytest.mark.parametrize(
    ("name", "kind"), [("ci/circleci: migrate", "status"), ("deploy", "check_run")]
)
async def test_a_check_that_was_there_before(bench: Bench, name: str, kind: str):
    """A CI's job of the same name was on the commit first: red, it bars, whoever posted last."""
    reported(bench, name, "success", kind, ago=EARLIER)
    await deployed(bench)
    bench.world.github.set_check(SHOP, head(bench), name, "failure", kind)

    assert await bench.refused(besides=10**12) == ["checks_failed"]


async def test_a_check_that_came_with_the_pipeline(bench: Bench):
    """Posted again and again, a job's status has the time of its first appearance: it is ours."""
    for number in range(10, 0, -1):
        await deployed(bench, ago=EARLIER * number)

    assert await passes(bench)


async def test_the_history_is_read_only_where_it_matters(bench: Bench):
    """Not for a commit that is green or red by others; once for one that we deployed."""
    reported(bench, "test", "success", ago=EARLIER)
    assert await passes(bench)
    reported(bench, "lint", "failure", ago=EARLIER)
    assert await bench.refused() == ["checks_failed"]
    reported(bench, "lint", "success", ago=0)
    assert not [path for path in bench.calls if "/commits/" in path]

    await deployed(bench)
    for _ in range(3):
        assert await passes(bench)
    assert [path.rpartition("/")[2] for path in bench.calls if "/commits/" in path] == [
        "statuses",
        "check-runs",
    ]


@pytest.mark.parametrize("environment", ["staging", "production"])
async def test_an_older_commit_that_ran_on_this_head(bench: Bench, environment: str):
    """It ran on the default branch's pipeline, so its red job is on the head: it bars nothing."""
    await deployed(bench, environment, sha=parent(bench))
    survey = await bench.planner.github.survey(bench.project.ref, target="main", environment=None)
    assert {check.state.value for check in survey.checks} >= {"red"}
    assert survey.on_commit == ()

    assert await passes(bench)
    bench.world.github.tag(SHOP, "v9")
    assert await passes(bench, ref="v9")


async def test_an_older_commit_that_ran_on_an_earlier_head(bench: Bench):
    """By name and time it could be ours; its pipeline ran on another revision, so it bars."""
    await deployed(bench, sha=parent(bench))
    await deployed(bench)
    bench.world.github.push(SHOP)
    reported(bench, "ci/circleci: migrate", "failure", ago=0)

    assert await bench.refused() == ["checks_failed"]


async def test_a_red_check_on_the_older_commit_itself(bench: Bench):
    """Its deployment ran elsewhere, so a red job of that name on it is not ours."""
    older = parent(bench)
    await deployed(bench, sha=older)
    bench.world.github.commit_status(SHOP, older, "ci/circleci: migrate", "failure")

    assert await bench.refused(sha=older, besides=10**12) == ["checks_failed"]


async def test_a_branch_that_moved_before_its_pipeline_began(bench: Bench):
    """CircleCI built the new head for the old deployment: its jobs are on the new one."""
    planned = await bench.planner.plan(bench.project, requested())
    deployment = bench.world.github.person_deploys(SHOP, "staging", planned.sha)
    bench.world.github.push(SHOP)
    pipeline = await bench.planner.own.facts.ci.trigger(planned.run)
    bench.world.circleci.fail(pipeline.id)
    facts = {"plan": planned, "state": BuildState.FAILED}
    ran = {"pipeline_id": pipeline.id, "started_at": pipeline.created_at}
    await bench.store.adopt(record(bench, deployment.id, sha=planned.sha, **facts, **ran))

    assert await passes(bench)


async def test_circleci_is_asked_about_few(bench: Bench):
    """However much was deployed of other commits: about ten pipelines, each only once."""
    for _ in range(14):
        bench.world.github.push(SHOP)
        await deployed(bench)
    bench.world.github.push(SHOP)
    reported(bench, "lint", "failure", ago=0)
    bench.world.circleci.faults.calls.clear()
    for _ in range(2):
        assert await bench.refused() == ["checks_failed"]

    assert len(bench.world.circleci.faults.calls) == 10
